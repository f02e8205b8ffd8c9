"""Italian: the words and clauses of abstentions."""

GRAMMAR = """
stop = è | sono | fu | furono | ha | hanno | era | erano | stato | stata | stati | state | venne
sign = nessun | bisogno | servirebbero | non | nessun | nessuno | nessuna | niente | nulla | né
    senza | ignoro | ignoriamo | impossibile | insufficiente | insufficienti | manca | mancano
    mancanti | sconosciuto | sconosciuta | sconosciuti | sconosciute | ignoto | ignota | incerto
    incerta | indeterminato | rifiutare | declinare | serve | esula | oltre | n
filler = assolutamente | proprio | purtroppo | sfortunatamente | mi dispiace | mi spiace | spiacente
    spiacenti | scusa | scusi | scusate | chiedo scusa | sono spiacente | siamo spiacenti
    onestamente | sinceramente | francamente | attualmente | al momento | per ora
    in questo momento | esplicitamente | esattamente | davvero | direttamente | chiaramente
    realmente | ancora | con certezza | con esattezza | con precisione | con sicurezza
    sono desolato | mi rincresce | mi rammarico | temo che | temo di | neanche | nemmeno
    specificamente | di preciso | precisamente | beh | mah | boh | le mie scuse | semplicemente
    affatto | rammarico | purtoppo | in realtà
turn = ma | forse | tuttavia | probabilmente | magari | però | bensì | eccetto | tranne | salvo
    possibilmente | solo | soltanto | perché | anche se | eppure | ciononostante
    e (lui | lei | egli)

# Names of things
det = il | lo | la | l | i | gli | le | un | uno | una | questo | questa | questi | queste | quel
    quella | quei | quegli | tale | tali | mio | mia | tuo | tua | suo | sua | vostro | vostra | del
    dello | della | dell | dei | degli | delle | d | di | al | alla | all | ai | agli | alle
source_noun = citazione | capitolo | nota | note | messaggio | lista | domanda | basi | riferimenti
    archivi | descrizione | voce | risorse | appunti | estratti | passi | traccia | testo | testi
    brano | brani | articolo | articoli | documento | documenti | contesto | contesti | fonte
    fonti | passaggio | passaggi | paragrafo | paragrafi | estratto | estratti | contenuto
    contenuti | materiale | materiali | informazioni | dati | risultati | rapporto | pagina | file
    base | racconto | storia | riassunto | tabella | trascrizione | sezione | conversazione | passo
shared = fornito | forniti | fornita | fornite | dato | dati | data | date | disponibile
    disponibili | riportato | riportati | sopra | proposto | allegato | allegati | di riferimento
    di conoscenza | di ricerca | della ricerca | precedente | originale | in questione
    a disposizione | recuperati | (che | in) (mi hai | mi ha | ho) (fornito | dato) | presentato
    condiviso | di addestramento
source = [{det}] [primo | secondo] {source_noun} [{shared}] [{shared}]
place = (nel | nello | nella | nell | nei | negli | nelle | in | dal | dallo | dalla | dall | dai |
        dagli | dalle | da | secondo | in base | sulla base | basandomi | basandosi | a partire |
        con | tramite | stando | per) [{det} | sul | sulla | sui | sulle | dal | dai] ({source} |
        esso | essi)
    qui
no = non
fact = spiegazione | spiegazioni | cifra | cifre | fonte | fonti | indizio | indizi | esempio
    prova | prove | documento | documenti | specifica | numero | informazione | informazioni
    risposta | risposte | dato | dati | menzione | dettaglio | dettagli | idea | indicazione
    indicazioni | riferimento | riferimenti | conoscenza | conoscenze | accesso | elemento
    elementi | notizia | notizie | contesto | traccia | cenno | risultati | opinioni
info = [{det} | nessuna | nessun | alcuna | alcun | abbastanza | ulteriori | più | sufficienti |
        altre | sufficiente | tutte le] [specifiche | specifica | sufficienti | chiara | precisa]
        {fact} [sufficiente | sufficienti | necessarie | necessari | pertinenti | specifiche | utili
        | precise | chiare | in merito | rilevanti | certa]
it = lo | ciò | questo | quello | nulla | niente | ({det}) (domanda | quesito | richiesta)
    a {det} (domanda | richiesta) | a (questo | ciò)
about_it = al riguardo | in merito | a riguardo | in proposito
    (su | sul | sulla | sull | sui | sulle | di | del | della | dell | riguardo | circa | relativa |
        relative | riguardante | riguardanti | per) ..
wh = chi | che | cosa | che cosa | quale | quali | quando | dove | come | quanto | quanta | quanti
    quante | se | in che | in quale | a chi | di chi | da chi | dov | cos | qual | per quale
    perché
pron = te | ve | me | glielo | lo | la | li | le | ne | mi | ti | ci | si | vi | gli | l
can = posso | possiamo | potrei | potrò | riesco a | riesco | sono riuscito a | sono riuscita a
    ho potuto | sono in grado di | siamo in grado di | sono autorizzato a | sono abilitato a
    mi è possibile | saprei | so | ci è possibile
know = so | sappiamo | conosco | conosciamo | saprei | ricordo | capisco
say = dettagliano | rivelano | descrivono | nominano | definiscono | lascia | lasciano | conferma
    confermano | informa | risponde a | allude | chiarifica | illustra | espone | racconta
    contempla | menziona | menzionano | dice | dicono | specifica | specificano | indica | indicano
    parla | parlano | fornisce | forniscono | contiene | contengono | offre | offrono | dà | danno
    include | includono | spiega | spiegano | chiarisce | chiariscono | fa | fanno | tratta
    trattano | descrive | affronta | rivela | precisa | precisano | permette | permettono | consente
    consentono | riporta | riportano | nomina | cita | citano | dettaglia | risponde | rispondono
    accenna | presenta | presentano | copre | racconta | definisce | identifica | comprende
    menzioni | indichi | dica | contenga | parli | fornisca
said = menzionato | menzionata | menzionati | specificato | specificata | specificati | indicato
    indicata | indicati | indicate | detto | spiegato | precisato | precisata | descritto
    riportato | riportata | trattato | chiarito | nominato | citato | citata | accennato | definito
given = forniti | dati | riportati | riportata | rinvenuti | disponibile | disponibili | fornito
    fornita | fornite | dato | data | trovato | trovata | noto | nota | noti | conosciuto
    conosciuta | incluso | inclusa | presente | presenti | chiaro | chiara | possibile | contenuta
    sufficienti | sufficiente | certo | deducibile | determinabile | riportate | reperibile
    applicabile | pervenuto | rintracciabile | contenute
unclear = sconosciuto | sconosciuta | sconosciuti | sconosciute | ignoto | ignota | incerto
    incerta | indeterminato | non ({said} | {given}) | senza risposta
be = !è | sono | viene | vengono | è stato | è stata | sono stati | sono state | era | erano
    risulta | risultano | rimane | resta | sia | siano
answer = ricordare | ricordarlo | valutare | prevedere | stimare | decidere | spiegare | descrivere
    definire | leggere | consultare | partecipare | indovinare | rivelare | continuare | esprimermi
    pronunciarmi | eseguire | fornirlo | aiutarti in | rispondere | rispondere {det} | dire | dirlo
    dirti | dirle | sapere | saperlo | determinare | determinarlo | aiutarti | aiutarla | aiutarvi
    aiutare | assisterti | assisterla | confermare | confermarlo | verificarlo | precisarlo
    dirtelo | dirglielo | garantirlo | precisare | trovare | trovarlo | trovarla | dare | darti
    darle | fornire | fornirti | fornirle | offrire | accedere | commentare | condividere
    identificare | stabilire | stabilirlo | affermare | concludere | dedurre | dedurlo | farlo
    soddisfare | creare | generare | discutere | parlare | risponderti | risponderle | individuare
    verificare | esserti | esserle | consigliare | rispondervi | conoscere | capire | procedere

because = e | quindi | perciò | pertanto | poiché | dato che | siccome | visto che | dunque | così
    in quanto | per cui | di conseguenza | come
lead = {because} | {place}
    (come | in quanto | essendo) [un | una] (modello | ia | intelligenza | assistente) ...
    {wh} ... | (per quanto riguarda | riguardo | quanto) ... | per quanto ne so
    dopo (aver | avere | una) ... | senza (ulteriori | altre) ...
    (in base | sulla base | basandomi) ...
polite = grazie | per favore | posso | puoi | può | potresti | potrebbe
    ti (consiglio | suggerisco | invito) | le (consiglio | suggerisco)
    se (hai | ha | vuoi | desidera | puoi | avete | c è) | non esitare | c è altro
    (ottima | bella | buona) domanda | è (un'ottima | una bella | un ottima) domanda | consulta
    consulti | prova | provi | spero | consiglio | hai | vuoi | desidera | sono qui | sarò felice
    fammi sapere | mi faccia sapere | ti prego | la prego | la invito | si prega
    sono (un | solo) ... | capisco
about = parla | parlano | tratta | trattano | riguarda | riguardano | si concentra | descrive
aside = [{because}] {lead} | {polite} ... | [{because}] {source} {about} ...
more = ({wh} | o | oppure | né | e {wh} | come | in particolare | ad esempio | per) ...

core = in (nessuna parte | nessun (punto | luogo)) [{place}] ... | da nessuna parte ...
    (manca | mancano) {fact} ... | {it} {no} si (evince | deduce | desume | ricava) {place}
    dal testo {no} si (evince | deduce | desume | ricava) ... | non {place}
    non (viene | vengono | è | sono) ({said} | {given}) {info} ...
    non [{pron}] sono a conoscenza ... | neanch io ...
    non [{pron}] [{pron}] (ricordo | rammento | risulta) ...
    {det} (data | nome | motivo | prezzo | numero | durata | età | luogo | autore | causa | importo
        | ragione) [...] non {be} ({said} | {given}) [{place}]
    non lo so neanch io | non lo so nemmeno io | anch io non lo so | io non lo so
    # Non lo so
    {no} [{pron}] [{pron}] {know} ... | (ignoro | ignoriamo) ... | lo ignoro | {no} ti so dire ...
    non saprei ... | {no} [{pron}] ho [{pron}] [la minima | la più pallida | alcuna] idea ...
    (nessuna | nessun) idea ...
    {no} sono [del tutto | molto] (sicuro | sicura | certo | certa | sicuri | a conoscenza | al
        corrente) ...
    {no} [{pron}] (ho | abbiamo | dispongo | possiedo | trovo | vedo | disponiamo | ho più) [di | a]
        ({info} | di queste {fact} | accesso | modo | {it} | {fact}) ...
    {no} [{pron}] (ho | abbiamo) (trovato | rinvenuto | visto) ({info} | {it} | {fact}) ...
    {no} l ho trovato ... | {no} [{pron}] (ho | abbiamo) trovato ... {place}
    (mi manca | mi mancano | ci mancano) ... | mi serve ...
    (avrei bisogno | ho bisogno) di (più | ulteriori | maggiori | altre) ... | mi servirebbero ...
    {no} trovo ({info} | {it} | {fact}) ... | {no} (credo | penso) di (poter | sapere | essere) ...
    # Non posso rispondere
    {no} [{pron}] [{pron}] {can} [{pron}] [{no}] {answer} ... | {no} sono in grado ...
    {no} [{pron}] posso | {no} so {answer} ...
    [{no}] [mi] è (possibile | impossibile) {answer} ... | impossibile {answer} ...
    (devo | debbo) (rifiutare | declinare) ... | {no} si può {answer} ...
    {it} {no} (può | possono) (essere | trovare) ...
    ({it} | {det} {fact}) {no} si può {answer} ... | {no} [{pron}] si (può | riesce a) {answer} ...
    {it} {no} ha [una] risposta | {it} (esula | va oltre) ...
    # Il testo non lo dice
    {source} {no} [{pron}] [{pron}] {say} ...
    {source} {no} [{pron}] (ha | hanno) (fornito | {fact}) ...
    (nessuno | nessuna) (di | tra | fra) [{det}] {source} [{pron}] {say} ...
    (nessun | nessuna) {source_noun} [{pron}] {say} ...
    (nessuno | nessuna) {source} [{pron}] {say} ... | (nulla | niente) {place} [{pron}] {say} ...
    {source} {no} (è | sono) (sufficiente | sufficienti | chiaro | rilevante | pertinente) ...
    {place} {no} [{pron}] (è | sono | viene | vengono | ci sono | c è | si | compare | figura |
        esiste | risulta | trovo | ho trovato | appare | emerge | vi è | vi sono) ...
    {place} (manca | mancano) ...
    # Non ci sono informazioni, nessuno lo sa
    {no} c è modo ...
    {no} {be} (trovata | trovate | trovato | rinvenute | fornite | fornita) [{info}] [...]
    {no} (ci sono | c è | vi sono | vi è | esistono | esiste) ({info} | {fact}) ...
    {no} c è nulla {place} [{about_it}] | preferisco non ...
    {source} (è | sono) (insufficiente | insufficienti) ... | nessuno [{pron}] (sa | conosce) ...
    (nessuna | nessun) {fact} [{given} | trovata | fornita] [{about_it}] [{place}]
    {fact} (insufficiente | insufficienti | mancanti | non ({said} | {given})) | senza {fact}
    # Non è specificato, è sconosciuto
    {no} [{pron}] {be} ({said} | {given}) [{place}] [{wh} ...] [{place}] | {no} si sa ...
    {no} si conosce ...
    {no} [{pron}] si (menziona | menzionano | dice | specifica | indica | parla | fa | precisa |
        accenna) ...
    [{it} | {info}] {no} {be} [{said} | {given}] {place} | {no} {be} ({said} | {given}) {wh} ...
    {no} risulta
    ({it} | {info} | {det} {fact}) {no} [{pron}] ({be} ({said} | {given}) | si trova | compare |
        figura | appare) [{place}]
    {unclear} [{place}] | [è] {unclear} [{place}]
    ({it} | {info} | [la] risposta) ({be}) {unclear} [{place}] | {no} noto | n d
    ... {no} {be} {said} [{place}] | ... {no} {be} {given} {place} | ... {no} si trova {place}
    ... (è | sono | rimane | resta) (sconosciuto | sconosciuta | sconosciuti | ignoto | ignota |
        incerto)

abstention = [{lead}] [{lead}] [{it}] {core}
"""
