"""Portuguese: the words and clauses of abstentions."""

GRAMMAR = """
stop = é | são | foi | foram | está | estão | era | eram | tem | têm | havia
sign = não | nem | nenhum | nenhuma | nada | ninguém | sem | nunca | desconheço | desconhecemos
    desconhece | ignoro | ignoramos | ignora | impossível | insuficiente | insuficientes | falta
    faltam | carece | carecemos | careço | desconhecido | desconhecida | desconhecidos
    desconhecidas | incerto | incerta | indeterminado | indisponível | recusar | declinar | preciso
    precisaria | foge | excede | lá
filler = absolutamente | totalmente | infelizmente | lamentavelmente | desculpe | desculpa
    desculpem | perdão | perdoe | sinto muito | lamento [muito] | peço desculpa | peço desculpas
    me desculpe | desculpe-me | sinceramente | honestamente | atualmente | no momento | por enquanto
    neste momento | explicitamente | exatamente | realmente | claramente | diretamente | ainda
    com certeza | ao certo | com exatidão | com precisão | com segurança | receio que | bem | bom
    francamente | minhas desculpas | especificamente | também | de fato | eu lamento
    lamento informar que | na verdade | precisamente | simplesmente | nem sequer
turn = mas | talvez | porém | provavelmente | possivelmente | contudo | entretanto | no entanto
    exceto | salvo | apenas | somente | só | porque | todavia | quem sabe | embora | senão
    a não ser | e (ele | ela)

# Names of things
det = o | a | os | as | um | uma | uns | umas | este | esta | estes | estas | esse | essa | esses
    essas | meu | minha | seu | sua | teu | tua | do | da | dos | das | ao | aos | à | às | dele
    dela | aquele | nosso | nossa | neste | nesta | nesse | nessa | deste | desta | desse | dessa
    tal
source_noun = citação | capítulo | nota | notas | mensagem | lista | pergunta | enunciado | bases
    referências | arquivos | descrição | entrada | recursos | anotações | passagens | reportagem
    texto | textos | passagem | passagens | artigo | artigos | documento | documentos | contexto
    contextos | fonte | fontes | trecho | trechos | parágrafo | parágrafos | excerto | excertos
    conteúdo | conteúdos | material | materiais | informação | informações | dados | resultados
    relatório | página | arquivo | arquivos | ficheiro | base | relato | história | resumo | tabela
    transcrição | seção | secção
shared = fornecido | fornecidos | fornecida | fornecidas | dado | dados | dada | dadas | disponível
    disponíveis | apresentado | apresentados | apresentadas | acima | de referência
    de conhecimento | de busca | da busca | de pesquisa | de dados | anterior | original
    em questão | disponibilizado | disponibilizados | disponibilizada | disponibilizadas
    que (você | me) (forneceu | deu) | recuperados | que tenho | de treinamento | à disposição
source = [{det}] [primeiro | segundo | próprio] {source_noun} [{shared}] [{shared}]
place = (em | no | na | nos | nas | neste | nesta | nesse | nessa | nestes | nesses | de | do | da |
        dos | das | segundo | conforme | com base | a partir | de acordo com | pelo | pela | pelos |
        pelas | por | com | baseado | através | ao | usando | dentro) [{det} | em | no | na | nos |
        nas | de] ({source} | ele | eles)
    aqui
no = não
fact = explicação | explicações | número | números | fonte | fontes | indício | indícios | exemplo
    prova | provas | documento | documentos | especificação | esclarecimento | informação
    informações | resposta | respostas | dado | dados | menção | detalhe | detalhes | ideia
    indicação | indicações | referência | referências | conhecimento | acesso | elemento | elementos
    registro | registros | registo | registos | contexto | notícia | evidência | opinião
    resultados | pista
info = [{det} | nenhuma | nenhum | qualquer | mais | suficientes | suficiente | outras | quaisquer]
        [tipo de] [suficientes | suficiente | outra] {fact} [suficiente | suficientes | necessárias
        | necessária | relevantes | relevante | específicas | específica | adicionais | alguma |
        clara | precisa | concreta | definitiva | exata]
it = isso | isto | disso | nisso | nada | ({det}) (pergunta | questão | solicitação) | lo
    (a | à) [{det}] (pergunta | questão)
about_it = a (esse | este) respeito | a respeito
    (sobre | acerca | quanto | relativa | relativas | referente | relacionada | relacionadas | de |
        do | da) ..
wh = quem | que | o que | qual | quais | quando | onde | como | por que | porquê | por quê | quanto
    quanta | quantos | quantas | se | em que | de que | a quem | de quem | aonde | desde quando
    porque
pron = o | a | os | as | lo | la | se | me | lhe | te | nos | vos
can = posso | podemos | poderia | poderei | pude | consigo | consegui | conseguimos | sou capaz de
    saberia | estou autorizado a | tenho permissão para | me é possível | sei | estou apto a
    estou habilitado a | tenho como | vou poder | pudemos
know = sei | sabemos | conheço | conhecemos | saberia | lembro | recordo | entendo | faço ideia
    faço a menor ideia
say = detalham | revelam | nomeiam | definem | deixam | confirma | confirmam | responde a | alude
    esclarece | relatam | apontam | contempla | registra | registram | aborda | menciona | mencionam
    diz | dizem | especifica | especificam | indica | indicam | fala | falam | fornece | fornecem
    contém | contêm | oferece | oferecem | dá | dão | inclui | incluem | explica | explicam
    esclarece | esclarecem | faz | fazem | trata | tratam | descreve | descrevem | aborda | abordam
    revela | revelam | precisa | permite | permitem | informa | informam | traz | trazem | cita
    citam | nomeia | detalha | responde | respondem | apresenta | apresentam | refere | referem
    possui | tem | têm | cobre | conta | define | identifica | menciona-o | deixa | aponta | relata
    traga | mencione
said = mencionado | mencionada | mencionados | mencionadas | especificado | especificada | indicado
    indicada | informado | informada | dito | explicado | detalhado | descrito | esclarecido
    abordado | abordada | referido | referida | citado | citada | definido | tratado | discutido
given = disponível | disponíveis | fornecido | fornecida | fornecidos | fornecidas | dado | dada
    encontrado | encontrada | conhecido | conhecida | incluído | incluída | presente | claro | clara
    possível | certo | contida | suficiente | suficientes | divulgado | divulgada | determinado
    aplicável | constante | definida
unclear = desconhecido | desconhecida | desconhecidos | desconhecidas | incerto | incerta
    indeterminado | indisponível | não ({said} | {given}) | sem resposta
be = !é | está | são | estão | foi | foram | era | fica | ficou | consta | permanece | continua
answer = lembrar | avaliar | prever | estimar | decidir | explicar | descrever | definir | ler
    consultar | participar | adivinhar | revelar | continuar | opinar | confirmar isso | realizar
    executar | entregar | passar | responder | dizer | dizê-lo | saber | sabê-lo | determinar
    ajudar | ajudá-lo | ajudá-la | ajudar-te | ajudar você | assisti-lo | confirmar | precisar
    encontrar | dar | fornecer | fornecer-lhe | oferecer | acessar | aceder | comentar
    compartilhar | partilhar | identificar | estabelecer | afirmar | concluir | deduzir | fazer isso
    fazê-lo | atender | criar | gerar | discutir | falar | localizar | informar | te ajudar
    lhe dizer | verificar | inferir | aconselhar | indicar | precisar | achar | conhecer | cumprir
    prosseguir

because = e | portanto | por isso | logo | assim | então | já que | como | uma vez que | visto que
    dado que | pois | por conseguinte | por esse motivo | de modo que
lead = {because} | {place}
    (como | enquanto | sendo) [um | uma] (modelo | ia | inteligência | assistente) ... | {wh} ...
    (quanto | sobre | em relação | no que) ... | que eu saiba | até onde ...
    sem (mais | outras) ...
    (após | depois de) (analisar | verificar | consultar | ler | revisar | pesquisar) ...
    com base ... | para ...
polite = obrigado | obrigada | muito obrigado | por favor | posso | pode | poderia | você pode
    podes | recomendo | sugiro | aconselho
    se (precisar | você | quiser | puder | tiver | houver | desejar) | não hesite | há algo
    (boa | ótima | excelente) pergunta | (é uma | essa é uma) (boa | ótima) pergunta | consulte
    tente | espero | quer | gostaria | estou aqui | ficarei feliz | avise | me avise
    entre em contato | verifique | sou (um | uma | apenas) ... | entendo | compreendo | tem mais
    precisa | deseja | caso
about = fala | falam | trata | tratam | aborda | abordam | concentra-se | se concentra | foca
    descreve
aside = [{because}] {lead} | {polite} ... | [{because}] {source} {about} ...
more = ({wh} | ou | nem | e {wh} | como | em particular | por exemplo | para) ...

core = em (nenhuma parte | nenhum (lugar | momento | ponto)) [{place}] ...
    (falta | faltam) {fact} ... | {it} {no} se (depreende | deduz | infere) {place}
    {no} dá (para | pra) {answer} ... | {no} dá [para] (saber | dizer) ... | não {place}
    não {be} ({said} | {given}) {info} ... | não {be} {place} | eu não [o] sei
    não me (lembro | recordo) ... | não {be} (fornecidos | dados | apresentados) {fact} ...
    {det} (data | nome | motivo | preço | número | duração | idade | local | autor | causa | valor |
        razão) [...] não {be} ({said} | {given}) [{place}]
    # Não sei
    [eu | nós] {no} [{pron}] {know} ... | [eu] (desconheço | ignoro | desconhecemos | ignoramos) ...
    [eu] {no} [{pron}] (tenho | faço) [a menor | a mínima | nenhuma] ideia ... | nem ideia ...
    sei lá
    [eu] {no} (tenho | estou | temos) [{det}] [muita | absoluta] (certeza | certo | certa | seguro |
        segura | a par | ciente) ...
    [eu] {no} estou familiarizado ...
    [eu | nós] {no} (tenho | temos | disponho | possuo | conto | vejo | encontro | detenho |
        dispomos) [de | com | a] ({info} | isso | nada | acesso | conhecimento | como) ...
    (faltam | falta) me ... | me (falta | faltam) ...
    [eu | nós] {no} [{pron}] (encontrei | encontramos | achei | vi | localizei | encontro) ({info} |
        {it}) ...
    [eu | nós] {no} [{pron}] (encontrei | encontramos | achei | localizei) ... {place}
    preciso de mais ... | [eu] {no} (acho | creio) que ... | precisaria de mais ...
    eu (precisaria | preciso) de mais ... | carecemos de ... | careço de ...
    # Não posso responder
    {no} {be} feita {info} ... | [eu | nós] {no} [{pron}] [{pron}] {can} [{pron}] {answer} ...
    [eu] {no} posso [{pron}] ... {answer} | [eu] {no} posso
    [eu] {no} (estou em condições | sou capaz | estou apto | tenho condições) ...
    [eu] {no} consigo | [{no}] [me] é (possível | impossível) [{pron}] {answer} ...
    impossível [de] {answer} ... | (tenho que | devo) (recusar | declinar) ...
    {no} se pode {answer} ... | {it} {no} (pode | podem) ser ... | {it} (foge | excede) ...
    {no} (há | tem) como {answer} ... | {it} {no} tem [uma] resposta ...
    # O texto não diz
    {source} ({no} | nunca | jamais) [{pron}] [{pron}] {say} ...
    {source} {no} (é | são) (suficiente | suficientes | claro | relevante) ...
    (nenhum | nenhuma) [de | dos | das | desses | destes] [{source} | deles | {source_noun}]
        [{pron}] {say} ...
    (nenhum | nenhuma) {source_noun} [{pron}] {say} ... | nada {place} [{pron}] {say} ...
    {source} carece ...
    {place} {no} [{pron}] (há | existe | existem | é | são | está | foi | consta | se | aparece |
        encontrei | diz | menciona | figura | tem) ...
    # Não há informação, ninguém sabe
    {no} (foi | foram) (encontrada | encontradas | encontrado | encontrados | fornecida | fornecidas
        | achada) ({info} | {it}) ...
    {no} há (forma | maneira | modo) de ... | {no} há nada {place} [{about_it}] | prefiro não ...
    {source} (é | são) (insuficiente | insuficientes) ... | nada (é | foi) {said} ...
    ({it} | {det} {fact}) {no} (pode | podem) ser ... | {no} se encontrou ({info} | {it}) ...
    {no} (há | existe | existem | havia | tem) ({info} | {fact}) ... | {no} há nada {place}
    ninguém [{pron}] (sabe | conhece) ... | sem {fact} [disponível | disponíveis] [{about_it}]
    {fact} (insuficiente | insuficientes | {unclear})
    (nenhuma | nenhum) {fact} [{given} | foi {given}] [{about_it}] [{place}]
    # Não é mencionado, é desconhecido
    {no} {be} ({said} | {given}) [{place}] [{wh} ...] [{place}] | {no} [{pron}] se sabe ...
    {no} [{pron}] se conhece ...
    {no} [{pron}] se (menciona | diz | especifica | indica | fala | informa | sabe | explica) ...
    {no} consta ... | {no} (informado | se aplica | aplicável) | {unclear} [{place}]
    [é] {unclear} [{place}]
    ({it} | {info} | {det} {fact}) {no} [{pron}] ({be} ({said} | {given}) | consta | aparece | se
        encontra | figura) [{place}]
    ({it} | {info} | {fact}) {no} {be} {place} | ({it} | {info}) {no} se encontra {place}
    desconhece-se ... | desconhece se ... | ignora-se ...
    ({it} | {info} | {fact}) {be} {unclear} [{place}] | ... {no} {be} {said} [{place}]
    ... {no} {be} {given} {place} | ... {no} (consta | se encontra | aparece) {place}
    ... (é | são | permanece | continua) (desconhecido | desconhecida | desconhecidos |
        desconhecidas | incerto)

abstention = [{lead}] [{lead}] [{it}] {core}
"""
