"""Results of a monitor of cases: those of every monitor, and each answer at each epoch."""

from collections.abc import Sequence
from typing import Any

from keras_halluc._types import Case
from keras_halluc.callbacks.results.results import Results


class CaseResults(Results):
    """What a monitor of cases has heard so far; a base of `CaseMonitor`."""

    cases: Sequence[Case]

    @property
    def case_history(self) -> Any:
        """`pandas.DataFrame` of all answers, one row a case and epoch.

        | column | dtype | meaning |
        |---|---|---|
        | `epoch` | int64 | epochs done, 0 before training; as in `Epoch 1/3` of `fit` |
        | `case` | object | `id` of the case, or its place among all cases |
        | `prompt`, `output` | object | what the model was asked, and what it said |
        | `label` | object | `"supported"`, `"unsupported"`, `"contradicted"`, `"abstained"` or \
`"unmeasured"` |
        | `score` | float64 | in [0, 1], higher is better supported; NaN where there is none |
        | `reason` | object | why, in one line |
        | `group` | object | `group` of the case, or None |
        | `flip` | object | against the last time the case was measured: `"lost"` (it was \
supported, and is not), `"gained"` (the reverse), or `""` |

        An answer that stays the same is kept in memory once; a new one takes about 500 bytes and
        its text. A `fit` that is resumed in another process begins with the epochs it runs, since
        answers are not saved beside the backup.

        Raises:
            ImportError: without pandas.
        """
        from keras_halluc.callbacks.results.frames import case_frame

        return case_frame(self._record, self._case_ids())

    def _case_ids(self) -> set[str | None]:
        return {case.id for case in self.cases}
