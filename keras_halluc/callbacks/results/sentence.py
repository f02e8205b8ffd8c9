"""Sentence of a monitor: its latest values in plain words, each with interval and best epoch."""

from collections.abc import Sequence

from keras_halluc.callbacks.monitors.value_sink import number
from keras_halluc.callbacks.results.record import Record
from keras_halluc.callbacks.results.value_text import interval_text
from keras_halluc.callbacks.results.value_text import is_change
from keras_halluc.callbacks.results.value_text import title
from keras_halluc.callbacks.results.value_text import unit
from keras_halluc.callbacks.results.value_text import value_text
from keras_halluc.statistics.estimates import Estimate


def sentence(record: Record, keys: Sequence[str], prefix: str, unit_name: str) -> str:
    """What was measured, in one line; `""` where nothing was.

    Args:
        record: `Record`.
        keys: list of str, log keys to speak of, at most a few.
        prefix: str, that of the keys.
        unit_name: str, what rates are counted over, such as `"cases"`.
    """
    parts = [_of_key(record, key, key.removeprefix(prefix), unit_name) for key in keys]
    line = ". ".join(part[0].upper() + part[1:] if i else part for i, part in enumerate(parts))
    return line and f"{line}."


def best_epoch(record: Record, key: str) -> int | None:
    """The first epoch of the best value after training began; None without a good end or value."""
    after, sign = record.after(key), _sign(key)
    if not after or not sign:
        return None
    return min(after, key=lambda one: (sign * number(one[1]), one[0]))[0]


def _sign(key: str) -> int:
    """1 where lower is better, -1 where higher is, 0 where neither is."""
    from keras_halluc.tensorboard.directions import LOWER
    from keras_halluc.tensorboard.directions import better

    good = better(key)
    return 0 if not good else 1 if good == LOWER else -1


def _of_key(record: Record, key: str, name: str, unit_name: str) -> str:
    before, after = None if is_change(name) else record.before(key), record.after(key)
    if not after:
        text = _measured(name, record.series(key)[-1][1], unit_name)
        return f"{text} before training; no epoch was measured"
    epoch, value = after[-1]
    text = _measured(name, value, unit_name)
    if epoch != max(record.measured):  # the latest measurement lacks this key
        text += f" after epoch {epoch}"
    if before is not None:
        text += f", from {value_text(name, before)} before training"
    best = best_epoch(record, key)
    if best is None:
        return text
    at_best = dict(after)[best]
    if before is not None and _sign(key) * (number(before) - number(at_best)) <= 0.0:
        return f"{text}; no epoch was better than before training"
    if len(after) == 1:
        return text
    told = value_text(name, at_best)
    told = "" if told == value_text(name, value) else f" ({told})"
    return f"{text}; best at epoch {best}{told}"


def _measured(name: str, value: Estimate | float, unit_name: str) -> str:
    """Name, value, interval and count."""
    text = f"{title(name)} {value_text(name, value)}"
    if not isinstance(value, Estimate):
        return text
    ends = f"95 %: {interval_text(name, value)}"
    if unit(name) == "%":
        return f"{text} ({ends}) of {value.count} {unit_name}"
    return f"{text} ({ends}, n = {value.count})"
