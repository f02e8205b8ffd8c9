"""Spanish: the words and clauses of abstentions."""

GRAMMAR = """
stop = es | son | fue | fueron | está | están | ha | han | era | eran | había
sign = no | nada | nadie | ni | ningún | ninguno | ninguna | nunca | tampoco | sin | desconoce
    desconocen | desconozco | desconocemos | ignoro | ignora | ignoran | ignoramos | imposible
    incierto | incierta | indeterminado | indeterminada | insuficiente | insuficientes | falta
    faltan | carece | carecen | carezco | carecemos | desconocido | desconocida | desconocidos
    desconocidas | rechazar | declinar | necesito | necesitaría | fuera | excede | escapa | silencio
filler = absolutamente | completamente | lamentablemente | desafortunadamente | desgraciadamente
    por desgracia | lo siento [mucho] | lo lamento | disculpa | disculpe | disculpen | perdón
    perdona | perdone | lamento decir que | me temo que | sinceramente | honestamente | actualmente
    explícitamente | exactamente | realmente | claramente | directamente | por ahora
    por el momento | en este momento | todavía | aún | con certeza | con seguridad | con exactitud
    la verdad | bueno | pues | mil disculpas | mis disculpas | específicamente | ciertamente
    en realidad | lamento no poder ayudarte | lamento no poder ayudarle | siento no poder ayudarte
    absolutamente
turn = pero | quizás | quizá | tal vez | sin embargo | probablemente | posiblemente | sino | salvo
    excepto | a lo mejor | acaso | únicamente | solo | sólo | aunque | porque | no obstante
    y (él | ella)

# Names of things
det = el | la | los | las | un | una | unos | unas | este | esta | estos | estas | ese | esa | esos
    esas | mi | mis | tu | tus | su | sus | lo | del | al | dicho | dicha | nuestro | nuestra
source_noun = cita | capítulo | nota | notas | correo | mensaje | lista | pregunta | enunciado
    bases | referencias | corpus | archivos | descripción | entrada | recursos | apuntes | pasajes
    texto | textos | pasaje | pasajes | artículo | artículos | documento | documentos | contexto
    contextos | fuente | fuentes | fragmento | fragmentos | párrafo | párrafos | extracto
    extractos | contenido | material | materiales | información | datos | resultados | informe
    página | archivo | archivos | base | relato | historia | resumen | tabla | transcripción
    sección | conversación
shared = proporcionado | proporcionados | proporcionada | proporcionadas | dado | dados | dada
    dadas | disponible | disponibles | facilitado | facilitada | facilitados | suministrado
    suministrada | anterior | anteriores | de referencia | de conocimiento | de conocimientos
    de búsqueda | de datos | que (me | se) (ha | has | han) (proporcionado | dado | facilitado)
    proporcionas | recuperados | de la búsqueda | provisto | provistos | provista | original
    que (tengo | dispongo) | adjunto | de entrenamiento
source = [{det}] [primer | segundo | propio] {source_noun} [{shared}] [{shared}]
place = (en | de | del | por | según | con | a partir | con base en | basándome en | basándose en |
        de acuerdo con | sobre la base | en base a | desde | dentro | mediante) [de | del] ({source}
        | él | ella | ellos)
    aquí
fact = explicación | explicaciones | cifra | cifras | fuente | fuentes | indicio | indicios
    ejemplo | prueba | pruebas | menciones | registro alguno | documento | documentos | explicación
    información | informaciones | respuesta | respuestas | dato | datos | mención | detalle
    detalles | idea | indicación | indicaciones | referencia | referencias | conocimiento
    conocimientos | acceso | constancia | contexto | registro | registros | evidencia | pista
    resultados | opinión | noticia
info = [{det} | ninguna | ningún | suficiente | suficientes | más | toda | nada de | bastante |
        alguna] [suficiente | suficientes | otra] {fact} [suficiente | suficientes | necesaria |
        necesarios | relevante | relevantes | específica | específicos | adicional | concreta |
        alguna | clara | precisa | exacta | definitiva]
it = eso | esto | ello | lo | nada
    (esta | esa | la | tu | su) (pregunta | cuestión | consulta | solicitud)
about_it = al respecto
    (sobre | acerca de | acerca del | respecto a | respecto al | en relación con | de | del |
        referente a | relacionada con | relativa a) ..
wh = quién | quiénes | qué | cuál | cuáles | cuándo | dónde | cómo | por qué | cuánto | cuánta
    cuántos | cuántas | si | en qué | de qué | a qué | a quién | desde cuándo | adónde
pron = lo | la | los | las | se | me | te | le | les | nos
thing = razón | motivo | fecha | nombre | número | cifra | lugar | autor | precio | cantidad
    título | edad | causa | detalles | datos | año | hora | duración
can = puedo | podemos | podría | podré | pude | pudimos | he podido | hemos podido | me es posible
    logro | consigo | logré | conseguí | soy capaz de | estoy autorizado a | tengo permitido
know = !sé | sabemos | conozco | conocemos | sabría | recuerdo | entiendo
say = detallan | revelan | describen | nombran | citan | presentan | definen | deja | dejan
    confirma | confirman | informan | responde a | dice nada | alude | aluden | especifica
    contempla | recoge | recogen | menciona | mencionan | dice | dicen | especifica | especifican
    indica | indican | habla | hablan | proporciona | proporcionan | contiene | contienen | ofrece
    ofrecen | da | dan | incluye | incluyen | explica | explican | aclara | aclaran | hace | hacen
    señala | señalan | trata | tratan | describe | aborda | abordan | revela | revelan | precisa
    precisan | permite | permiten | aporta | aportan | facilita | nombra | cita | detalla | responde
    responden | tiene | tienen | informa | refiere | cuenta | suministra | define | identifica
    establece | presenta | brinda | cubre | figura | consta | aparece
said = mencionado | mencionada | mencionados | especificado | especificada | especificados
    indicado | indicada | indicados | dicho | explicado | detallado | detallada | aclarado
    abordado | descrito | señalado | definido | nombrado | citado | tratado
given = disponible | disponibles | proporcionado | proporcionada | dado | dada | encontrado
    encontrada | conocido | conocida | incluido | incluida | presente | claro | clara | posible
    especificado | cierto | contenida | facilitada | suficiente | suficientes | determinado
    determinada | registrado | aplicable
unclear = desconocido | desconocida | desconocidos | desconocidas | incierto | incierta
    indeterminado | indeterminada | no ({said} | {given})
    sin (especificar | determinar | respuesta | información | datos)
se_said = trata | discute | aportan | aporta | describen | detallan | nombran | señalan | explican
    recoge | recogen | contempla | hace mención | deja | menciona | mencionan | especifica
    especifican | indica | indican | dice | proporciona | proporcionan | da | dan | explica | aclara
    sabe | conoce | conocen | detalla | precisa | señala | describe | habla | hace | ofrece
    ofrecen | informa | trata | aborda | encuentra | encuentran | incluye | incluyen | revela
    nombra | cita
answer = recordar | recordarlo | evaluar | predecir | estimar | decidir | explicar | describir
    definir | leer | consultar | participar | adivinar | revelar | opinar | continuar | valorar
    comprobar | asistir | entregar | responder [te | le] | responderte | responderle | contestar
    decir | decirlo | decirte | saber | saberlo | determinar | determinarlo | ayudarte | ayudarle
    ayudarlo | ayudar | asistirle | asistirte | confirmar | confirmarlo | verificarlo | contestarlo
    encontrarlo | precisarlo | hacer eso | precisar | encontrar | dar | darte | darle | proporcionar
    proporcionarte | ofrecer | acceder | comentar | compartir | identificar | establecer | asegurar
    afirmar | concluir | deducir | hacer eso | hacerlo | cumplir | crear | generar | discutir
    hablar de | contestarte | facilitar | completar | brindar | aconsejar | localizar | hallar
    verificar | inferir | recomendar | conocer

because = y | así que | por lo que | por lo tanto | por tanto | por eso | ya que | como | dado que
    puesto que | debido a que | pues | entonces | que | de modo que | por ello
lead = {because} | {place} | como [un | una] (modelo | ia | inteligencia artificial | asistente) ...
    {wh} ... | (en cuanto a | sobre | respecto a | acerca de | con respecto a) ... | hasta donde ...
    sin más ... | (tras | después de) (revisar | buscar | leer | consultar | analizar) ...
    que yo sepa | para ... | dado ... | según la información ... | teniendo en cuenta ...
polite = gracias | muchas gracias | por favor | puedo | puedes | puede | podrías | podría [usted]
    te (recomiendo | sugiero | invito) | le (recomiendo | sugiero | invito)
    si (necesitas | necesita | tienes | tiene | quieres | desea | puedes | hay) | no dudes | no dude
    hay algo | tienes | buena pregunta | excelente pregunta
    es una (buena | excelente | interesante) pregunta | consulta | consulte | intenta | intente
    espero | recomiendo | sugiero | quieres | desea | necesitas | estoy aquí | estaré encantado
    con gusto | soy (un | una) (modelo | ia | asistente) | entiendo | avísame | hazme saber
    házmelo saber | en qué
about = trata | tratan | habla | hablan | se centra | se centran | versa | aborda | describe
    se refiere
aside = [{because}] {lead} | {polite} ... | [{because}] {source} {about} ...
more = ({wh} | o | ni | y {wh} | como | en particular | especialmente | por ejemplo | para | ya que)
        ...

core = en (ninguna parte | ningún (lugar | sitio | momento)) [{place}] [se] ...
    (falta | faltan) {fact} [...] | {it} no se (desprende | deduce | infiere) {place}
    {it} no (queda | está) claro [...] | ninguna {fact} [{given}] [{place}]
    ningún {fact} [{given}] [{place}] | (ninguna | ningún) {fact} {about_it} | no {place}
    yo [no] [lo] !sé | yo no ({know} | puedo) ... | [yo] tampoco [{pron}] {know} ... | lo !sé no
    no (está | están | es) {place} | ({it} | yo) no lo !sé
    [{det}] ({thing} | {fact}) [de ... | del ...] no [se] [{pron}] (está | están | es | son | fue |
        {se_said} | consta | aparece) [{said} | {given}] [{place}]
    # No lo sé
    no [lo | la] se [{wh} ...] | no [{pron}] {know} ... | prefiero no ...
    {source} (es | son) insuficiente ... | (desconozco | ignoro | desconocemos | ignoramos) ...
    lo (desconozco | ignoro) | ni (la menor | la más mínima | la más remota) idea ...
    no tengo [ni] [la menor] [ninguna] idea ...
    no estoy (seguro | segura | seguros | familiarizado | al tanto | enterado) ... | ni idea ...
    ni lo sé
    no (tengo | tenemos | dispongo | poseo | cuento | veo | hallo | encuentro) [de | con | a]
        ({info} | eso | nada | acceso | conocimiento | forma de | manera de | la capacidad) ...
    (carezco | carecemos) de ...
    no (he encontrado | encontré | hemos encontrado | encontramos | encuentro | hallé | he hallado |
        veo) ({info} | nada | {it}) ...
    (me falta | me faltan | nos falta | necesito más | necesitaría más) ...
    no (he encontrado | encontré | encuentro) ... {place} | no (creo | pienso) que pueda ...
    no sabría ...
    # No puedo responder
    no [{pron}] [{pron}] {can} [{pron}] {answer} ... | no estoy en condiciones de ...
    no soy capaz de ... | no [{pron}] puedo | no me (es | resulta) posible ...
    no puedo ... {answer} | me es imposible ...
    [no] es (imposible | posible) [{answer} | para mí {answer}] ... {place}
    es imposible {answer} ... | no (es | resulta | fue) posible {answer} ...
    imposible (de {answer} | {answer}) ...
    [no] [lo] no se (puede | pueden | podría | puede saber) {answer} ...
    (debo | tengo que) (rechazar | declinar) ... | {it} no [se] (puede | puede ser) {answer} ...
    {it} no (puede | puede ser | tiene) (respondida | contestada | respuesta | ser respondida | ser
        contestada) ...
    {it} (está fuera | excede | escapa) ...
    # El texto no lo dice
    {source} (no | nunca | jamás | tampoco) [{pron}] [{pron}] {say} ...
    {source} no [{pron}] (ha | han) (proporcionado | mencionado) ...
    (ninguno | ninguna) (de | entre) {source} [{pron}] {say} ...
    ningún {source_noun} [{pron}] {say} ... | {source} (carece | carecen) de ...
    {source} no (es | son) (suficiente | suficientes | claro | relevante) ...
    nada {place} [{pron}] {say} ... | {source} no está (claro | clara) ...
    {source} guarda silencio ...
    {place} no [{pron}] ({se_said} | hay | está | existe | existen | consta | aparece | viene |
        figura | son) ...
    # No hay información, nadie lo sabe
    no se (da | dan | ofrece | facilita | proporciona | indica) [{det}] {thing} ...
    (necesitaría | necesito) más ... | no hay nada {place} [{about_it}]
    no (hay | había | existe | existen | consta) ({info} | suficiente | mención) ...
    no hay nada {place} | nadie [{pron}] (sabe | conoce | lo sabe) ...
    sin {fact} [disponible | disponibles] [{about_it}]
    {fact} (insuficiente | insuficientes | no ({said} | {given})) | (falta | faltan) {fact}
    ninguna {fact} [{given}] | ningún dato [{given}]
    # No se menciona, se desconoce
    no [{pron}] se (menciona | mencionan | especifica | especifican | indica | indican | dice | sabe
        | aclara | precisa | explica | detalla | informa | señala | conoce | conocen) ...
    no [{pron}] se (proporciona | proporcionan | da | ofrece | ofrecen | hace | encontró |
        encontraron | encuentra | ha encontrado | han encontrado | facilita | dispone) [en {source}]
        [de] ({info} | {it} | mención | referencia) ...
    [...] se (desconoce | desconocen | ignora | ignoran) [{wh} ...] [{place}]
    se (desconoce | desconocen | ignora) ... | no hay (forma | manera | modo) de ...
    no me consta ...
    no (fue | fueron) [posible] (encontrado | encontrada | encontrar | encontradas) ({info} | {it})
        ...
    {unclear} [{place}]
    ({it} | {info} | {wh} ...) no [{pron}] (está | es | fue | ha sido | están | se encuentra |
        aparece | figura | consta | se da | viene | se menciona | se encuentran) [{said} | {given}]
        {place}
    ({it} | {info}) no [se] (está | es | fue | ha sido | están | son) ({said} | {given}) [{place}]
    ({it} | {info}) no se ({se_said} | puede saber | encuentra | ha proporcionado) [{place}]
    no (está | queda | es) [{said} | {given}] [{place}] {wh} ...
    no está ({said} | {given}) [{place}] | no es ({said} | conocido | conocida) [{place}]
    no consta [{place}] | no aplica | no procede | no viene {place} | es (desconocido | incierto)
    [eso] no está [claro] [{place}] | no figura {place} | no aparece {place}
    ... no [se] (menciona | mencionan | indica | indican | especifica | especifican | consta |
        aparece | figura | se especifica) [{place}]
    ... no se (da | encuentra | proporciona | dice | trata | aborda | explica | discute | cubre)
        {place}
    ... no (está | es | son | fue | están) {said} [{place}]
    ... no (está | están | es) {given} {place}
    ... (es | son | sigue siendo | permanece) (desconocido | desconocida | desconocidos |
        desconocidas | incierto)

abstention = [{lead}] [{lead}] [{it}] {core}
"""
