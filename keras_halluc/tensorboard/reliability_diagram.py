"""How does one see at a glance where a model is surer than it should be?"""

from typing import Any

import numpy as np

from keras_halluc._require import received

SIDE = 300  # pixels of the square
STRIP = 60  # pixels of the histogram under it
MARGIN = 24  # pixels of white around both, with the words
BAR, OVER, UNDER = (66, 113, 174), (221, 132, 82), (140, 190, 140)
GRID, LINE, INK = (225, 225, 225), (120, 120, 120), (60, 60, 60)


def reliability_diagram(sums: Any) -> np.ndarray:
    """Accuracy by confidence: blue bars are what came, the diagonal what was promised.

    Orange on top of a bar is confidence that was not borne out, green within a bar what was right
    beyond it. The strip below shows how many answers each bin has.

    Args:
        sums: float `(3, num_bins)` of `ops.calibration.calibration_sums`.

    Returns:
        uint8 `(height, width, 3)`.

    Raises:
        ImportError: Pillow is missing.
    """
    sums = np.asarray(sums, "float64")
    if sums.ndim != 2 or len(sums) != 3 or not np.isfinite(sums).all():
        raise ValueError(f"`sums` must be finite, of shape (3, bin). {received('sums', sums)}")
    try:
        from PIL import Image
        from PIL import ImageDraw
    except ImportError as error:  # a dependency of tensorboard from 2.20 on, not before
        raise ImportError(
            "Drawing a diagram needs Pillow. Install it with: pip install pillow"
        ) from error
    picture = Image.new("RGB", (SIDE + 2 * MARGIN, SIDE + STRIP + 3 * MARGIN), "white")
    draw = ImageDraw.Draw(picture)
    bottom = MARGIN + SIDE
    floor = bottom + MARGIN + STRIP
    for tenth in range(0, 11, 2):
        at = MARGIN + SIDE * tenth // 10
        draw.line([(at, MARGIN), (at, bottom)], GRID)
        draw.line([(MARGIN, at), (MARGIN + SIDE, at)], GRID)
    weight, confidence, correct = sums
    most = max(weight.max(), 1e-30)  # of no answers, no bar
    edges = MARGIN + np.rint(SIDE * np.arange(len(weight) + 1) / len(weight)).astype(int)
    for i in np.flatnonzero(weight > 0.0):
        left, right = int(edges[i]), int(edges[i + 1]) - 1
        sure, hit = confidence[i] / weight[i], correct[i] / weight[i]
        _bar(draw, left, right, bottom, 0.0, min(hit, sure), SIDE, BAR)
        _bar(draw, left, right, bottom, hit, sure, SIDE, OVER)
        _bar(draw, left, right, bottom, sure, hit, SIDE, UNDER)
        _bar(draw, left, right, floor, 0.0, weight[i] / most, STRIP, LINE)
    draw.line([(MARGIN, bottom), (MARGIN + SIDE, MARGIN)], LINE)
    draw.rectangle([MARGIN, MARGIN, MARGIN + SIDE, bottom], outline=LINE)
    draw.text((MARGIN, 6), "accuracy", INK)
    draw.text((MARGIN + SIDE - 60, bottom + 6), "confidence", INK)
    draw.text((MARGIN, floor + 6), f"{weight.sum():.0f} answers", INK)
    return np.asarray(picture)


def _bar(
    draw: Any, left: int, right: int, foot: int, low: float, high: float, scale: int, colour: Any
) -> None:
    """A bar from `low` to `high`, each in [0, 1], above the pixel row `foot`."""
    top, end = foot - round(scale * high), foot - round(scale * low) - 1
    if top <= end:
        draw.rectangle([left, top, right, end], fill=colour)
