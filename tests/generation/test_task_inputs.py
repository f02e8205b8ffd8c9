"""What is the network of a task given beside token ids and masks?"""

import types

import numpy as np
import pytest

from keras_halluc.generation.task_inputs import with_other_inputs

ROWS = {"token_ids": np.zeros((2, 3), "int32"), "padding_mask": np.ones((2, 3), "int32")}


def task_of(names, packed):
    """A task that takes these inputs, and a preprocessor that makes those of a prompt."""

    def generate_preprocess(texts, sequence_length):
        if packed is None:
            raise TypeError("no pictures")
        return {**{name: value.copy() for name, value in ROWS.items()}, **packed}

    preprocessor = types.SimpleNamespace(generate_preprocess=generate_preprocess)
    inputs = {name: None for name in names}
    return types.SimpleNamespace(input=inputs, preprocessor=preprocessor, name="own")


def test_nothing_more_where_it_takes_no_more():
    assert with_other_inputs(task_of(ROWS, None), ROWS) is ROWS


def test_what_the_preprocessor_gives_is_taken():
    own = np.array([[5, 6, 7]] * 2)
    found = with_other_inputs(task_of([*ROWS, "position_ids"], {"position_ids": own}), ROWS)
    np.testing.assert_array_equal(found["position_ids"], own)
    pixels = np.zeros((2, 0, 4), "float64")
    found = with_other_inputs(task_of([*ROWS, "images"], {"images": pixels}), ROWS)
    assert found["images"].dtype == "float32" and found["images"].shape == (2, 0, 4)
    assert "position_ids" not in found


def test_positions_that_it_leaves_out_of_a_prompt_count_from_0():
    found = with_other_inputs(task_of([*ROWS, "position_ids"], {}), ROWS)
    assert found["position_ids"].dtype == "int32"
    assert found["position_ids"].tolist() == [[0, 1, 2], [0, 1, 2]]


@pytest.mark.parametrize("packed", [None, {}])
def test_what_no_text_gives_is_an_error(packed):
    with pytest.raises(ValueError, match=r"must take text alone, but also takes \['sound'\]"):
        with_other_inputs(task_of([*ROWS, "sound"], packed), ROWS)
