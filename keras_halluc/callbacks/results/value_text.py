"""Value text: how a value of a monitor is named and written for a person."""

from keras_halluc.callbacks.monitors.value_sink import number
from keras_halluc.statistics.estimates import Estimate

SHARES = ("_rate", "_accuracy", "_coverage", "_fit")  # keys that end so are shares of cases
UNITS = {  # of a change
    "forgetting": "points",
    "base_divergence": "nats a token",
    "prompt_divergence": "nats a token",
}
INITIALS = {"aurc": "AURC", "auroc": "AUROC"}
WIDE = 5.0  # percentage points between the ends of an interval that needs no decimals


def title(key: str) -> str:
    """The key in words: `"law: hallucination rate"` for `"law_val_hallucination_rate"`.

    Args:
        key: str, without the prefix of its monitor.
    """
    group, _, name = f"_{key}".rpartition("_val_")
    words = " ".join(INITIALS.get(word, word) for word in name.strip("_").split("_"))
    return f"{group.strip('_')}: {words}" if group.strip("_") else words


def unit(key: str) -> str:
    """`"%"`, `"points"`, `"nats a token"`, or `""` for a plain number."""
    if key.endswith(SHARES):
        return "%"
    return next((found for end, found in UNITS.items() if key.endswith(end)), "")


def is_change(key: str) -> bool:
    """Whether the value is a change from the model before training, where it is 0."""
    return key.endswith(tuple(UNITS))


def scale(key: str) -> float:
    """What a value is multiplied by before it is shown: 100 for percent and points."""
    return 100.0 if unit(key) in ("%", "points") else 1.0


def value_text(key: str, value: Estimate | float) -> str:
    """The value alone with its unit: `"12.5 %"`."""
    return f"{_digits(key, number(value))} {unit(key)}".rstrip()


def interval_text(key: str, value: Estimate | float) -> str:
    """The ends of the 95 % interval: `"8 to 18"`; `""` for a value that has none."""
    if not isinstance(value, Estimate):
        return ""
    wide = scale(key) * (value.high - value.low) >= WIDE
    return " to ".join(
        _digits(key, end, decimals=0 if wide else 1) for end in (value.low, value.high)
    )


def _digits(key: str, value: float, decimals: int = 1) -> str:
    if scale(key) == 1.0:
        return f"{value:.3g}"
    text = f"{scale(key) * value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text  # no "-0.0"
