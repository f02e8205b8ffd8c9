"""Does a name that is to go say what to use, where it is used?"""

import pytest

from keras_halluc._deprecate import deprecated


@deprecated("kh.ops.new", since="0.3", until="0.4")
def old(x):
    return x + 1


@deprecated("kh.layers.New", since="0.3", until="0.4")
class Old:
    def __init__(self, x):
        self.x = x


@pytest.mark.parametrize(
    "use, found, instead", [(lambda: old(1), 2, "ops.new"), (lambda: Old(3).x, 3, "layers.New")]
)
def test_it_works_and_warns(use, found, instead):
    match = f"Deprecated since 0.3, gone with 0.4. Use kh.{instead} instead"
    with pytest.warns(FutureWarning, match=match) as warned:
        assert use() == found
    assert warned[0].filename == __file__
