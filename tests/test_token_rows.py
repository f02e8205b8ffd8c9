"""Are rows of token ids those that KerasHub packs?"""

import numpy as np
import pytest
from keras import ops

from keras_halluc._token_rows import SpecialTokens
from keras_halluc._token_rows import cut_segments
from keras_halluc._token_rows import join_segments
from keras_halluc._token_rows import pad_rows

keras_hub = pytest.importorskip("keras_hub")
LENGTH = 12


@pytest.mark.parametrize("truncate", ["round_robin", "waterfall"])
@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("separator", [(3,), (3, 3)])
@pytest.mark.parametrize("columns", [1, 2])
def test_rows_are_those_of_keras_hub(columns, separator, ended, truncate):
    lengths = np.random.default_rng(0).integers(0, 15, (60, columns))
    segments = [[list(range(10, 10 + n)) for n in column] for column in lengths.T]
    packer = keras_hub.layers.MultiSegmentPacker(
        LENGTH, [2], [4], list(separator), pad_value=0, truncate=truncate
    )
    packed = packer(tuple(segments), add_end_value=ended)
    expected = [np.asarray(ops.convert_to_numpy(values)) for values in packed]
    special = SpecialTokens((2,), separator, (4,) if ended else ())
    room = LENGTH - special.count(columns)
    rows = [join_segments(cut_segments(row, room, truncate), special) for row in zip(*segments)]
    ids, mask = pad_rows([ids for ids, _ in rows], LENGTH, 0)
    np.testing.assert_array_equal(ids, expected[0])
    np.testing.assert_array_equal(pad_rows([n for _, n in rows], LENGTH, 0)[0], expected[1])
    np.testing.assert_array_equal(mask, expected[0] != 0)


def test_padding_stands_on_either_side():
    ids, mask = pad_rows([[5, 6], [], [7, 8, 9]], 3, 1)
    np.testing.assert_array_equal(ids, [[5, 6, 1], [1, 1, 1], [7, 8, 9]])
    np.testing.assert_array_equal(mask, [[1, 1, 0], [0, 0, 0], [1, 1, 1]])
    ids, mask = pad_rows([[5, 6], [], [7, 8, 9]], 3, 1, left=True)
    np.testing.assert_array_equal(ids, [[1, 5, 6], [1, 1, 1], [7, 8, 9]])
    np.testing.assert_array_equal(mask, [[0, 1, 1], [0, 0, 0], [1, 1, 1]])
    assert ids.dtype == mask.dtype == "int32"
