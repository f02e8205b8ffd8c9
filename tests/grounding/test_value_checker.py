"""Is each value of an output looked for in the source, and nothing said where none is known?"""

import random

import pytest

import keras_halluc as kh
from keras_halluc._types import LABELS
from keras_halluc._types import Checker
from keras_halluc.data import Case
from keras_halluc.grounding import ValueChecker

SOURCE = (
    "The Harbour Bridge in Sydney was opened on 19 March 1932 by Jack Lang. It is 1,149 metres "
    "long and took about 1,400 workers 8 years. It cost 4.2 million pounds, and 20% was lent by "
    "Ann Lee. At 3:30 pm the first train crossed."
)


def check(output, source=SOURCE, **kwargs):
    return ValueChecker(**kwargs).check([Case("?", source=source)], [output])[0]


@pytest.mark.parametrize(
    "output",
    [
        "It was opened in 1932.",
        "Opened 1932-03-19, 1.149 km long.",
        "It cost £4,200,000.",
        "It took eight years, 96 months in all.",
        "Jack Lang opened it on March 19th.",
        "Mr. Lang opened it.",
        "Twenty per cent was lent by Lee.",
        "The train crossed at 15:30.",
        "Sie ist 1149 Meter lang und kostete 4,2 Millionen Pfund.",
        "Elle a coûté 4,2 millions de livres.",
        "Costó 4,2 millones de libras en 1932.",
        "大桥于1932年3月19日开通，长1149米，耗资420万英镑。",
    ],
)
def test_supported(output):
    verdict = check(output)
    assert (verdict.label, verdict.score, verdict.spans) == ("supported", 1.0, ()), verdict.reason


@pytest.mark.parametrize(
    "output, wrong, against",
    [
        ("It was opened on 19 March 1923.", "19 March 1923", "19 March 1932"),
        ("It is 1,194 metres long.", "1,194 metres", "1,149 metres"),
        ("It is 1149 km long.", "1149 km", "1,149 metres"),
        ("It was opened by Joe Lyons.", "Joe Lyons", None),
        ("It took about 1,500 workers.", "1,500", "1,400"),
        ("At 3:30 am the first train crossed.", "3:30 am", "3:30 pm"),
        ("It cost 4.2 billion pounds.", "4.2 billion pounds", "4.2 million pounds"),
        ("大桥于1923年3月19日开通。", "1923年3月19日", None),
    ],
)
def test_not_in_the_source(output, wrong, against):
    verdict = check(output)
    ((start, end, kind),) = verdict.spans
    assert output[start:end] == wrong
    assert verdict.score < 1 and verdict.hallucinated
    if against:
        assert kind == verdict.label == "contradicted"
        assert repr(against) in verdict.reason and repr(wrong) in verdict.reason


def test_a_value_of_a_kind_the_source_has_none_of():
    verdict = check("He left on 5 May.", source="He left with two friends.")
    assert (verdict.label, verdict.spans) == ("unsupported", ((11, 16, "unsupported"),))


def test_score_is_the_share_of_values():
    verdict = check("Jack Lang opened it in 1932, at 5:15 pm, for 7 km.")
    assert verdict.score == pytest.approx(0.5)
    assert "2 of 4 values" in verdict.reason
    assert check("Jack Lang opened it in 1932.").reason == "all 2 values are in the source"


def test_a_value_in_the_wrong_place():
    source = "Red Star won 3 gold medals in Rome. Blue Moon won 7 gold medals in Oslo."
    swapped = "Red Star won 7 gold medals in Rome."
    assert check(swapped, source=source, roles=False).label == "supported"
    places = "He moved to Berlin in 1990 with her. Later they saw Vienna in 2001 with him."
    verdict = check("He moved to Berlin in 2001 with her.", source=places)
    assert verdict.label == "contradicted" and "'1990'" in verdict.reason
    assert check("He moved to Berlin in 2001 with her.", source=places, roles=False).spans == ()


def test_a_list_may_be_turned_round_and_no_more():
    source = "He was a scout for the Sox and the Reds and Atlanta Braves in town."
    turned = "He was a scout for the Atlanta Braves and the Reds and Sox in town."
    assert check(turned, source=source).label == "supported"
    other, no_list = (text.replace("and the", "after the") for text in (turned, source))
    assert check(other, source=no_list).label == "contradicted"
    twice = "He was a scout for the Atlanta Braves and the Reds and Atlanta Braves in town."
    assert "has 'Sox'" in check(twice, source=source).reason  # which it leaves out


