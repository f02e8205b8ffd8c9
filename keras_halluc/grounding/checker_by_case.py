"""Which checker is taken where none is named? One that suits what the cases hold."""

from collections.abc import Sequence

from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Verdict
from keras_halluc.grounding.answer_checker import AnswerChecker
from keras_halluc.grounding.required_arguments import require_batch
from keras_halluc.grounding.required_arguments import require_checker
from keras_halluc.grounding.shared_rows import check_shared
from keras_halluc.grounding.source_checker import SourceChecker


def default_checker(cases: Sequence[Case]) -> Checker:
    """The checker for cases: `AnswerChecker` for references, `SourceChecker` for a source alone.

    Args:
        cases: list of `Case`.

    Returns:
        `Checker`. Where some cases have references and others a source alone, `DefaultChecker`,
        which judges each by its own. `AnswerChecker` where no case has either.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("1 + 1 =", ("2",)), kh.data.Case("Sum up.", source="It rained.")]
    >>> [type(kh.grounding.default_checker(some)).__name__ for some in (cases[:1], cases)]
    ['AnswerChecker', 'DefaultChecker']
    """
    if not any(map(_by_source_alone, cases)):
        return AnswerChecker()
    return DefaultChecker() if any(case.references for case in cases) else SourceChecker()


class DefaultChecker:
    """Judges a case by its references, where it has some, else by its source.

    | the case has | judged by |
    |---|---|
    | references | `AnswerChecker()` |
    | a source alone | `SourceChecker()` |
    | neither | nothing: `unmeasured` |

    Args:
        source: `Checker` of cases with a source alone. None is `SourceChecker()`, made when the
            first of them comes.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("1 + 1 =", ("2",)), kh.data.Case("Sum up.", source="It rained.")]
    >>> checker = kh.grounding.DefaultChecker(source=kh.grounding.OverlapChecker())
    >>> [verdict.label for verdict in checker.check(cases, ["two", "It rained."])]
    ['supported', 'supported']
    """

    requires = ()

    def __init__(self, source: Checker | None = None) -> None:
        self.references = AnswerChecker()
        self.source = None if source is None else require_checker("source", source)

    def check(self, cases: Sequence[Case], outputs: Sequence[str]) -> list[Verdict]:
        """Returns one verdict an output.

        Args:
            cases: list of `Case`.
            outputs: list of str, as many.

        Returns:
            list of `Verdict` in the same order.
        """
        cases, outputs = require_batch(cases, outputs)
        return check_shared(cases, outputs, [*map(_by_source_alone, cases)], self._checker_of)

    def _checker_of(self, by_source: bool) -> Checker:
        if not by_source:
            return self.references
        if self.source is None:
            self.source = SourceChecker()  # reads a model, which references do not need
        return self.source


def _by_source_alone(case: Case) -> bool:
    return case.source is not None and not case.references
