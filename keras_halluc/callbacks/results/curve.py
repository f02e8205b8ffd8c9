"""Curve of a value by epoch with its 95 % interval, as SVG that loads nothing."""

import math
from collections.abc import Iterator
from collections.abc import Sequence

from keras_halluc.callbacks.monitors.value_sink import number
from keras_halluc.statistics.estimates import Estimate

WIDTH, HEIGHT = 440, 180  # pixels
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 10, 24  # margins, in pixels
X_TICKS, Y_TICKS = 8, 4  # labels, at most about so many
Point = tuple[int, Estimate | float]


def curve(points: Sequence[Point], before: Estimate | float | None, factor: float) -> str:
    """A line through the values, a band of their intervals, a dashed line at the value before.

    Args:
        points: list of epoch and value, epochs rising; those that are not finite are left out.
        before: `Estimate`, float or None, the value before training.
        factor: float, what values are multiplied by in the labels: 100 for percent.

    Returns:
        str, SVG whose only texts are numbers; `""` where there is nothing to draw.
    """
    points = [(epoch, value) for epoch, value in points if _is_finite(value)]
    if not points:
        return ""
    ends = [end for _, value in points for end in _ends(value)]
    ticks = list(_ticks(factor * min(ends), factor * max(ends)))
    low, high = (end / factor for end in (ticks[0], ticks[-1]))
    first, last = points[0][0], max(points[-1][0], points[0][0] + 1)

    def x(epoch: float) -> str:
        return f"{LEFT + (WIDTH - LEFT - RIGHT) * (epoch - first) / (last - first):.1f}"

    def y(value: float) -> str:
        return f"{TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low):.1f}"

    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" style="max-width:100%;font:11px sans-serif">'
    ]
    for tick in ticks:
        at = y(tick / factor)
        parts.append(f'<path d="M{LEFT} {at}H{WIDTH - RIGHT}" stroke="#8884"/>')
        parts.append(_label(LEFT - 6, at, "end", f"{tick:.6g}", ' dy="4"'))
    step = max(math.ceil((last - first) / X_TICKS), 1)
    for epoch in range(first, last + 1, step):
        parts.append(_label(x(epoch), HEIGHT - 6, "middle", str(epoch)))
    banded = [(epoch, value) for epoch, value in points if isinstance(value, Estimate)]
    if banded:
        upper = [f"{x(epoch)},{y(value.high)}" for epoch, value in banded]
        lower = [f"{x(epoch)},{y(value.low)}" for epoch, value in reversed(banded)]
        parts.append(f'<polygon points="{" ".join(upper + lower)}" fill="#3b6fb5" opacity="0.2"/>')
    if before is not None and _is_finite(before):
        parts.append(
            f'<path d="M{LEFT} {y(number(before))}H{WIDTH - RIGHT}" stroke="#888" '
            'stroke-dasharray="5 4"/>'
        )
    line = " ".join(f"{x(epoch)},{y(number(value))}" for epoch, value in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#3b6fb5" stroke-width="2"/>')
    parts += [
        f'<circle cx="{x(epoch)}" cy="{y(number(value))}" r="3" fill="#3b6fb5">'
        f"<title>{epoch}: {factor * number(value):.4g}</title></circle>"
        for epoch, value in points
    ]
    return "".join([*parts, "</svg>"])


def _label(x: float | str, y: float | str, anchor: str, text: str, more: str = "") -> str:
    place = f'x="{x}" y="{y}" text-anchor="{anchor}"{more}'
    return f'<text {place} fill="currentColor">{text}</text>'


def _ends(value: Estimate | float) -> tuple[float, ...]:
    whole = (value.low, value.value, value.high) if isinstance(value, Estimate) else (value,)
    return tuple(float(end) for end in whole)


def _is_finite(value: Estimate | float) -> bool:
    return all(map(math.isfinite, _ends(value)))


def _ticks(low: float, high: float) -> Iterator[float]:
    """Round numbers from at or below `low` to at or above `high`."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / Y_TICKS))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power * Y_TICKS >= span)
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    yield from (step * i for i in range(first, last + 1))
