"""`ValueChecker`: is each number, date, time and name of the output in the source?"""

from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._require import require_strings
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.grounding.values.value_places import ValuePlaces
from keras_halluc.grounding.values.value_source import MOST_COMPARED
from keras_halluc.grounding.values.value_source import ValueSource
from keras_halluc.text import OutputReader
from keras_halluc.text import Value
from keras_halluc.text import find_values
from keras_halluc.text.languages import LANGUAGES
from keras_halluc.text.languages import guess_language
from keras_halluc.text.values.value import KINDS
from keras_halluc.text.values.value_finder import NameFinder

LONGEST_SHOWN = 40


class ValueChecker(OutputChecker):
    """Looks for each value of the output in the source, in whatever form it is written there.

    Values are what `keras_halluc.text.find_values` finds: numbers, quantities, ordinals, dates,
    times and names, in English, Chinese, German, French and Spanish. `"1.5 million"` is
    `1,500,000`, `"3 km"` is `"3000 m"`, `"12 May 2020"` is `2020年5月12日`.

    | value | it is |
    |---|---|
    | stands in the source | supported |
    | does not, and the source has another one between the same or similar words | `contradicted` |
    | does not, and there is no such other one | `unsupported` |
    | does, but between the same words the source has another one (`roles`) | `contradicted`, \
unless both are in one list there and in the output |

    An output is contradicted if one of its values is, else unsupported if one is. Its score is the
    share of its values that are supported. Nothing to say, or only that it does not know, is
    abstained; a case without source, or an output without any value, is unmeasured.

    A value that may be none ("one" as a pronoun, an ordinary word at the start of a sentence, a
    German noun) counts only where source and output have the same words on both sides of it.

    It cannot see what follows from the source without being written there: counts of a list, sums,
    differences, "half" for 50 %, ages for years of birth. Of a name it wants each word in the
    source, not together: "John Brown" passes where John Smith and Jim Brown are. What
    `find_values` does not read, such as Chinese places, is not checked: see `name_finder`.

    Args:
        tolerance: float, how far a number may be off, as a share of the one in the source: with
            0.05, "about 1,000" is supported by 963. Years and dates must be exact.
        kinds: tuple of str, the kinds of `keras_halluc.text.Value` that are checked.
        roles: bool, whether a value that is in the source may still be wrong where it stands.
        language: str or None, of sources and outputs; None guesses for each.
        name_finder: callable from a text to the `(start, end)` of names in it, or None, for names
            that `find_values` does not see: `keras_halluc.text.jieba_names` for Chinese persons,
            places and organisations, or a tagger of yours.
        reader: `keras_halluc.text.OutputReader`, which leaves out what only wraps what an output
            says: reasoning, lead-ins, Markdown, citation marks. None takes its default steps;
            `OutputReader(steps=[])` reads outputs as they are written.
        abstentions: list of str, phrases that say "I don't know". None takes
            `keras_halluc.grounding.DEFAULT_ABSTENTIONS`, of some fifteen languages.

    Example:

    >>> import keras_halluc as kh
    >>> checker = kh.grounding.ValueChecker()
    >>> case = kh.data.Case("Sum up.", source="The bridge, 1.2 km long, was opened on 3 May 1998.")
    >>> outputs = ["It is 1,200 metres long.", "It was opened on May 3rd, 1989."]
    >>> for verdict in checker.check([case] * 2, outputs):
    ...     print(verdict.label, verdict.score, verdict.spans)
    supported 1.0 ()
    contradicted 0.0 ((17, 30, 'contradicted'),)
    """

    requires = ("source",)

    def __init__(
        self,
        tolerance: float = 0.0,
        kinds: Sequence[str] = KINDS,
        roles: bool = True,
        language: str | None = None,
        name_finder: NameFinder | None = None,
        reader: OutputReader | None = None,
        abstentions: Sequence[str] | None = None,
    ) -> None:
        super().__init__(abstentions, reader)
        self.tolerance = require_number("tolerance", tolerance, minimum=0.0)
        self.kinds = tuple(
            require_choice("kinds", kind, KINDS) for kind in require_strings("kinds", kinds)
        )
        self.roles = require_choice("roles", roles, (True, False))
        self.language = require_choice("language", language, (None, *LANGUAGES))
        if name_finder is not None and not callable(name_finder):
            raise TypeError(
                f"`name_finder` must be callable or None. {received('name_finder', name_finder)}"
            )
        self.name_finder = name_finder

    def _verdicts(self, rows: Sequence[tuple[Case, str]]) -> list[Verdict]:
        sources: dict[str, ValueSource] = {}
        return [self._judged(case.source or "", output, sources) for case, output in rows]

    def _judged(self, text: str, output: str, sources: dict[str, ValueSource]) -> Verdict:
        spoken = self.language or guess_language(text)
        if text not in sources:
            sources[text] = ValueSource(text, spoken or None, self.tolerance, self.name_finder)
        own = self.language or guess_language(output, default=spoken)
        found = find_values(output, own or None, self.name_finder)
        values = [value for value in found if value.kind in self.kinds]
        places = ValuePlaces(output)
        judged = [(v, *self._judge(values, i, sources[text], places)) for i, v in enumerate(values)]
        return _summary([(v, kind, rival) for v, kind, rival in judged if kind])

    def _judge(
        self, values: list[Value], i: int, source: ValueSource, places: ValuePlaces
    ) -> tuple[str, Value | None]:
        """What a value is, and what the source has in its place; an empty str if it may be none."""
        value = values[i]
        if value.weak:
            rival = source.rival(value, places, "both")
            if rival is None:
                return "", None
            right = source.same(value, rival)
            return ("supported", None) if right else ("contradicted", rival)
        if source.has(value):
            rival = source.rival(value, places, "most") if self.roles else None
            if rival is None or source.same(value, rival):
                return "supported", None
            near = values[max(0, i - MOST_COMPARED) : i + MOST_COMPARED]
            if source.listed(value, rival) and any(source.same(v, rival) for v in near):
                return "supported", None  # "A, B and C" for "C, A and B"
            return "contradicted", rival
        rival = source.rival(value, places)
        if rival is None:
            return "unsupported", None
        if {value.kind, rival.kind} == {"number", "time"} and source.same(value, rival):
            return "supported", None  # "from 9 to 5" for "from 9 am to 5 pm"
        return "contradicted", rival


def _summary(judged: list[tuple[Value, str, Value | None]]) -> Verdict:
    if not judged:
        return Verdict("unmeasured", reason="the output states no value that can be checked")
    wrong = [(value, kind, rival) for value, kind, rival in judged if kind != "supported"]
    if not wrong:
        return Verdict("supported", 1.0, reason=f"all {len(judged)} values are in the source")
    label = "contradicted" if any(kind == "contradicted" for _, kind, _ in wrong) else "unsupported"
    value, _, rival = next(item for item in wrong if item[1] == label)
    against = "" if rival is None else f", where the source has {_short(rival.text)}"
    return Verdict(
        label,
        1 - len(wrong) / len(judged),
        tuple((value.start, value.end, kind) for value, kind, _ in wrong),
        f"{len(wrong)} of {len(judged)} values not supported: {_short(value.text)}{against}",
    )


def _short(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "...")
