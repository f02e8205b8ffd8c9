"""Do the pictures show the numbers they are made of?"""

import re

import numpy as np
import pytest

from keras_halluc.tensorboard.heat_map import heat_map
from keras_halluc.tensorboard.reliability_diagram import BAR
from keras_halluc.tensorboard.reliability_diagram import LINE
from keras_halluc.tensorboard.reliability_diagram import MARGIN
from keras_halluc.tensorboard.reliability_diagram import OVER
from keras_halluc.tensorboard.reliability_diagram import SIDE
from keras_halluc.tensorboard.reliability_diagram import UNDER
from keras_halluc.tensorboard.reliability_diagram import reliability_diagram


def test_heat_map():
    pixels = heat_map([[0.0, 1.0], [0.5, np.nan]], cell=3)
    assert pixels.shape == (6, 6, 3) and pixels.dtype == "uint8"
    assert pixels[0, 0].tolist() == [255, 255, 255] and pixels[2, 5].tolist() == [8, 48, 107]
    assert pixels[5, 0].tolist() == pytest.approx([131.5, 151.5, 181.0], abs=1)
    assert pixels[3, 3].tolist() == [230, 230, 230]


@pytest.mark.parametrize(
    "values, cell, message",
    [
        ([0.5], 1, "`values` must have shape (row, column)"),
        ([[1.5]], 1, "`values` must be in [0, 1] or NaN"),
        ([[0.5]], 0, "`cell` must be an integer >= 1"),
    ],
)
def test_wrong_heat_maps(values, cell, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        heat_map(values, cell)


def column(pixels, bin_index, bins):
    """How many pixels of each colour stand above the middle of a bin."""
    x = MARGIN + round(SIDE * (bin_index + 0.3) / bins)
    colours = [tuple(map(int, pixel)) for pixel in pixels[MARGIN : MARGIN + SIDE, x]]
    return {colour: colours.count(colour) for colour in (BAR, OVER, UNDER)}


def test_bars_are_as_high_as_accuracy_and_confidence():
    # Weight, confidence and accuracy of four bins: none, too sure, not sure enough, just right.
    sums = np.array([[0, 10, 5, 20], [0, 5, 3, 18], [0, 2, 4, 18]], "float64")
    pixels = reliability_diagram(sums)
    assert pixels.dtype == "uint8" and pixels.ndim == 3
    assert column(pixels, 0, 4) == {BAR: 0, OVER: 0, UNDER: 0}
    near = {"abs": 3}  # the diagonal and the grid cross a bar
    found = column(pixels, 1, 4)
    assert found[BAR] == pytest.approx(0.2 * SIDE, **near)
    assert found[OVER] == pytest.approx(0.3 * SIDE, **near) and not found[UNDER]
    found = column(pixels, 2, 4)
    assert found[BAR] == pytest.approx(0.6 * SIDE, **near)
    assert found[UNDER] == pytest.approx(0.2 * SIDE, **near) and not found[OVER]
    assert column(pixels, 3, 4)[BAR] == pytest.approx(0.9 * SIDE, **near)
    strip = pixels[MARGIN + SIDE + MARGIN :, :, :]
    heights = [
        int((strip[:, MARGIN + round(SIDE * (i + 0.3) / 4)] == LINE).all(axis=-1).sum())
        for i in range(4)
    ]
    assert heights[0] == 0 and heights[1] == pytest.approx(heights[3] / 2, abs=2)
    assert heights[2] == pytest.approx(heights[3] / 4, abs=2)


def test_no_answers_and_wrong_sums():
    assert reliability_diagram(np.zeros((3, 5))).size
    for wrong in (np.zeros((2, 5)), np.full((3, 5), np.nan)):
        with pytest.raises(ValueError, match="`sums` must be finite, of shape"):
            reliability_diagram(wrong)
