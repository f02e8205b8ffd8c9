"""German: the words and clauses of abstentions."""

GRAMMAR = """
stop = ist | sind | wurde | wurden | wird | werden | hat | haben | war | waren | gibt
sign = unmöglich | bräuchte | benötige | brauche | bräuchten | übersteigt | überschreitet | nicht
    nichts | nie | niemand | kein | keine | keinen | keinem | keiner | keines | keinerlei | weder
    nirgends | nirgendwo | fehlen | fehlt | fehlende | unbekannt | unklar | ungewiss | offen
    unsicher | unmöglich | unzureichende | ungenügende | umstritten | unbeantwortbar | fraglich
    überfragt | ablehnen | passen | schweigt | schweigen | ka | k | o | entfällt | wenig | wenige
filler = absolut | leider | bedauerlicherweise | auch | genau | wirklich | ehrlich gesagt | ehrlich
    einfach | derzeit | momentan | aktuell | im Moment | zurzeit | noch | bisher | bislang
    explizit | ausdrücklich | konkret | direkt | näher | eindeutig | sicher | genauer | hier | sorry
    so | ja | es tut mir [sehr] leid | tut mir [sehr] leid
    [ich bitte um] (Entschuldigung | Verzeihung) | entschuldigen Sie [bitte] | entschuldige [bitte]
    ich entschuldige mich | bedaure | hm | tja | ich bedaure | ich fürchte | zu meinem Bedauern
    also | selbst | eigentlich | doch | gar | mehr | überhaupt | mit Sicherheit | mit Gewissheit
turn = aber | sondern | jedoch | allerdings | vielleicht | möglicherweise | wahrscheinlich
    vermutlich | eventuell | nur | dennoch | trotzdem | ausser | vermute ich | und (er | sie | es)

# Names of things
det = der | die | das | den | dem | des | ein | eine | einer | einem | einen | dieser | diese
    dieses | diesem | diesen | Ihr | Ihre | Ihren | Ihrem | dein | deine | deinem | deinen | jeder
    jede | jedes
adj = gegebene | gegebenen | gegebener | bereitgestellte | bereitgestellten | vorliegende
    vorliegenden | angegebenen | genannten | obigen | obige | ursprünglichen | gesamten | ganzen
    verfügbaren | vorhandenen | zur Verfügung gestellten | zur Verfügung stehenden | mitgelieferten
    abgerufenen | gefundenen | hochgeladenen | mir vorliegenden | erste | ersten | zweiten
source_noun = Textstelle | Zitat | Eintrag | Beitrags | Kapitel | Absätze | Absätzen | Textes
    Ausschnitts | Auszügen | Notizen | Nachricht | E-Mail | Liste | Frage | Aufgabe
    Quellenmaterial | Infos | Passagen | Ausschnitten | Akten | Kontexten | Text | Texte | Texten
    Textes | Texts | Textabschnitt | Textausschnitt | Textauszug | Textpassage | Abschnitt
    Abschnitte | Abschnitts | Abschnitten | Absatz | Absatzes | Passage | Artikel | Artikels
    Artikeln | Auszug | Auszugs | Ausschnitt | Kontext | Kontexts | Kontextes | Dokument | Dokumente
    Dokumenten | Dokuments | Dokumentes | Quelle | Quellen | Quelltext | Unterlagen | Material
    Materialien | Bericht | Berichts | Beitrag | Information | Informationen | Angaben | Daten
    Suchergebnisse | Suchergebnissen | Ergebnisse | Inhalt | Inhalte | Inhalten | Wissensbasis
    Datenbank | Wissensdatenbank | Zusammenfassung | Geschichte | Tabelle | Seite | Datei | Dateien
    Trainingsdaten | Transkript | Textgrundlage | Grundlage
source = [{det}] [{adj}] [{adj}] {source_noun} | {source_noun} {det} [{adj}] {source_noun}
place = (im | in | aus | vom | laut) (Absatz | Kontext | Text | Artikel | Dokument | Abschnitt)
    (im | in | aus | vom | zum | laut | gemäss | nach | anhand | aufgrund | mithilfe | mit | unter |
        innerhalb | basierend auf | auf Basis | auf Grundlage | auf der Grundlage | auf der Basis |
        ausgehend von | mit Hilfe | durch | entsprechend) [von | in] {source}
    darin | daraus | dort | in (ihm | ihr | ihnen)
no = nicht | nichts | kein | keine | keinen | keinem | keiner | keinerlei | nie | nirgends
    nirgendwo | nicht genug | nicht genügend | nicht ausreichend | zu wenig | zu wenige | nicht die
    weder
fact = Einzelheit | Erklärung | Beleg | Nachweis | Aufschluss | Zahl | Zahlen | Bezug | Erwähnungen
    Erinnerungen | Material | Unterlagen | Quelle | Quellen | Aussagekraft | Anzeichen | Rückmeldung
    Zugriffsrechte | Information | Informationen | Angabe | Angaben | Auskunft | Auskünfte | Daten
    Hinweis | Hinweise | Antwort | Antworten | Details | Einzelheiten | Kenntnis | Kenntnisse
    Erwähnung | Ahnung | Zugriff | Zugang | Infos | Info | Belege | Aussage | Aussagen | Wissen
    Erkenntnisse | Anhaltspunkte | Ergebnis | Ergebnisse | Treffer | Idee | Erinnerung | Schimmer
    Meinung
info = [genügend | ausreichend | ausreichende | ausreichenden | weiteren | weitere | näheren |
        nähere | konkreten | konkrete | genauen | genaue | relevanten | relevante | passenden |
        passende | entsprechenden | spezifischen | diese | die | dieser | nötigen | notwendigen |
        erforderlichen | genug | eine] {fact}
ich = ich | wir
can = kann | können | konnte | konnten | könnte | darf | möchte | dürfen | will | werde
know = verstehe | weiss | wissen | kenne | kennen
say = verraten | nennt | stellt | stellen | gehen | deutet | klärt | klären | schildert | bestätigt
    erwähnte | spezifizieren | berichtet | berichten | hält | drückt | sagt | sagen | erwähnt
    erwähnen | nennt | nennen | enthält | enthalten | gibt | geben | liefert | liefern | bietet
    bieten | macht | machen | beinhaltet | beinhalten | beschreibt | beschreiben | erklärt
    erklären | erläutert | behandelt | behandeln | thematisiert | spezifiziert | verrät | verraten
    äussert sich | geht | gehen | beantwortet | beantworten | umfasst | zeigt | benennt | führt
    schweigt | spricht | präzisiert | steht | stehen | lässt | lassen | definiert | erlaubt
    ermöglicht | informiert
said = angegeben | erwähnt | genannt | gesagt | beschrieben | erklärt | erläutert | spezifiziert
    thematisiert | behandelt | aufgeführt | ausgeführt | dargelegt | festgelegt | benannt
    präzisiert | angesprochen | mitgeteilt | beantwortet | definiert | dokumentiert | gegeben
    gemacht
given = enthalten | vorhanden | verfügbar | bekannt | ersichtlich | zu finden | zu entnehmen
    gegeben | auffindbar | gefunden | bereitgestellt | möglich | klar | ableitbar | vermerkt
    verzeichnet | aus | feststellbar | ausreichend | zu beantworten | beantwortbar | geklärt
    bestimmbar | deutlich
be = ist | sind | wird | werden | wurde | wurden | war | waren | bleibt | bleiben
answer = erinnern | darauf eingehen | herauslesen | überprüfen | bewerten | einschätzen
    vorhersagen | abschätzen | ersehen | auskunft geben | helfen können | definieren | kommentieren
    preisgeben | teilnehmen | einordnen | begründen | beantworten | sagen | antworten | helfen
    weiterhelfen | beurteilen | bestimmen | ermitteln | feststellen | angeben | finden | nennen
    geben | bestätigen | entnehmen | wissen | behilflich sein | herausfinden | erkennen | dienen
    machen | mitteilen | unterstützen | bereitstellen | liefern | ableiten | beraten | erteilen
    erfüllen | schliessen | festlegen | klären | anbieten | teilen | treffen | bearbeiten
    nachkommen | entsprechen | vornehmen | ausführen | fortfahren | verraten | nachvollziehen
    unterstützen | diskutieren | erstellen | folgern | eingehen | äussern | belegen
answered = beantwortet | bestimmt | ermittelt | gefunden | festgestellt | gesagt | entnommen
    geklärt | abgeleitet | beurteilt | angegeben | erschlossen | gegeben
unclear = unbekannt | unklar | ungewiss | offen | unsicher | umstritten | unbeantwortbar | fraglich
    (nicht | nirgends) ({said} | {given}) | nicht eindeutig
it = das | dies | es | sie | ihn | davon | darüber | dazu | hierzu | hierüber | diese Frage
    die Frage
about_it = dazu | hierzu | darüber | hierüber | davon | (über | zu | zur | zum | von | bezüglich) ..
wh = wer | wen | wem | wessen | was | wann | wo | wohin | woher | welche | welcher | welches
    welchen | warum | wieso | wie | ob | weshalb | wofür | womit | inwiefern | inwieweit

because = und | daher | deshalb | somit | also | da | weil | denn | deswegen | folglich | sodass
lead = {because} | {place}
    [{because}] (als | da) [ich] [ein | eine | eines] [grosses] (KI | Sprachmodell | Assistent |
        Modell | künstliche Intelligenz) [Sprachmodell | Assistent | Modell] [bin]
    (soweit | soviel) ich weiss | meines Wissens | {wh} ...
    (was | bezüglich | hinsichtlich | zu | zur | zum | für | über) ...
    ohne (weitere | zusätzliche) ...
polite = bitte | vielen Dank | danke | gute Frage
    (kann | können | könnten | könntest | kannst) (ich | Sie | du) | gerne | gern | falls | wenn
    (wenden | versuchen | fragen | schauen | prüfen | konsultieren) Sie | melden Sie sich
    lassen Sie mich | lass mich | (haben | hast) (Sie | du) | ich bin [nur] ein
    ich (empfehle | hoffe | verstehe) | (das ist | was für) eine (gute | interessante) Frage
    ich helfe | möchten Sie | gibt es (noch | etwas) | schau | frag
    (Sie | du) (können | kannst | sollten | solltest) | ich kann [Ihnen | dir] gerne
about = handelt von | handeln von | befasst sich | befassen sich | beschäftigt sich | behandelt
    konzentriert sich | geht um
aside = [{because}] {lead} | {polite} ... | [{because}] {source} {about} ...
more = (die | der | das) (Sie | du | ich | dafür | hierfür | dazu | für | wir | nötig | man) ...
    ... zu {answer}
    ({wh} | oder | noch | und {wh} | um | dass | insbesondere | etwa | wie | geschweige) ...

core = (nirgends | nirgendwo) [in] ... {be} ... {said}
    [dem | den | in] {source_noun} (fehlen | fehlt) ... | es (fehlen | fehlt) ... {place} [...]
    {fact} (fehlen | fehlt) [...]
    [{det}] {fact} (habe | haben | besitze | besitzen) {ich} {no} [...] | nicht {place}
    {place} nicht | ({about_it} | {it}) gibt es {place} {no} ...
    {ich} (habe | haben) ... nicht die {fact} ...
    {det} {fact} {be} {no} [{place}] ({said} | {given}) ...
    {det} {fact} (liegt | liegen | steht | geht) {no} ...
    {fact} {be} {no} ({said} | {given}) [...] | ich erinnere mich nicht ...
    ich (weiss | wüsste) [es | das] [...] nicht ...
    (das | dies) (weiss | wissen) (ich | wir) {no} ...
    # Ich weiß es nicht
    [{ich}] {know} [{it}] (nicht | nichts) | [{it}] {know} {ich} [{it}] {no}
    [{ich}] {know} ... (nicht | nichts) [{wh} ...] | ... {know} {ich} ... {no} [...]
    [{ich}] {know} (nicht | nichts) ... | (nicht | nichts) (sicher | bekannt) [{wh} ...]
    [{ich} (bin | sind)] [mir] [da | dessen | darüber] nicht [ganz] sicher ...
    [da] bin ich [mir] (nicht [sicher] | überfragt) ... | (bin | da bin ich) überfragt
    ich bin [mir] (nicht | unsicher) ... | ich bin nicht (in der Lage | befugt | berechtigt) ...
    keine (Ahnung | Idee) ... | [ich habe] keinen (Schimmer | Plan) ...
    {ich} (habe | haben | besitze | finde | sehe | fand | erhielt) ... {no} {info} ...
    {ich} (habe | haben) ... {no} ... (gefunden | gehört | erhalten) | {ich} verfüge ... {no} ...
    {ich} (finde | sehe) [dazu | darüber | hierzu | {place}] nichts [...]
    ... (habe | haben | finde | besitze | verfüge | erhielt) {ich} ... {no} ({info} ... | gefunden)
    ... (liegen | liegt | fehlen | fehlt) (mir | uns) [...] ({no} {info} | {info}) ...
    mir fehlen ... | mir (liegen | liegt) ... {no} ...
    mir (ist | sind) ... {no} (bekannt | möglich | klar | bewusst | geläufig) ...
    mir (wurde | wurden) ... {no} ... (mitgeteilt | gegeben | bereitgestellt)
    {ich} (möchte | will) [das | dazu | darauf] {no} ... | ich (ziehe es vor | bevorzuge es)
    {info} {be} {no} ({said} | {given}) | {info} (liegt | liegen) (mir | uns) {no} vor
    ... (übersteigt | überschreitet) ...
    ... (gibt | geben | macht | machen | sagt | sagen | enthält | enthalten | steht) {source} {no}
        ...
    unmöglich zu {answer} | (mir | uns) (liegen | liegt) ... {no} ...
    {ich} (bräuchte | benötige | brauche | bräuchten) [weitere | zusätzliche | nähere] {info} ...
    ... (bleibt | wird | ist) ... offen [gelassen]
    ... (ist | sind | war) (mir | uns) ... {no} (bekannt | möglich | klar | geläufig)
    # Das kann ich nicht beantworten
    {ich} {can} ... {no} ... {answer} | ... {can} {ich} ... {no} ... {answer}
    {can} {ich} {no} {answer} | {ich} (finde | sehe | erkenne) ... {no} ...
    ... {can} man ... {no} {answer} | [{it}] (lässt | lassen | liess) sich ... {no} {answer}
    ... (lässt | lassen) sich ... {no} {answer} | ... {can} ... {no} {answered} werden [...]
    [es] ist ... nicht möglich ... | [es] ist [mir] unmöglich ... | ... ist nicht zu beantworten
    {ich} (muss | müssen) ... (ablehnen | passen)
    # Der Text sagt es nicht
    {source} {say} ... {no} ... | {say} {source} ... {no} ...
    {source} {be} {no} (ausreichend | eindeutig | klar | relevant | hilfreich) ...
    {source} hat {no} {info} ... | {source} (lässt | lassen) ... offen [...]
    {because} {source} ... {no} ...
    (keines | keiner | keine | kein) [{source} | von ihnen] {say} ... | kein {source_noun} {say} ...
    weder ... {source_noun} ... {say} ... | weder {place} ... noch {place} {be} ... {said}
    {place} {say} ... {no} ... | {place} {be} ... {no} ({said} | {given} | die Rede) [{wh} ...]
    {place} (finde | findet | finden | fanden) [sich] ... {no} ... | {place} gibt es ... {no} ...
    {place} {be} ... {no} | {place} fehlt ... | {place} fehlen ...
    {place} (geht | gehen) ... {no} ...
    ... (steht | stehen | findet sich | finden sich | gibt es) [...] {no} [{info}] {place}
    {about_it} (steht | stehen | findet sich) {place} {no} [...]
    ... geht [{place}] nicht [{place}] hervor [...] | ... wird {no} [...] {place} [...] {said}
    # Es gibt keine Angaben, niemand weiß es
    [{about_it}] (gibt es | es gibt | liegen | liegt) [{about_it}] [{place}] {no} {info} [{place}]
        [{about_it}] [vor]
    {about_it} (wird | werden | wurde | ist) ... {no} ({said} | {given}) [{place}]
    (niemand | keiner) weiss ... | [{it}] weiss [{it}] (niemand | keiner) [genau] [{wh} ...]
    {info} (reichen | reicht) ... nicht ... | {source} (reichen | reicht) ... nicht ...
    {no} {info} .. | {no} {info} .. ({wh} | die | das) ...
    (unzureichende | fehlende | ungenügende) {fact} | (nicht | keine) genügend ... | kA | k A | o A
    keine | entfällt | nicht zutreffend | nicht anwendbar | keine
    # Es ist nicht bekannt
    [nicht] ({said} | {given}) (nicht) | {no} {said} [{place}] | nicht [{place}] {given} [{place}]
    {unclear} [{place}] [{wh} ...] | nicht [{place}] ({said} | {given})
    (es | das | dies | dieses) {be} ... {unclear} [{place}] [{wh} ...]
    (es | das) bleibt {unclear} ...
    ({it} | [die] Antwort [auf (die | diese | Ihre | deine) Frage]) {be} [{place}] {unclear}
        [{place}] [{wh} ...]
    {be} [{place}] {unclear} [{wh} ...] | das steht {no} ...
    ... {be} [{place}] {no} {said} [{place}]
    ... {be} [{place}] (unbekannt | unklar | ungewiss | nicht bekannt) [{place}]
    ... {be} {no} {place} [{said} | {given}] | {source} (schweigt | schweigen) ...
    ... {be} {place} [...] {no} ({said} | {given}) | ... {be} {no} {given} {place}

abstention = [{lead}] {core}
"""
