"""`ValueChecker`: is each number, date, time and name of the output in the source?"""

import functools
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._require import require_strings
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.grounding.values.rounding import Rounding
from keras_halluc.grounding.values.rounding import rounding_of
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
LONGEST_ASKED = 2000  # characters of the prompt, from its end, whose values are known


class ValueChecker(OutputChecker):
    """Looks for each value of the output in the source, in whatever form it is written there.

    Values are what `keras_halluc.text.find_values` finds: numbers, quantities, ordinals, dates,
    times, ratios, codes and names, in English, Chinese, German, French and Spanish.
    `"1.5 million"` is `1,500,000`, `"3 km"` is `"3000 m"`, `"12 May 2020"` is `2020年5月12日`,
    `"47%"` is `0.47`, "World War II" is "World War 2", `"11:0-21:0"` is "11 am to 9 pm". What is
    composed is one value: version `3.11.4` is not `3.11.3`, and "3:1" is not "1:3".

    | value | it is |
    |---|---|
    | stands in the source | supported |
    | does not, and the source has another one between the same or similar words | `contradicted` |
    | does not, and there is no such other one | `unsupported` |
    | does, but between the same words the source has another one (`roles`) | `contradicted`, \
unless both are in one list there and in the output |
    | is a number or date, and the sentence of the source that shares by far the most words with \
that of the output has another one (`roles`) | `contradicted`, unless the output has that one too |

    An output is contradicted if one of its values is, else unsupported if one is. Its score is the
    share of its values that are supported. Nothing to say, or only that it does not know, is
    abstained; a case without source, or an output without any value, is unmeasured.

    A number may be rounded or hedged. Without a hedge it is supported by numbers that are rounded
    to it at its last digit. It must have two digits or more, and be written with fewer than they
    are: "19 %" by 19.4 %, "1.2 million" by 1,204,331, but "1,200" not by 1,204. "About" takes in
    what is rounded to it without the zeros at its end and is off by 10 % at most. "Over" takes in
    what is at most half as much again and has the same first digits, "nearly" what is at most 10 %
    less.

    A value that the question names is left out, unless the source has another one between the same
    words. The question is the last 2,000 characters of the prompt, and the group of the case.

    Some values may be none: "one" as a pronoun, an ordinary word at the start of a sentence, a
    German noun. They count only where source and output have the same words on both sides.

    A century follows from a year in it, and "the 16th" from a date on that day. It cannot see what
    else follows without being written there: counts of a list, sums, differences, ages for years of
    birth. Of a name it wants each word in the
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
        abstentions: list of str, phrases that say "I don't know"; `"{en}"` is the grammar of a
            language. None takes `keras_halluc.grounding.DEFAULT_ABSTENTIONS`, the grammars of 13
            languages.

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
        return [self._judged(case, output, sources) for case, output in rows]

    def _judged(self, case: Case, output: str, sources: dict[str, ValueSource]) -> Verdict:
        text = case.source or ""
        spoken = self.language or guess_language(text)
        if text not in sources:
            sources[text] = ValueSource(text, spoken or None, self.tolerance, self.name_finder)
        source = sources[text]
        own = self.language or guess_language(output, default=spoken)
        found = find_values(output, own or None, self.name_finder)
        values = [value for value in found if value.kind in self.kinds]
        places = ValuePlaces(output)
        rounded = [rounding_of(output, value) for value in values]
        judged = [
            (value, *self._judge(values, i, source, places, rounded[i]))
            for i, value in enumerate(values)
        ]
        asked = _Asked(case, self.tolerance)
        counted = [
            (value, kind, rival)
            for value, kind, rival in judged
            if kind == "supported" or (kind and not _was_asked(value, asked, source, places))
        ]
        return _summary(counted)

    def _judge(
        self,
        values: list[Value],
        i: int,
        source: ValueSource,
        places: ValuePlaces,
        rounding: Rounding | None,
    ) -> tuple[str, Value | None]:
        """What a value is, and what the source has in its place; an empty str if it may be none."""
        value = values[i]
        if value.weak:
            rival = source.rival(value, places, "both")
            if rival is None:
                return ("supported" if source.surely_has(value) else ""), None
            right = source.same(value, rival)
            return ("supported", None) if right else ("contradicted", rival)
        if source.has(value) or (rounding and source.has_rounded(value, rounding)):
            if not self.roles:
                return "supported", None
            beside = source.rival(value, places, "most")
            rival = beside or source.sentence_rival(value, places, rounding)
            if rival is None or source.same(value, rival, rounding):
                return "supported", None
            if beside is None or source.listed(value, rival):  # "A, B and C" for "C, A and B"
                near = values[max(0, i - MOST_COMPARED) : i + MOST_COMPARED]
                if any(source.same(other, rival) for other in near):
                    return "supported", None
            return "contradicted", rival
        rival = source.rival(value, places)
        if rival is None:
            return "unsupported", None
        if {value.kind, rival.kind} == {"number", "time"} and source.same(value, rival):
            return "supported", None  # "from 9 to 5" for "from 9 am to 5 pm"
        return "contradicted", rival


class _Asked:
    """The values of a question, read when they are asked for."""

    def __init__(self, case: Case, tolerance: float) -> None:
        self._text = f"{case.prompt[-LONGEST_ASKED:]}\n{case.group or ''}"
        self._tolerance = tolerance

    @functools.cached_property
    def values(self) -> ValueSource:
        return ValueSource(self._text, guess_language(self._text) or None, self._tolerance)


def _was_asked(value: Value, asked: _Asked, source: ValueSource, places: ValuePlaces) -> bool:
    """Whether the question names a value, and the source has no other one in its place."""
    return source.rival(value, places, "both") is None and asked.values.has(value)


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