def test_a_doubtful_value_counts_only_between_the_same_words():
    source = "Reports of rain came late. Nobody saw it."
    assert check("Scientists doubt it.", source=source).label == "unmeasured"
    assert check("Reports of rain came late.", source=source).label == "supported"
    verdict = check("Rumours of rain came late.", source=source)
    assert verdict.spans == ((0, 7, "contradicted"),)
    german = "Die Kinder sahen den Hund im Garten."
    assert check("Dort war ein Tier.", source=german).label == "unmeasured"
    assert check("Die Kinder sahen den Wolf im Garten.", source=german).label == "contradicted"


def test_tolerance_and_kinds():
    assert check("It is 1,150 metres long.").label == "contradicted"
    assert check("About 1,150 metres.").label == "supported"
    assert check("1,150 metres.", tolerance=0.01).label == "supported"
    assert check("In 1933.", tolerance=0.5).label != "supported"
    assert check("In 1933 with Jo Ray.", kinds=("name",)).spans == ((13, 19, "unsupported"),)
    assert check("In 1933.", kinds=("name",)).label == "unmeasured"


def test_names_in_other_forms():
    source = "The National Football League paid Beyoncé's firm. Ann Müller of the U.S. came."
    for output in ("the NFL", "by Beyonce", "with Müller", "in the US", "of Ann Mueller"[:6]):
        assert check("It was seen " + output + ".", source=source).label == "supported", output
    assert check("It was seen by the NBA.", source=source).hallucinated
    source = "四分卫培顿·曼宁带领球队，《红楼梦》的作者是曹雪芹。"
    assert check("培顿·曼宁读了《红楼梦》。", source=source).label == "supported"
    assert check("约翰·曼宁读了《西游记》。", source=source).score == 0.0


@pytest.mark.parametrize(
    "source, output",
    [
        ("With 4:51 left he threw.", "当比赛还剩 4 分 51 秒时"),
        ("With 4:51 left he threw.", "Con 4 min 51 s de tiempo restante"),
        ("It lasted 2 hours and 30 minutes.", "Sie dauerte 150 Minuten."),
        ("It took 3 min 20 s.", "It took 3:20."),
        ("So with just 4:51 left in the game.", "So with just 291 seconds left in the game."),
        ("A decade later it was sold.", "Zehn Jahre später wurde sie verkauft."),
        ("It emits 2 tonnes a year.", "En un año emite 2 toneladas."),
        ("He won it twice.", "Er gewann zwei Mal."),
        ("Built in the 1950s.", "Construida en la década de 1950."),
        ("In the 1970s and early 1980s.", "Durante los años setenta y principios de los ochenta."),
        ("Built in the 1950s.", "建于 1950 年代。"),
        ("建于1950年代。", "建于一九五〇年代。"),
        ("建于九十年代。", "Built in the 1990s."),
        ("In the late 1980s.", "In den späten 1980ern."),
        ("At the end of 2020.", "A finales de 2020."),
        ("Between January 21 and 28.", "Between 21 and 28 January."),
        ("He lived from 1903 - 1967.", "He ( 1903 -1967 ) was a cook."),
        ("familyFriendly: yes, name: Aromi", "Aromi is child Friendly."),
        ("The quarterback was 39.", "39岁的四分卫。"),
        ("food: English, name: Aromi", "Aromi serves British food."),
        ("The team of Spain won in Rome.", "The Spanish team won in Rome."),
        ("A man from the U.S. won.", "An American won."),
    ],
)
def test_the_same_in_words_of_another_form(source, output):
    assert not check(output, source).spans


@pytest.mark.parametrize(
    "source, output, wrong",
    [
        ("With 4:51 left he threw.", "Con 4 min 52 s de tiempo restante", "52 s"),
        ("It lasted 2 hours and 30 minutes.", "It lasted 2 hours and 20 minutes.", "20 minutes"),
        ("A decade later it was sold.", "Elf Jahre später wurde sie verkauft.", "Elf Jahre"),
        ("Built in the 1950s.", "Construida en la década de 1960.", "1960"),
        ("Between January 21 and 28.", "Between 21 and 28 February.", "28 February"),
        ("From 2016 an early choice.", "From 2017 an early choice.", "2017"),
        ("food: British, name: Aromi", "Aromi serves English food.", "English"),
        ("The team of Spain won in Rome.", "The Swedish team won in Rome.", "Swedish"),
        ("He told us that he won.", "He told the American that he won.", "American"),
    ],
)
def test_and_another_value_in_that_form(source, output, wrong):
    assert wrong in [output[start:end] for start, end, _ in check(output, source).spans]


