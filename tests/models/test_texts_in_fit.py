"""Is nothing of what `fit` is given beside texts dropped in silence?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc._preprocessing import preprocess

pytestmark = pytest.mark.eager
TEXTS = tiny_models.TEXTS[:4]
WEIGHTS = np.array([0.0, 9.0, 0.0, 0.5], "float32")


@pytest.fixture(scope="module")
def tuner():
    tuner = kh.models.FineTuner(tiny_models.gpt2())
    tuner.compile(keras.optimizers.SGD(0.0))
    return tuner


def token_rows(tuner):
    x, y, weight = preprocess(tuner.task, TEXTS)
    return x, y, weight * WEIGHTS[:, None]


@quick_on_torch
def test_a_weight_of_a_text_is_that_of_its_tokens(tuner):
    x, y, weight = token_rows(tuner)
    expected = tuner.fit(x, y, sample_weight=weight, verbose=0).history["loss"]
    plain = tuner.fit(TEXTS, verbose=0).history["loss"]
    for given in (WEIGHTS, list(WEIGHTS), WEIGHTS[:, None]):
        history = tuner.fit(TEXTS, sample_weight=given, verbose=0).history
        assert history["loss"] == pytest.approx(expected, rel=1e-5)
    assert plain != pytest.approx(expected, rel=1e-3)
    assert tuner.evaluate(TEXTS, sample_weight=WEIGHTS, verbose=0)[0] == pytest.approx(
        expected[0], rel=1e-5
    )


def test_weights_of_validation_data_count(tuner):
    weighted = (TEXTS, None, WEIGHTS)
    history = tuner.fit(TEXTS, validation_data=weighted, verbose=0).history
    x, y, weight = token_rows(tuner)
    expected = tuner.evaluate(x, y, sample_weight=weight, verbose=0, return_dict=True)["loss"]
    assert history["val_loss"] == pytest.approx([expected], rel=1e-5)


def test_targets_beside_texts_are_refused(tuner):
    for given in (
        {"x": TEXTS, "y": TEXTS},
        {"x": TEXTS, "y": np.ones(4)},
        {"x": TEXTS, "validation_data": (TEXTS, TEXTS)},
    ):
        with pytest.raises(ValueError, match="`y` must be None where a language model is given"):
            tuner.fit(**given, verbose=0)


def test_a_dataset_with_targets_beside_texts_is_refused(tuner):
    tf = pytest.importorskip("tensorflow", reason="tf.data needs TensorFlow")
    data = tf.data.Dataset.from_tensor_slices((TEXTS, [0, 1, 0, 1])).batch(2)
    with pytest.raises(ValueError, match="`y` must be None"):
        tuner.fit(data, verbose=0)


@pytest.mark.parametrize("weight", [np.ones((4, 3)), np.ones(3)])
def test_weights_of_another_shape_are_refused(tuner, weight):
    with pytest.raises(ValueError, match="`sample_weight` must be one number a text"):
        tuner.fit(TEXTS, sample_weight=weight, verbose=0)


def test_one_text_and_none_are_refused(tuner):
    with pytest.raises(TypeError, match="`x` must be a list of texts, not one text"):
        tuner.fit("paris is in france", verbose=0)
    for nothing in ([], np.array([], "str")):
        with pytest.raises(ValueError, match="`x` must hold at least one text"):
            tuner.fit(nothing, verbose=0)


def test_a_column_of_pandas(tuner):
    pandas = pytest.importorskip("pandas")
    column = pandas.Series(TEXTS, index=[5, 6, 7, 8])
    expected = tuner.fit(TEXTS, sample_weight=WEIGHTS, verbose=0).history
    found = tuner.fit(column, sample_weight=pandas.Series(WEIGHTS), verbose=0).history
    assert found["loss"] == pytest.approx(expected["loss"], rel=1e-6)


def test_texts_that_are_cut_are_counted():
    task = tiny_models.gpt2()
    task.preprocessor.sequence_length = 12
    tuner = kh.models.FineTuner(task)
    tuner.compile("sgd")
    texts = ["a" * 10, "b" * 11, "c" * 30]  # with start and end 12, 13 and 32 tokens
    message = r"1 of 3 texts have more than 13 tokens.*33\.3% of all tokens.*sequence_length"
    with pytest.warns(UserWarning, match=message):
        tuner.fit(texts, verbose=0)


def test_texts_that_fit_are_not_spoken_of(recwarn):
    task = tiny_models.gpt2()
    task.preprocessor.sequence_length = 12
    tuner = kh.models.FineTuner(task)
    tuner.compile("sgd")
    tuner.fit(["a" * 11, "b"], verbose=0)
    assert not [w for w in recwarn if "are cut" in str(w.message)]
