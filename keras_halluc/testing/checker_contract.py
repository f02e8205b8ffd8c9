"""Does a checker keep the promises every checker makes?"""

import dataclasses
import math
import pickle
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._types import HALLUCINATED
from keras_halluc._types import LABELS
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.testing.hostile import hostile_texts
from keras_halluc.testing.promises import assert_bad_arguments
from keras_halluc.testing.promises import close
from keras_halluc.testing.promises import equal

SHORT = 5_000  # characters of the texts that are checked more than once
LONGEST_CASE = 100_000  # characters; an output may be ten times as long
JUNK = ("", "?", "Nobody.", "x " * 3000)  # what may stand beside a row


@dataclasses.dataclass(frozen=True)
class CheckerContract:
    """A checker, how to make one, and rows on which it says different things.

    Args:
        checker: the class.
        kwargs: arguments of the constructor.
        rows: tuple of `(Case, output)`, at least 4, with at least 2 labels among their verdicts.
            The first is measured.
        bad_kwargs: wrong arguments, one dict a mistake, the one at fault first.
        asks_nothing: a case of which nothing must be said, where silence is an error on the others.
    """

    checker: type[Any]
    kwargs: Mapping[str, Any]
    rows: tuple[tuple[Case, str], ...]
    bad_kwargs: tuple[Mapping[str, Any], ...] = ()
    asks_nothing: Case | None = None

    def make(self) -> Any:
        """A fresh checker."""
        return self.checker(**self.kwargs)


def assert_checker(contract: CheckerContract) -> None:
    """Asserts every promise of `CHECKER_PROMISES`.

    Args:
        contract: `CheckerContract`.

    Raises:
        AssertionError: with the promise that was broken.
    """
    for promise in CHECKER_PROMISES:
        promise(contract)


def assert_checker_arguments(contract: CheckerContract) -> None:
    """Bad constructor arguments raise, and the error names the argument and what came."""
    assert_bad_arguments(contract.checker, contract.bad_kwargs)


def assert_checker_inputs(contract: CheckerContract) -> None:
    """Cases and outputs that are none raise; no rows give no verdicts."""
    checker = contract.make()
    case, output = contract.rows[0]
    equal("verdicts on no rows", list(checker.check([], [])), [])
    wrong = ([case], [output] * 2), ([case], [3]), ([case], output), (["case"], [output])
    for cases, outputs in wrong:
        try:
            checker.check(cases, outputs)
        except (TypeError, ValueError) as error:
            assert "Received" in str(error), f"the error does not say what came: {error}"
        else:
            raise AssertionError(f"taken: cases={cases!r}, outputs={outputs!r}")


def assert_checker_verdicts(contract: CheckerContract) -> None:
    """Verdicts on the rows are well formed and tell them apart."""
    verdicts = _check(contract.make(), contract.rows)
    assert verdicts[0].measured, f"the first row is not measured: {verdicts[0]}"
    labels = {verdict.label for verdict in verdicts}
    assert len(labels) > 1, f"all rows are {labels}"


def assert_checker_needs(contract: CheckerContract) -> None:
    """A case without what the checker `requires` is unmeasured, and the reason names it."""
    checker = contract.make()
    case, output = contract.rows[0]
    empty: dict[str, Any] = {"source": None, "references": ()}
    for field in getattr(checker, "requires", ()):
        without = dataclasses.replace(case, **{field: empty[field]})
        (verdict,) = _check(checker, [(without, output)])
        equal(f"label of a case without {field}", verdict.label, "unmeasured")
        assert field.rstrip("s") in verdict.reason, f"reason: {verdict.reason!r}"


def assert_checker_silence(contract: CheckerContract) -> None:
    """An output without a word or a number abstains; one with either does not."""
    case = contract.asks_nothing or contract.rows[0][0]
    silent = ("", " ", "…", "🙂", "?!", "\u200b", "+")
    verdicts = _check(contract.make(), [(case, text) for text in (*silent, "42", "好")])
    labels = [verdict.label for verdict in verdicts]
    equal(f"labels of {silent}", labels[: len(silent)], ["abstained"] * len(silent))
    assert "abstained" not in labels[len(silent) :], "a number or a word alone abstains"


