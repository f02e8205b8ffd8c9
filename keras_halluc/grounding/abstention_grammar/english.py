"""English: the words and clauses of abstentions."""

GRAMMAR = """
stop = is | are | was | were | has | have | had | been | did | does | will | would
sign = omits | omit | out | not | no | t | cannot | dont | didnt | doesnt | isnt | cant | couldnt
    wont | never | none | nor | nothing | nobody | nowhere | neither | unable | unknown | unclear
    uncertain | unspecified | unstated | undisclosed | unanswerable | unavailable | undetermined
    unsure | unfamiliar | unaware | unanswered | impossible | insufficient | lack | lacking | lacks
    missing | need | require | fail | fails | failed | decline | refuse | rather | prefer | dunno
    idk | beats | n | outside | beyond | silent | irrelevant | vague | open | little | pass
filler = at all | absolutely | totally | unfortunately | regrettably | really | honestly | actually
    currently | explicitly | directly | specifically | clearly | simply | just | sadly | frankly
    personally | yet | though | also | either | anyway | definitively | exactly | precisely
    at this time | at the moment | at present | to be honest | sorry
    (i am | i m) [so | very | truly | really] sorry | sorry about that | (i am | i m) afraid [that]
    well | hmm | hm | uh | um | oh | ah | i apologize | i apologise | [my] apologies | for sure
    for certain | with certainty | of course | in fact | too | still | i regret that
    i regret to (say | tell you | inform you) [that] | itself
turn = but | maybe | perhaps | probably | possibly | however | because | except | other than
    apart from | besides | although | nevertheless | only | and (he | she | they | says | said)
    and it (is | was | says)

# Names of things
det = his | her | their | each | some | the | a | an | this | that | these | those | any | your | my
    our | its | both | either
adj = provided | given | available | above | following | supplied | retrieved | original | attached
    source | reference | current | whole | entire | short | input | uploaded | first | second | last
    same | relevant | cited | quoted | present | full | knowledge | search | training | news
source_noun = extract | extracts | resource | resources | chunk | chunks | entry | essay | email
    message | notes | reading | list | prompt | statement | news | write-up | text | texts | passage
    passages | document | documents | context | contexts | article | articles | source | sources
    paragraph | paragraphs | excerpt | excerpts | snippet | snippets | material | materials
    content | results | result | abstract | transcript | report | base | story | records | data
    dataset | information | info | references | page | file | files | description | knowledge
    table | summary | conversation | database | facts | evidence | sentence | sentences | section
shared = provided | given | available | supplied | shared | retrieved | above | in question
    at hand
    [that | which] (you | i | we) [have | ve | were | was] (provided | given | gave | shared | have
        | supplied | uploaded) [me | with | access to]
    (provided | given) (to me | here | above)
source = [{det}] [{adj}] [{adj}] {source_noun} [{shared}]
place = [here | there | anywhere] (in | by | from | within | on | through | using | with | inside)
        ({source} | it | them | {det} {adj}) [{shared}]
    (based on | according to | on the basis of | given) {source} | outside [of] {source} | here
    anywhere | for (this | that | your | the) (question | query)
fact = insight | specifics | particulars | explanation | figures | hint | source | sources | entry
    entries | facts about | information | info | answer | answers | data | detail | details
    mention | indication | reference | references | context | knowledge | record | records | facts
    content | clue | match | matches | material | documents | results | response
info = [{det} | any | much | enough | sufficient | adequate | specific | further | additional |
        more] [the] [specific | relevant | necessary | required | further | additional | exact |
        direct | needed | clear | definite | definitive | reliable | such] {fact}
it = anything | something | it | that | this | them | any of (it | that | this)
wh = who | whom | whose | what | when | where | which | why | how | whether | if
of_it = ({place} | about | on | regarding | concerning | as to | that | which | to | for | of | in |
        from | at | as | on | within | {shared} | [currently] {shared}) ...
about_it = (about | on | regarding | concerning | as to | related to | relating to | of | for) (.. |
        {wh} ...)
question = [to] [the | this | that | your | any | a] (question | questions | query | request |
        prompt | topic)
    that | this | it
subject = {source} | {info} | it | that | this | which | (the | this | that) (question | query)
    [{det}] [exact | specific | full | precise | correct] (number | date | name | reason | year |
        time | place | location | amount | cause | identity | price | title | age | salary |
        profession | nationality | birthplace | population | height | length | duration | origin |
        winner | outcome | total | address | cost | ending | meaning | type | size | weight |
        director | author | birthday | date of birth | value | figure | details) [of ...]

# What is denied
i = i | we
dont = (do | did) not | don't | dont | didn't | didnt
doesnt = (does | do | did) not | doesn't | doesnt | don't | dont | didn't | didnt
isnt = (is | are | was | were) not | isn't | isnt | aren't | wasn't | weren't | s not
    (has | have) not been | hasn't been | haven't been | (is | was | are | were) (never | nowhere)
cannot = cannot | can not | can't | cant | could not | couldn't | couldnt
cant = {cannot} | won't [be able to] | wont | will not [be able to] | may not
    [am | m | was | are | re | were] (unable to | not able to | not in a position to)
    (am | m) not (allowed | permitted | supposed | qualified) to | wouldn't be able to
    (wasn't | weren't) able to | (have not | haven't | ve not) been able to | would not be able to
    (must | have to | need to) decline to | failed to | decline to | refuse to
say = elaborate on | detail | outline | quantify | confirm | comment on | delve into | pertain to
    relate to | go over | speak to | clear up | state whether | allow us to | mention | say | state
    specify | indicate | discuss | address | explain | tell | describe | cover | reveal | disclose
    clarify | list | name | note | report | define | refer to | identify
    (talk | speak) (about | of) | appear to | imply | express | record | help | enable | lead
    point | shed light | touch on | extend to | go beyond | make [any] (mention | reference)
    elaborate | answer | go into | shed | make (it | this | that) clear | make clear | let us know
    allow | give
says = mentions | says | states | specifies | indicates | discusses | addresses | explains | tells
    describes | covers | reveals | lists | names | contains | provides | includes | gives | answers
    offers | {say} | contain | provide | include | offer
have = contain | provide | include | have | offer | give | supply | present
holds = contains | contain | provides | provide | gives | give | includes | include | offers | offer
    makes | make | mentions | mention | (has | have)
stated = mentioned | stated | specified | indicated | disclosed
said = {stated} | said | discussed | addressed | explained | described | covered | revealed
    clarified | listed | named | defined | reported | answered | noted | identified | talked about
    referred to
given = provided | given | found | included | available | contained | known | present | clear
    there | certain | supplied | shown | recorded | documented | determined | possible | answerable
    in | established | elaborated [on | upon] | derivable | determinable | sufficient | enough
    located
unclear = unknown | unclear | uncertain | unspecified | unstated | undisclosed | unanswerable
    unavailable | undetermined
    not (known | clear | certain | determinable | knowable | answerable)
answer = answer | say | tell | determine | know | respond | judge | confirm | verify | comment
    infer | be (sure | certain) | identify | establish | figure out | derive | conclude | deduce
found_out = determined | found | inferred | answered | known | ascertained | established | derived
    deduced | verified | confirmed | identified | located | concluded
find = find | locate | see | identify | retrieve | get | spot
help = help [you] [out] | assist [you] | comply | do (that | this | it) | be of (help | assistance)
    participate | engage | continue | proceed | fulfil | fulfill
offer = provide | give | share | offer | discuss | create | generate | write | produce | recommend
    supply | disclose | reveal | access | browse | recall | remember | complete | fulfill | fulfil
    (talk | speak) about | advise | diagnose | predict | support | engage in | look up | describe
    (help | assist) [you] with | explain | speculate | guess | elaborate | open | make

# What stands around it
because = [and] (so | therefore | thus | hence | consequently | since | as | as such | and | for |
        meaning [that] | which means [that] | that said | then)
lead = {because} | {place} | {wh} ... | from {source} | judging (by | from) {source}
    (based | relying | going) (on | off) {source} [alone] | according to {source}
    {wh} {source} ...
    (as for | regarding | concerning | with regard to | as to | about | when it comes to) ...
    as (an | a) [large] (ai | language model | assistant) [language model | model | assistant]
    after (reviewing | reading | searching | checking | looking at | looking through) {source}
    as of my [last | latest | most recent] (update | knowledge | training) ...
    in my (training | knowledge) ...
    without (more | further | additional) (information | context | details) | to my knowledge
    as far as i (know | can tell) | while ... | unless ...
polite = [and] please | (could | can | would | may | might) you | thanks | thank you | let me know
    [feel free | do not hesitate | don't hesitate] to | feel free | is there (anything | something)
    do you (have | want | need | know)
    [that is | that s | what] [a | an] (good | great | nice | interesting | excellent) question
    (can | may) i | how (can | may) i | try | ask | consult
    i (m | am) [just | only] (an ai | a [large] language model | here to help | happy to help)
    you (may | might | can | could | should | d | would) | if you | i hope | i will try | i'll try
    i (would | d | could) [be (happy | glad)] (recommend | suggest | advise | to help | love to
        help)
    i [have | ve] (looked | searched | checked | read | reviewed | gone)
    i (suggest | recommend | understand | see) | i (can | could) try | (happy | glad) to help
about = discusses | discuss | (is | are) about | (talks | talk) about | (focuses | focus) on
    covers | cover | (deals | deal) with | addresses | describes | (relates | relate) to
    (is | are) (unrelated | irrelevant | not relevant | not related)
aside = [{because}] {lead} | {polite} ... | [{because}] {source} [mainly | mostly] {about} ...
more = ({wh} | or | nor | and {wh} | such as | including | like | especially | in particular | let
        alone | for example | much less | e) ...

core = nowhere [in {source}] (is | are | does | do | was) ...
    {source} (lacks | lack | is missing | is lacking) [{det}] [specific | necessary | needed |
        required | relevant] {fact} ...
    i (wouldn't | would not) know ... | {source} (omits | omit | leaves out | is missing) ...
    (this | that | it) {doesnt} (follow | emerge) from {source} | not {place}
    {i} (haven't | have not | ve not) (any | enough | got any | got enough) {fact} ...
    nothing ... (is | was | has been) {said} ... | (that | this | it) (is | s) not {place}
    [that] (is | s) not something i know ... | {i} (m | am) not sure
    # I do not know
    [{i}] [have] {dont} [even | fully | quite] (know | recall | remember | understand) ...
    dunno ... | i dunno ... | idk | beats me | pass
    [i have | i ve | i ve got] no (idea | clue) ...
    [{i} (m | am | are | re)] not (sure | certain | familiar | aware) ...
    [{i} (m | am | are | re)] (unsure | uncertain) ...
    {i} (m | am | are) (unfamiliar | unaware) ...
    {i} have no (knowledge | way of | means of | access | memory | recollection | opinion) ...
    {i} have no {info} ... | {i} have (never heard of | no such {fact}) ...
    {i} (lack | am lacking | need more | would need more | d need more | require more | am missing)
        [the | any | some] [specific | necessary | needed | required] {fact} ...
    {i} {dont} (have | possess | hold | see | find | know) {info} ...
    {i} {dont} (have | possess) [an | the | any | enough] [real-time | direct] (access [to] |
        ability | way | means | opinion | opinions | permission | {it} | knowledge | idea | clue)
        ...
    {i} (haven't | have not | ve not) (found | heard | seen | got) [of] ({info} | {it}) ...
    {i} (found | see | saw | find) (nothing | no {info}) ...
    {i} [am | m] {dont} [feel] comfortable ... | {i} (m | am) not comfortable ...
    {i} {cant} {find} ...
    {i} (m | am | are | re) (not | programmed not | designed not | trained not) (at liberty |
        designed | trained | programmed | equipped | meant | authorized | licensed | willing | to)
        ...
    {i} {dont} have [any | personal | strong] (opinions | beliefs | feelings | preferences |
        experiences) ...
    {i} {dont} (think | believe) [that] {i} (can | could | know | have | am able to) ...
    # I cannot answer
    [{i}] {cant} {answer} ... | [{i}] {cant} {help} [(with | on | in | by) ...]
    {i} {cant} {offer} ... | [{i}] {cant} {find} ({info} | {it}) [{about_it}] [{place}]
    {i} {cant} {find} ... {place}
    (that | this | it) (is | s) (beyond | outside [of]) (my | what i | the) ...
    (that | this | it) {isnt} ... i (can | m able to | am able to | know) ...
    (it is not | it isn't | it s not | it is im | it s im | im | not) possible [for me] to {answer}
        ...
    [it is | it s] impossible [for me] to {answer} ...
    {question} (is | are | falls | lies) (outside | beyond) ...
    {question} {cannot} be (answered | determined | inferred | known | found) ...
    # The text does not say
    {source} [{about} ... and] {doesnt} [seem to | appear to] ({say} | {have}) ...
    {doesnt} {say} ... | (it | this) {doesnt} ({say} | {have} ({info} | {it})) ...
    they {doesnt} ({say} | contain | include | provide) ... | ... {doesnt} appear [anywhere] {place}
    there (is | s | are | was | were) (no | insufficient | not enough | not any | nothing) ...
        {place} [to ...]
    {fact} not ({said} | {given}) [{place}] | {source} (fails | fail) to ({say} | {have}) ...
    {source} (never | nowhere) ({says} | {have}) ...
    {question} {doesnt} have [an | a] answer [{place}] | {source} (leaves | leave) ... open
    {source} (says | say | states | reveals | said) (nothing | little) ...
    {source} {holds} (no | nothing | insufficient | not enough | little | neither) ...
    {source} (is | are) (silent | insufficient | irrelevant | unclear | vague | not (sufficient |
        enough | relevant | clear)) ...
    (none of | neither of | nothing in | nowhere in | no | neither | not one of) {source} {says} ...
    (none of | nothing in) {source} (is | are) (about | relevant | related | useful) ...
    # There is no information, nobody knows
    there (is | s | are | was | were) (no | not | insufficient) {info} [{of_it}]
    there (isn't | aren't | wasn't | weren't) {info} [{of_it}]
    there (is | s) no way (to | of) (know | knowing | tell | telling | say | saying | determine |
        determining | answer | find out) ...
    there (is | s | was) nothing {place} ...
    (nobody | no one) (knows | can (say | tell | know)) [{wh} ... | {det} ... | {about_it} | {it}]
    # It is not mentioned, it is unknown
    (it | that | this | which) {isnt} ({said} | {given}) [{place}] [{wh} ...]
    (it | that | this) {isnt} [something [that is]] {said} {place}
    it is not possible to {answer} ...
    (it | this | that) (is | s | was | remains | seems) {unclear} [{place}] [{wh} ...]
    {unclear} [{place}] [{wh} ...] | not {said} [{place}]
    not (available | provided | given | found | applicable | determinable | present | included)
        [{place}]
    n a | none ({said} | {given}) | no evidence {place}
    (not enough | insufficient) ({fact} | evidence) {of_it}
    (not enough | insufficient) ({fact} | evidence) | information unavailable | answer unknown
    no [relevant | matching | suitable] {source_noun} (was | were | is | are | could be | can be)
        (found | available | retrieved) [{about_it}]
    no ({info} | {fact}) [{about_it}] [(is | was | are | were | could be | can be | has been)]
        [{said} | {given}] [{place}] [{about_it}]
    no answer | no response possible
    [the | any] {fact} (you are looking for | requested | needed | sought | {about_it}) {isnt}
        {place}
    {i} (m | am) unable to | {cannot} be {found_out} [{place}]
    {subject} (is | are | was | were | remains) {unclear} [{place}] [{wh} ...]
    nothing [is | was | has been] {said} ...
    ({wh} ... | {subject}) {cannot} be {found_out} [{place}] | ... {cannot} be {found_out} {place}
    {i} (would | d) rather not ... | {i} prefer not to ...
    {i} (would | d | will) need (to | more | additional | further | the) ...
    [the | any] {fact} {about_it} {isnt} ({given} | {said}) [{place}] | .. {isnt} {stated} [{place}]
    {wh} ... {isnt} {stated} [{place}] | ... {isnt} {stated} {place} | ... {isnt} {said} {place}
    ... {isnt} {given} {place} | {subject} {isnt} ({given} | {said}) [{place}]
    {subject} {cannot} be (found | determined) ... | {subject} {isnt} {place}
    .. (is | are | was | were | remains | remain) {unclear} [{place}]
    {wh} ... (is | remains) {unclear} [{place}]

abstention = [{lead}] [{lead}] {core}
"""
