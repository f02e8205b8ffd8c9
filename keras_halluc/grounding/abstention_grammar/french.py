"""French: the words and clauses of abstentions."""

GRAMMAR = """
stop = est | sont | a | ont | été | fut | furent | était | étaient | avait
sign = nulle | besoin | ne | n | pas | non | aucun | aucune | rien | personne | nul | ignore
    impossible | incapable | sans | impossibilité | inconnu | inconnue | inconnus | inconnues
    incertain | incertaine | indéterminé | indéterminée | indisponible | indisponibles | insuffisant
    insuffisante | insuffisantes | manque | manquent | manquante | manquantes | absent | absente
    flou | refuse | refuser | préfère | dépasse | sort | s | muet | silencieux
filler = absolument | totalement | malheureusement | hélas | désolé | désolée
    [je suis] [vraiment] (désolé | désolée | navré | navrée) | je regrette | navré | navrée | pardon
    excusez-moi | [toutes] mes excuses | hum | euh | je m'excuse | je crains que | actuellement
    explicitement | précisément | exactement | vraiment | honnêtement | clairement | directement
    pour l'instant | pour le moment | à ce stade | encore | avec certitude | avec précision
    du tout | franchement | simplement | toutefois | non plus | à vrai dire | bien | spécifiquement
    désolé de ne pas pouvoir vous aider
turn = mais | peut-être | cependant | pourtant | probablement | sans doute | sauf | seulement
    en revanche | parce que | parce qu | car | excepté | hormis | toutefois | néanmoins
    et (il | elle)

# Names of things
det = le | la | les | l | un | une | des | du | de la | de l | ce | cet | cette | ces | votre | vos
    mon | mes | ma | nos | notre | leur | ton | ta | tes | au | aux
source_noun = citation | chapitre | note | notes | courriel | message | liste | question | énoncé
    bases | références | corpus | archives | description | résumés | éléments fournis
    données fournies | texte | textes | passage | passages | article | articles | document
    documents | contexte | contextes | source | sources | extrait | extraits | paragraphe
    paragraphes | contenu | matériel | information | informations | données | résultats | éléments
    rapport | page | fichier | base | récit | histoire | résumé | tableau | transcription | section
shared = fourni | fournis | fournie | fournies | donné | donnés | donnée | données | disponible
    disponibles | ci-dessus | proposé | proposés | présenté | transmis | de référence
    de connaissances | en question | de recherche | source
    que vous (avez | m avez) (fourni | fournis | fournie | donné | fournies | donnés)
    à ma disposition | de la recherche
source = [{det}] [premier | second | présent] {source_noun} [{shared}] [{shared}]
place = (dans | de | d | par | selon | d après | sur la base | à partir | sur | en se basant sur |
        en fonction | au vu | avec | compte tenu) [de | d] ({source} | celui-ci | ceux-ci)
    ici | nulle part
no = pas | aucun | aucune | rien | jamais | guère | nullement | point | plus
fact = explication | explications | chiffre | chiffres | source | sources | indice | indices | date
    nom | exemple | éclaircissement | moyen | référence | preuves | mentions | documents | document
    information | informations | réponse | réponses | donnée | données | mention | détail | détails
    idée | indication | indications | précision | précisions | élément | éléments | renseignement
    renseignements | connaissance | accès | trace | référence | contexte | avis | souvenir | preuve
    résultat | résultats | référence
info = [{det} | d | de | assez d | assez de | suffisamment d | suffisamment de | moindre] [autres |
        telles | quelconque] {fact} [suffisante | suffisantes | nécessaires | nécessaire | précises
        | précise | pertinente | pertinentes | spécifiques | supplémentaires | fiables]
about_it = (à ce sujet | à ce propos | là-dessus | sur (ce | cette | le | la | les | l | ces | son |
        sa | ses | cela | un | une) .. | concernant .. | à propos d .. | à propos de .. | au sujet d
        .. | au sujet de .. | relative à ... | à cet égard | en la matière)
wh = qui | que | qu | quoi | quand | où | quel | quelle | quels | quelles | lequel | laquelle
    comment | pourquoi | combien | si | s | dans quelle | en quelle | à quelle | à qui | de quoi
    dont | ce que | ce qu | depuis quand
ne = ne | n
je = je | j | nous | on
pron = l | le | la | les | y | en | lui | vous | te | t | m | nous | me | leur
can = peux | peut | pouvons | puis | saurais | pourrai | pourrais | ai pas pu
    suis pas en mesure de | suis pas capable de | suis pas autorisé à | suis pas habilité à
know = comprends | sais | sait | savons | connais | connaissons | connaît | ignore
say = détaillent | révèlent | décrivent | nomment | comprennent | présentent | définissent | éclaire
    renseignent | laisse | laissent | confirme | confirment | rapporte | rapportent | souligne
    spécifie | mentionne | mentionnent | précise | précisent | indique | indiquent | dit | disent
    parle | parlent | spécifie | spécifient | contient | contiennent | fournit | fournissent | donne
    donnent | évoque | évoquent | aborde | abordent | explique | expliquent | permet | permettent
    fait | font | traite | traitent | comporte | comportent | révèle | comprend | inclut | incluent
    apporte | apportent | répond | répondent | offre | offrent | suffit | suffisent | nomme | cite
    citent | décrit | détaille | concerne | concernent | stipule | propose | présente | figure
    renseigne | définit | dévoile
said = mentionné | mentionnée | mentionnés | mentionnées | précisé | précisée | précisés | précisées
    indiqué | indiquée | indiqués | indiquées | spécifié | spécifiée | dit | dite | évoqué | évoquée
    abordé | abordée | expliqué | expliquée | décrit | décrite | cité | citée | nommé | nommée
    traité | donné | donnée | détaillé | détaillée | fait mention | question | clair | claire | fait
given = disponible | disponibles | fourni | fournie | fournis | fournies | donné | donnée | données
    connu | connue | connus | connues | présent | présente | présentes | trouvé | trouvée | possible
    certain | contenu | contenue | accessible | incluse | inclus | communiqué | communiquée
    répertoriée | claire | clair | établi | établie | déterminé | déterminée | suffisant
    suffisante | suffisantes
unclear = inconnu | inconnue | inconnus | inconnues | incertain | incertaine | indéterminé
    indéterminée | indisponible | indisponibles | sans réponse | non ({said} | {given})
    (absent | absente) [du] | flou
answer = me souvenir | me rappeler | vérifier | évaluer | prédire | estimer | décider | expliquer
    décrire | définir | lire | consulter | conclure | participer | deviner | dévoiler | exprimer
    trancher | continuer | répondre | dire | savoir | déterminer | aider | assister | confirmer
    préciser | trouver | donner | fournir | accéder | commenter | discuter | partager | identifier
    établir | affirmer | juger | conclure | créer | générer | satisfaire | accepter | aborder
    proposer | communiquer | être sûr | déduire | renseigner | vérifier | connaître | conseiller
    indiquer | me prononcer | se prononcer | faire | localiser
it = il | ce | c | cela | ça | ceci | cette information | cette question | la question | la réponse
    cet | l'information | les informations | ces informations | cette donnée | ces données | la date
    le nom

because = et | donc | ainsi | alors | par conséquent | c est pourquoi | puisque | puisqu | comme
    étant donné | que | qu | vu que | faute de
lead = {because} | {place}
    en tant qu [ia | intelligence artificielle | assistant | assistante] ... | en tant que ...
    étant donné {source} | {wh} ... | concernant ... | quant à ... | pour ... | sans ...
    à ma connaissance | après (avoir | lecture | examen | vérification) ... | compte tenu ...
    sur la base ... | en ce qui concerne ... | à la lecture ... | d après ce que ...
polite = merci | [n] hésitez [pas] | pourriez-vous | pouvez-vous | puis-je | veuillez
    bonne question | s il vous
    je vous (invite | conseille | recommande | suggère | prie | remercie) | si vous | y a-t-il
    avez-vous | c est une (bonne | excellente) question | excellente question | consultez | essayez
    faites-moi savoir | je suis [juste | seulement] (un | une | là)
    vous (pouvez | pourriez | devriez) | est-ce que | souhaitez
    je (comprends | peux toutefois | serais heureux | reste à votre)
about = parle | parlent | traite | traitent | porte sur | portent sur | concerne | se concentre
    aborde
aside = cela | ça | ceci | [{because}] {lead} | {polite} ... | [{because}] {source} {about} ...
more = ({wh} | ou | ni | et {wh} | notamment | pour | afin | en particulier | par exemple | comme)
        ...

core = nulle part ... {ne} (est | sont) ... {said} [...] | il manque ... {place}
    {it} {ne} (ressort | ressortent | découle | apparaît) {no} {place}
    {source} {ne} [{pron}] {say} nulle part ... | il {ne} [{pron}] (est | a été) nulle part ...
    nulle part {place} ... | {je} {ne} [{pron}] comprends {no} ... | (pas | non) {place}
    [{det}] {fact} {ne} [{pron}] (est | sont | a été | ont été) {no} ({said} | {given}) [{place}]
    {je} {ne} [{pron}] [{pron}] (souviens | rappelle | souvient) {no} ...
    {je} {ne} [{pron}] (ai | avons) {no} ({info} | {det} {fact}) ...
    [{det}] (date | nom | raison | prix | nombre | durée | âge | lieu | auteur | cause | montant)
        [...] {ne} [{pron}] (est | sont | figure) {no} ({said} | {given}) [{place}]
    # Je ne sais pas
    [{je}] [{ne}] [{pron}] [{pron}] (sais | savons) {no} ...
    {je} {ne} [{pron}] [{pron}] connais {no} ... | je ne saurais ...
    [{je}] {ne} [{pron}] [{pron}] {know} {no} ... | {je} [{pron}] ignore ... | je l ignore
    on ignore ... | on l ignore
    {je} {ne} suis {no} [tout à fait | très] (sûr | sûre | certain | certaine | au courant |
        familier | sûrs) ...
    {je} {ne} [{pron}] [{pron}] (ai | avons | dispose | possède | disposons | vois | trouve |
        détiens | ai plus) {no} [{info} | idée | ({info} | d accès | accès | d éléments) ...]
        [{place}]
    {je} {ne} [{pron}] (ai | avons | dispose | possède | vois | trouve) {no} [{det} | d | de]
        ({info} | moyen | éléments | souvenir) ...
    {je} {ne} [{pron}] (ai | avons) [pu] {no} [pu] (trouvé | trouver | vu | connaissance | entendu)
        ({info} | {it} | la réponse | d information | aucune | rien) [...]
    {je} {ne} [{pron}] (ai | avons) [{pron}] {no} (trouvé | pu trouver) ({info} | cette ... | rien |
        la réponse | {place} | mention | trace) [...]
    {je} {ne} [{pron}] (ai | avons) (trouvé {no} {fact} | {no} trouvé {no} {fact}) [...]
    {je} {ne} [{pron}] ai trouvé {no} {info} ... | (absent | absente) {place}
    absent (du | de la) {source} | {je} {ne} (ai | avons) {no} trouvé | {je} manque d ...
    {je} manque de ... | il me manque ... | (aucune | pas d | pas la moindre) idée ...
    {je} {ne} [{pron}] ai {no} idée ... | je {ne} pense {no} ... pouvoir ...
    {je} (aurais besoin | ai besoin) de plus ... | {je} (aurais | ai) besoin d ...
    impossible (à | de | d) {answer} | {je} {ne} me souviens {no} ... | je {ne} reconnais {no} ...
    # Je ne peux pas répondre
    [{je}] {ne} [{pron}] [{pron}] {can} [{no}] [{pron}] [{pron}] {answer} ...
    {je} {ne} {can} ... {answer} ... | {je} {ne} suis {no} en mesure d ...
    {je} {ne} suis {no} en mesure de ... | {je} suis incapable de ...
    {je} suis dans l impossibilité de ...
    {je} {ne} suis {no} (autorisé | autorisée | habilité) à ... | {je} {ne} [{pron}] peux {no}
    [il] [m] [est] impossible d ... {answer} ... | il m est impossible ...
    [il] [m] [est] impossible [pour moi] de [{pron}] {answer} ...
    je (refuse | dois refuser) de ...
    (il | ce) {ne} [{pron}] est {no} possible [pour moi] (de | d) [{pron}] [y] {answer} ...
    on {ne} [{pron}] peut {no} [{pron}] {answer} ... | {it} {ne} (peut | peuvent) {no} être ...
    il {ne} m est {no} possible ... | cela dépasse ... | {it} (dépasse | sort) ...
    # Le texte ne le dit pas
    {source} {ne} [{pron}] [{pron}] {say} {no} ... | {source} {ne} [{pron}] {say} ni ...
    rien {place} ... | {source} {ne} (a | ont) {no} {info} ... | {source} (manque | manquent) de ...
    {source} est (muet | insuffisant | silencieux) ...
    (aucun | aucune) [de | des | d] [{det}] {source_noun} [{shared}] {ne} [{pron}] {say} ...
    {source} {ne} [{pron}] (est | sont) {no} (suffisant | suffisants | suffisante | suffisantes |
        pertinent | clair) ...
    [{it}] {ne} (figure | figurent | se trouve | apparaît | apparaissent | trouve) {no} {place}
        [...]
    ... {ne} (figure | figurent | se trouve | se trouvent | apparaît | apparaissent) {no} {place}
    # Il n'y a pas d'information, personne ne le sait
    il {ne} est fait {no} {info} ... | il {ne} y a rien {place} [{about_it}]
    {je} préfère {ne} {no} ... | {source} est insuffisant ...
    il {ne} y a {no} (moyen | façon) de ...
    il {ne} (a | est) {no} été (trouvé | fourni) ({info} | {it}) ...
    il {ne} y (a | avait) {no} ({info} | mention) ... | il {ne} existe {no} {info} ...
    pas {info} ... | (personne | nul) {ne} [{pron}] (sait | connaît) ...
    aucune [autre] {fact} [{about_it}] [{ne} [{pron}] (est | a été | figure | sont) [{said} |
        {given}]] [{about_it}] [{place}] [{about_it}]
    aucun {fact} [{place}] [{about_it}]
    (aucune | aucun) {fact} [disponible | trouvée | trouvé | fournie | donnée | mentionnée]
        [{place}] [{about_it}]
    aucune mention ... | aucune réponse ...
    aucune {fact} {ne} ... (est | a été) (donnée | fournie | faite | disponible | mentionnée |
        indiquée | trouvée | précisée) ...
    {fact} (insuffisante | insuffisantes | indisponible | indisponibles | manquante | manquantes |
        non ({said} | {given}))
    # Ce n'est pas précisé, c'est inconnu
    (il | ce | c | cela | ça | ceci | {it}) {ne} [{pron}] (est | a été | sont | était) {no} ({said}
        | {given}) [{place}] [{wh} ...] [{place}]
    on {ne} [{pron}] sait {no} ... | {it} {ne} est {no} {place} | [c est] {unclear} [{place}]
    (non | pas) ({said} | {given} | applicable) [{place}] | sans réponse
    ({it} | [la] réponse | [l] information | {it}) (est | reste | demeure) {unclear} [{place}]
    rien {ne} [{pron}] (est | a été) ({said} | {given}) ... | rien {ne} {say} ... | s o | n c
    ... {ne} (est | sont) {no} {said} [{place}] | ... {ne} (est | sont) {no} {given} {place}
    ... (est | sont | reste | demeure | restent) (inconnu | inconnue | inconnus | inconnues |
        incertaine)

abstention = [{lead}] [{lead}] [cela | ça | ceci] {core}
"""