def assert_checker_batches(contract: CheckerContract) -> None:
    """A verdict is the same whatever rows are beside it, in what order, and how often."""
    rows = [*contract.rows]
    expected = _check(contract.make(), rows)
    checker = contract.make()
    _same("rows one by one", [v for row in rows for v in _check(checker, [row])], expected)
    _same("the same rows again", _check(checker, rows), expected)
    _same("rows reversed", _check(contract.make(), rows[::-1])[::-1], expected)
    _same("each row twice", _check(checker, rows * 2), expected * 2)
    cut = len(rows) // 4
    parts = [_check(checker, part) for part in (rows[:cut], rows[cut:])]
    _same("two batches", [*parts[0], *parts[1]], expected)
    mixed = [(case, text) for case, output in rows for text in (output, *JUNK)]
    _same("rows beside others", _check(checker, mixed)[:: len(JUNK) + 1], expected)


def assert_checker_hostile(contract: CheckerContract) -> None:
    """Verdicts on 200 texts that no reader was made for are well formed; no batch changes them.

    Each text is once the output, once what the output is compared with, and once both.
    """
    case, output = contract.rows[0]
    rows = []
    for text in hostile_texts():
        own = text[:LONGEST_CASE]
        other = dataclasses.replace(
            case,
            prompt=own,
            references=tuple(own for _ in case.references),
            source=None if case.source is None else own,
        )
        rows += [(case, text), (other, output)]
        if len(text) <= SHORT:
            rows.append((other, text))
    verdicts = _check(contract.make(), rows)
    kept = [i for i, (own, text) in enumerate(rows) if len(own.prompt + text) <= SHORT]
    again = _check(contract.make(), [rows[i] for i in kept[::-1]])[::-1]
    _same("hostile rows, fewer and reversed", again, [verdicts[i] for i in kept])


def assert_checker_pickle(contract: CheckerContract) -> None:
    """A checker that has been to another process gives the same verdicts."""
    checker = contract.make()
    expected = _check(checker, contract.rows)
    for one in (contract.make(), checker):
        copy = pickle.loads(pickle.dumps(one))
        _same("verdicts after pickling", _check(copy, contract.rows), expected)


CHECKER_PROMISES: tuple[Callable[[CheckerContract], None], ...] = (
    assert_checker_arguments,
    assert_checker_inputs,
    assert_checker_verdicts,
    assert_checker_needs,
    assert_checker_silence,
    assert_checker_batches,
    assert_checker_hostile,
    assert_checker_pickle,
)


def _check(checker: Any, rows: Sequence[tuple[Case, str]]) -> list[Verdict]:
    """The verdicts on rows, each of them well formed."""
    cases, outputs = [case for case, _ in rows], [output for _, output in rows]
    verdicts = list(checker.check(cases, outputs))
    equal("number of verdicts", len(verdicts), len(rows))
    for verdict, (case, output) in zip(verdicts, rows):
        wrong = _faults(verdict, output)
        assert not wrong, f"{wrong} in {verdict}, output={output[:80]!r}, case={str(case)[:300]}"
    return verdicts


def _faults(verdict: Verdict, output: str) -> str:
    """What is not as it should be in a verdict, or nothing."""
    if verdict.label not in LABELS:
        return "an unknown label"
    scored = verdict.label not in ("abstained", "unmeasured")
    if scored != isinstance(verdict.score, float):
        return "a float score must be there where it was measured, and nowhere else"
    if verdict.score is not None and not 0.0 <= verdict.score <= 1.0:  # NaN is not either
        return "a score outside [0, 1]"
    last = 0
    for start, end, kind in sorted(verdict.spans):
        if not (isinstance(start, int) and isinstance(end, int) and kind in HALLUCINATED):
            return "a span of wrong types"
        if not last <= start < end <= len(output):
            return "a span that is empty, outside the output, or over another"
        last = end
    if verdict.spans and not verdict.hallucinated:
        return "spans where nothing is wrong"
    if not verdict.reason or len(verdict.reason.splitlines()) > 1:
        return "a reason that is not one line"
    if not verdict.reason.isprintable():
        return "a reason that cannot be printed"
    return ""


def _same(what: str, found: Sequence[Verdict], expected: Sequence[Verdict]) -> None:
    """Raises unless verdicts are equal, scores up to rounding."""
    equal(f"number of verdicts, {what}", len(found), len(expected))
    for one, other in zip(found, expected):
        equal(what, dataclasses.replace(one, score=None), dataclasses.replace(other, score=None))
        close(what, *(math.inf if v.score is None else v.score for v in (one, other)))
