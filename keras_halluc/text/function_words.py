"""Which words of a text are grammar, and say little of what it is about?"""

from collections.abc import Iterable

# Negations are not among them: to leave one out turns a claim round. Characters of Chinese and
# Japanese stand for words, since `tokenize` cuts there.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "a an the of to in on at by for with from into onto over under about as and or but "
        "if than then so that this these those there here it its itself he him his himself she "
        "her hers herself they them their theirs i me my mine you your yours we us our ours who "
        "whom whose which what when where while is am are was were be been being have has had "
        "having do does did will would shall should can could may might must also just s t d ll "
        "re ve m",
        "de": "der die das den dem des ein eine einer eines einem einen und oder aber in im an am "
        "auf aus bei beim mit von vom zu zum zur nach für über unter um durch bis als wie dass "
        "daß ob wenn weil da so auch noch es er sie ihr ihm ihn sein seine seiner seinen ihre "
        "ihrer ihren wir uns ich mich mir du man sich wer was wo ist sind war waren wird werden "
        "wurde wurden worden hat haben hatte hatten kann können dieser diese dieses",
        "fr": "le la les l un une des du de d et ou mais à au aux en dans sur sous par pour avec "
        "chez vers entre que qu qui quoi dont où ce cet cette ces c se s il elle ils elles on je j "
        "me m tu te t nous vous lui leur leurs son sa ses mon ma mes y comme si est sont était "
        "étaient être été a ont avait avaient avoir sera fut aussi",
        "es": "el la los las lo un una unos unas de del y e o u pero a al en por para con desde "
        "hasta entre sobre que quien cual cuyo donde cuando como si se su sus le les me mi te tu "
        "nos este esta esto estos estas ese esa es son era eran fue fueron ser sido está están ha "
        "han había hay también",
        "it": "il lo la i gli le l un uno una di del dello della dei degli delle dell d e ed o ma "
        "a al allo alla ai agli alle all da dal dalla in nel nella nei nelle nell con su sul sulla "
        "per tra fra che chi cui dove quando come se si suo sua suoi loro gli ne ci vi è sono era "
        "erano fu essere stato stata ha hanno aveva anche questo questa",
        "pt": "o a os as um uma uns umas de do da dos das e ou mas em no na nos nas por pelo pela "
        "para com desde até entre sobre que quem cujo onde quando como se seu sua seus suas lhe me "
        "meu ao à aos às este esta isto esse essa é são era eram foi foram ser sido está estão tem "
        "têm há também",
        "ru": "и в во на с со к ко по из за от до у о об для при под над через между а но или что "
        "чтобы как так же бы ли если то это этот эта эти тот он она оно они его её ее их ему ей им "
        "я мы вы ты себя свой своей который которая которые где когда был была было были есть быть",
        "zh": "的 了 着 著 是 在 和 与 與 及 也 就 都 而 或 这 這 那 个 個 们 們 之 其 于 於 被 把 "
        "对 對 为 為 以 所 吗 嗎 呢 吧 啊 从 從 他 她 它",
        "ja": "は が の を に へ と も で や か よ ね な だ す ま し た て い る れ ら",
    }.items()
}
_ENOUGH = 2000  # words that settle which language a text is in


def function_words_of(words: Iterable[str]) -> frozenset[str]:
    """The function words of the language that a text seems to be in.

    It is the one of nine whose list covers most words of the text; no list for a text without any
    of them, be it too short or in another language.

    Args:
        words: list of str, a text cut by `tokenize`, in lower case.

    Returns:
        frozenset of str, in lower case; may be empty.

    Example:

    >>> from keras_halluc.text.function_words import function_words_of
    >>> "war" in function_words_of("die Stadt war groß".split())  # German for "was"
    True
    >>> "war" in function_words_of("the city was at war".split())
    False
    """
    words = list(words)[:_ENOUGH]
    hits = {
        language: sum(map(known.__contains__, words)) for language, known in FUNCTION_WORDS.items()
    }
    language = max(hits, key=hits.__getitem__)  # the first of equals
    return FUNCTION_WORDS[language] if hits[language] else frozenset()
