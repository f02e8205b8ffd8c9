"""Is the attention of a text told from that of an image, and the sink left out?"""

import keras
import numpy as np

from keras_halluc.internals.text_attention import text_attention


def maps(*shapes):
    draws = np.random.default_rng(0)
    return [keras.ops.convert_to_tensor(draws.uniform(size=shape)) for shape in shapes]


def test_only_what_the_tokens_look_at_each_other_with():
    ids = keras.ops.ones((2, 5), "int32")
    image, text, sink = maps((0, 2, 16, 16), (2, 4, 5, 5), (2, 4, 5, 6))
    found = text_attention([image, text, sink], ids)
    assert [tuple(scores.shape) for scores in found] == [(2, 4, 5, 5)] * 2
    np.testing.assert_allclose(found[0], keras.ops.convert_to_numpy(text), rtol=1e-6)
    np.testing.assert_allclose(found[1], keras.ops.convert_to_numpy(sink)[..., :5], rtol=1e-6)
    assert {scores.dtype for scores in found} == {keras.ops.ones(1, "float32").dtype}


def test_an_image_of_as_many_patches_as_the_text_has_tokens():
    ids = keras.ops.ones((2, 16), "int32")
    assert text_attention(maps((0, 2, 16, 16)), ids) == []