def test_what_is_not_measured():
    cases = [Case("?"), Case("?", source=" ... "), *[Case("?", source=SOURCE)] * 4]
    outputs = ["In 1932.", "In 1932.", "", "I don't know.", "。。。", "it is long"]
    verdicts = ValueChecker().check(cases, outputs)
    assert [v.label for v in verdicts] == ["unmeasured"] * 2 + ["abstained"] * 3 + ["unmeasured"]
    assert all(v.score is None and v.spans == () for v in verdicts)
    assert [v.reason for v in verdicts] == [
        "the case has no source",
        "the case has a source without any text",
        "no words in the output",
        "says that it does not know",
        "no words in the output",
        "the output states no value that can be checked",
    ]
    assert check("I don't know who won in 1932.").label == "abstained"
    assert ValueChecker().check([], []) == []
    assert isinstance(ValueChecker(), Checker)


def test_batch_and_order_do_not_matter():
    rng = random.Random(0)
    numbers = [str(rng.randint(2, 4)) for _ in range(40)]
    cases = [Case("?", source=f"He ran {rng.choice(numbers)} km in {n} days.") for n in numbers]
    outputs = [f"He ran {rng.choice(numbers)} km in {rng.choice(numbers)} days." for _ in numbers]
    checker = ValueChecker()
    together = checker.check(cases, outputs)
    assert together == [checker.check([c], [o])[0] for c, o in zip(cases, outputs)]
    assert together[::-1] == checker.check(cases[::-1], outputs[::-1])
    assert len({v.label for v in together}) > 1


def malformed():
    """Fifty texts that nobody should send."""
    rng = random.Random(0)
    alphabet = (
        "\x00\x07\x1b\u200b\u202e\ufeff\ud800\udfff0159.,:/-%$€£°½ⅣⅫ٣१๓一百万亿年月日时第点·《》“"
        "aZßıİǆéﬁΩЖعहไ가あア\u0301\u20e3\U0001f600\U00020000 \n\t\r\u2028\u3000()[]{}'\"`*#"
    )
    texts = ["", " ", "\n", "\x00", "\ud800", "0", "-", "一", "." * 999, "百分之", "第", "年" * 50]
    texts += ["9" * 5000, "1," * 999, "1.1." * 999, "12/" * 999, "一" * 999, "A" * 999]
    texts += ["20-" * 999, "£" * 999, "万亿" * 999, "a. " * 999, "A. B. " * 500, "·a" * 500]
    texts += ["one hundred " * 500, "vierzig" * 500, "half a " * 500, "May 5 " * 500, "5 m " * 500]
    while len(texts) < 50:
        texts.append("".join(rng.choice(alphabet) for _ in range(rng.randint(1, 300))))
    return texts


def test_malformed_inputs():
    texts = malformed()
    checker = ValueChecker(tolerance=0.1)
    cases = [Case("?", source=text) for text in [*texts, *[SOURCE] * len(texts)]]
    outputs = [*texts[1:], texts[0], *texts]
    verdicts = checker.check(cases, outputs)
    verdicts += checker.check([Case("?", source=text) for text in texts], [SOURCE] * len(texts))
    for verdict, output in zip(verdicts, [*outputs, *[SOURCE] * len(texts)]):
        assert verdict.reason
        if verdict.label in ("abstained", "unmeasured"):
            assert verdict.score is None
        else:
            assert 0 <= verdict.score <= 1
        assert all(0 <= start < end <= len(output) for start, end, _ in verdict.spans)


@pytest.mark.parametrize(
    "unit",
    [
        "1 ",
        "9",
        ". ",
        "a. ",
        "one ",
        "5 km, ",
        "Bo ",
        "一",
        "年",
        "·人",
        "(",
        "1/",
        "May ",
        "《",
        "I'm ",
    ],
)
def test_long_repetitive_text_against_nearly_itself(unit):
    """`benchmarks/reader_growth.py` measures how the time grows."""
    text = unit * (15_000 // len(unit))
    verdict = check(text, source=text[:-1] + " x")
    assert verdict.label in LABELS and verdict.reason
    assert (verdict.score is None) == (verdict.label in ("abstained", "unmeasured"))


def test_wrong_arguments():
    for bad, match in (
        ({"tolerance": -1}, "`tolerance` must be >= 0.0. Received: tolerance=-1"),
        ({"kinds": ("number", "place")}, "`kinds` must be one of"),
        ({"kinds": ()}, "`kinds` must not be empty"),
        ({"roles": "yes"}, "`roles` must be one of"),
        ({"language": "it"}, "`language` must be one of"),
        ({"abstentions": ["..."]}, "`abstentions` must hold phrases"),
    ):
        with pytest.raises(ValueError, match=match):
            ValueChecker(**bad)
    with pytest.raises(TypeError, match="`cases` must hold Case objects"):
        ValueChecker().check(["a"], ["b"])


def test_public_examples_agree_with_the_reader():
    text = "On 5 May 2020 Ana Silva ran 5 km."
    assert check(text, source=text).label == "supported"
    assert [v.kind for v in kh.text.find_values(text)] == ["date", "name", "number"]
