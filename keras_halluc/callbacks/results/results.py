"""Results of a monitor, live during `fit`: tables, a plot, a view for notebooks, a sentence."""

from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc.callbacks.results.record import Record
from keras_halluc.callbacks.results.sentence import sentence


class Results:
    """What a monitor has measured so far, in forms for people; a base of `Monitor`.

    A `fit` that begins anew begins with no results; one that goes on keeps them.
    """

    name: str
    prefix: str
    unit: str
    headline: tuple[str, ...] = ()
    """Keys, without prefix, that the sentence and the notebook view are about; `()` is the first
    key that was measured."""

    _record: Record

    @property
    def history(self) -> Any:
        """`pandas.DataFrame` of all values, one row a key and epoch.

        | column | dtype | meaning |
        |---|---|---|
        | `epoch` | int64 | epochs done, 0 before training; as in `Epoch 1/3` of `fit` |
        | `key` | object | the key in `logs` |
        | `value` | float64 | the value in `logs` |
        | `low`, `high` | float64 | ends of the 95 % interval; NaN where there is none |
        | `n` | Int64 | cases or rows it was measured on; missing where there is no interval |

        Raises:
            ImportError: without pandas.
        """
        from keras_halluc.callbacks.results.frames import history_frame

        return history_frame(self._record)

    def plot(self, ax: Any = None, key: str | None = None) -> Any:
        """Draws a value by epoch, its 95 % interval as a band, the value before training as a line.

        Nothing is shown or saved: call `matplotlib.pyplot.show()`, or `ax.figure.savefig(path)`.

        Args:
            ax: `matplotlib.axes.Axes` to draw into. None makes a new figure.
            key: str, a key in `logs`. None is the first one of the sentence.

        Returns:
            `matplotlib.axes.Axes`.

        Raises:
            ImportError: without matplotlib.
            ValueError: nothing was measured yet, or not this key.
        """
        from keras_halluc.callbacks.results.figure import draw

        measured = self._record.keys()
        if not measured:
            raise ValueError(
                "Nothing to `plot`: the monitor has measured nothing. Pass it to `fit` first. "
                + received("measured", measured)
            )
        key = self._headline()[0] if key is None else require_choice("key", key, measured)
        return draw(self._record, key, key.removeprefix(self.prefix), ax)

    def _repr_html_(self) -> str:
        """What a notebook shows; needs neither pandas nor matplotlib."""
        from keras_halluc.callbacks.results.notebook import notebook_view

        return notebook_view(
            repr(self), self._record, self._headline(), self.prefix, self._case_ids()
        )

    def __repr__(self) -> str:
        prefix = getattr(self, "prefix", "")
        owner = f"{type(self).__name__}(prefix={prefix!r})" if prefix else type(self).__name__
        record: Record | None = getattr(self, "_record", None)
        told = "" if record is None else sentence(record, self._headline(), prefix, self.unit)
        return f"{owner}: {told or 'not measured yet.'}"

    def _headline(self) -> tuple[str, ...]:
        measured = self._record.keys()
        named = [self.prefix + key for key in self.headline if self.prefix + key in measured]
        return tuple(named) or measured[:1]

    def _case_ids(self) -> set[str | None]:
        return set()
