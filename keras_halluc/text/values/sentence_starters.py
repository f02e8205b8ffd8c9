"""Sentence starters: words capitalised at the start of a sentence that are no names."""

# Articles, pronouns, prepositions, conjunctions, adverbs and question words; small letters.
STARTERS = frozenset(
    # English
    "a about above according across actually additionally after afterwards again against all "
    "almost along already also although always am among an and another any anyone anything "
    "apart are around as aside at away back based be because been before behind being below "
    "besides best better between both but by can certain clearly compared consequently could "
    "currently despite did do does don't due during each earlier early eight either else even "
    "eventually every everyone everything except few finally first five following for former "
    "formerly four from further furthermore generally given had has have having he hence her "
    "here hers him his historically how however i i'm if important in including indeed "
    "initially inside instead into is it it's its just know last late lately later latest "
    "least less let like likewise little located long lots made mainly many may maybe me "
    "meanwhile might more moreover most mostly mr mrs ms much must my near nearby nearly "
    "neither never nevertheless new next nine no nobody none nor not notably nothing now of "
    "off often oh ok old on once one only onto or original originally other others otherwise "
    "our ours out outside over overall own particularly people perhaps please previously "
    "prior probably rather recent recently regarding same second secondly see seven several "
    "shall she should similar similarly simply since six so some somebody someone something "
    "sometimes soon still subsequently such take ten than thank thanks that that's the their "
    "theirs them then there there's therefore these they they're third this those though "
    "three through throughout thus to today together tomorrow too toward towards two "
    "typically under unfortunately unlike until up upon us use used usually very was way we "
    "well were what whatever when whenever where whereas wherever whether which while who "
    "whoever whose why will with within without would yes yesterday yet you you're your yours "
    "beginning boasting featuring having offering playing providing selling serving starting using "
    "working "
    # German
    "aber alle allem allen aller allerdings alles als also am an ander andere anderen anderer "
    "anderes ans auch auf aufgrund aus ausserdem außer außerdem bei beide beiden beim bereits "
    "bevor bis bisher da dabei dadurch dafür dagegen daher damals damit danach daneben dann "
    "daran darauf daraus darin darum darüber das dass davon dazu dein dem den denn dennoch "
    "der deren des deshalb dessen deswegen die dies diese diesem diesen dieser dieses doch "
    "dort drei du durch ebenfalls ebenso ein eine einem einen einer eines einige einigen "
    "einiger einmal entlang er erst es etwa etwas euch euer ferner für ganz gegen gegenüber "
    "gemäß hat hatte heute hier hierbei hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer "
    "im immer in indem infolge innerhalb ins insbesondere insgesamt ist ja jede jedem jeden "
    "jeder jedes jedoch jene jetzt kann kein keine keinen können laut man manche mehr mehrere "
    "mein meine meist meistens mit nach nachdem neben nicht nichts noch nun nur ob obwohl "
    "oder oft ohne schließlich schon sehr sein seine seinem seinen seiner seit seitdem selbst "
    "sich sie sind so sobald sogar solche somit sondern sonst sowie sowohl später trotz "
    "trotzdem um und uns unser unter unterdessen viel viele vielen vom von vor vorher wann "
    "war waren warum was wegen weil weiter weitere weiterhin welche welcher welches wem wen "
    "wenn wer werden wie wieder wir wird wo wobei wodurch wurde wurden während wäre zu zudem "
    "zuerst zufolge zum zunächst zur zusammen zusätzlich zuvor zwar zwei zwischen über "
    # French
    "afin ainsi alors après au aucun aucune aujourd'hui auparavant aussi autour autre autres "
    "aux avant avec beaucoup bien c'est car ce ceci cela celle celles celui cependant "
    "certaines certains ces cet cette ceux chacun chaque chez comme comment d'abord d'après "
    "d'autres dans de depuis dernier derrière des deux devant donc dont du durant dès elle "
    "elles en enfin ensuite entre est et grâce hors ici il ils je jusqu'à l'un la le les leur "
    "leurs lors lorsque lui là mais malgré moins mon même ni non nos notre nous on or ou "
    "outre où par parce parmi pas pendant peu peut plus plusieurs pour pourquoi pourtant près "
    "puis puisque quand que quel quelle quelles quelques quels qui quoi sa sans sauf se selon "
    "ses seul seule si son sont sous souvent suite sur tandis tant toujours tous tout toute "
    "toutefois toutes trois très un une vers voici voilà vos votre vous à étant "
    # Spanish
    "a además ahora al algo alguna algunas alguno algunos algún allí ante antes aparte aquel "
    "aquella aquí así aunque aún bajo bien cada casi como con contra cual cuando cuyo cuál "
    "cuándo cuánto cuántos cómo de debido del dentro desde después detrás donde dos durante "
    "dónde e el ella ellas ellos en encima entonces entre era es esa esas ese eso esos esta "
    "estas este esto estos está están finalmente fue fuera fueron gracias ha había hace hacia "
    "han hasta hay hoy incluso junto la las le les lo los luego mas me mediante menos mi "
    "mientras muchas mucho muchos muy más nada nadie ni ninguna ningún no nos nosotros "
    "nuestro o os otra otras otro otros para pero poco por porque posteriormente primero pues "
    "que quien quizás quién qué se según ser si sido siempre sin sino sobre solo son su sus "
    "sí sólo también tampoco tan tanto te tener tiene toda todas todavía todo todos tras tres "
    "tu tuvo tú un una unas uno unos varias varios vez y ya yo él última último".split()
)
# Small words inside a name: "University of Oxford", "Ludwig van Beethoven".
INSIDE = {
    "en": frozenset("of the de la du del di da dos von van der den ten al el bin ibn zu".split()),
    "de": frozenset("von van vom zu zum zur de la del di da dos al el bin ibn".split()),
    "fr": frozenset("de du des la le les d' del di da dos von van der al el bin ibn".split()),
    "es": frozenset("de del la las los el di da dos von van der al bin ibn".split()),
}
# What tokenizers write for a rare word and for brackets, as in "[UNK]" and "-LRB-".
PLACEHOLDERS = frozenset("UNK LRB RRB LSB RSB LCB RCB".split())
# Capitalised by habit and no part of who is meant.
TITLES = frozenset(
    "mr mrs ms miss dr prof sir lord lady dame saint st president professor doctor king queen "
    "prince princess pope herr frau präsident könig m mme mlle monsieur madame roi reine président "
    "señor señora sr sra don doña rey reina presidente".split()
)
