"""Are as many tokens exchanged as asked, in training alone, and never the first or padding?"""

import keras
import numpy as np
import oracles
import pytest

from keras_halluc.layers import TokenNoise

pytestmark = pytest.mark.eager

IDS = np.random.default_rng(0).integers(5, 50, (200, 40)).astype("int32")
MASK = (np.arange(40) < np.random.default_rng(1).integers(1, 41, (200, 1))).astype("int32")


def numbers(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))


@pytest.mark.parametrize("rate", [0.0, 0.15, 0.8, 1.0])
@pytest.mark.parametrize("dtype", ["int32", "bool"])
def test_the_share_asked_for_is_exchanged_of_what_may_be(rate, dtype):
    noise = TokenNoise(50, rate, mask_token_id=3)
    out = numbers(noise(IDS, MASK.astype(dtype), training=True))
    assert out.dtype == IDS.dtype
    hit = out != IDS
    may = (MASK == 1) & (np.arange(40) > 0)
    assert not hit[~may].any() and (out[hit] == 3).all()
    assert hit[may].mean() == pytest.approx(rate, abs=0.03 if 0 < rate < 1 else 0.0)


def test_without_a_padding_mask_all_but_the_first_may_go():
    out = numbers(TokenNoise(50, 1.0, mask_token_id=3)(IDS, training=True))
    np.testing.assert_array_equal(out[:, 0], IDS[:, 0])
    assert (out[:, 1:] == 3).all()


def test_random_tokens_are_all_over_the_vocabulary():
    out = numbers(TokenNoise(7, 1.0)(IDS, MASK, training=True))
    drawn = out[:, 1:][MASK[:, 1:] == 1]
    counts = np.bincount(drawn, minlength=7)
    assert len(counts) == 7
    assert counts.min() > 0.8 * counts.mean() and counts.max() < 1.2 * counts.mean()


@pytest.mark.parametrize("training", [False, None])
def test_outside_training_nothing_changes(training):
    out = TokenNoise(50, 1.0, mask_token_id=3)(IDS, MASK, training=training)
    np.testing.assert_array_equal(numbers(out), IDS)


@pytest.mark.parametrize("mask_token_id", [None, 3])
def test_draws_differ_by_call_and_follow_the_seed(mask_token_id):
    first, same, other = (TokenNoise(50, 0.5, mask_token_id, seed) for seed in (1, 1, 0))
    draws = [numbers(noise(IDS, MASK, training=True)) for noise in (first, first, same, other)]
    np.testing.assert_array_equal(draws[0], draws[2])
    assert (draws[0] != draws[1]).any() and (draws[0] != draws[3]).any()


def test_in_a_model_predictions_and_evaluation_are_of_clean_tokens():
    inputs = keras.Input((None,), dtype="int32")
    outputs = keras.ops.cast(TokenNoise(50, 1.0, mask_token_id=3)(inputs), "float32")
    model = keras.Model(inputs, keras.layers.Rescaling(1.0)(outputs))
    model.compile("sgd", loss="mse")
    assert not model.trainable_variables
    np.testing.assert_array_equal(model.predict(IDS, verbose=0), IDS)
    loss = model.evaluate(IDS, np.full(IDS.shape, 3.0), verbose=0)
    assert loss == pytest.approx(((IDS - 3.0) ** 2).mean(), rel=1e-4)


def test_it_is_saved_and_loaded(tmp_path):
    settings = {"vocabulary_size": 50, "rate": 0.4, "mask_token_id": 3, "seed": 9}
    noise = TokenNoise(**settings, name="noise")
    again = TokenNoise.from_config(noise.get_config())
    assert again.get_config() == noise.get_config()
    assert {name: getattr(again, name) for name in settings} == settings
    model = keras.Sequential([keras.Input((40,), dtype="int32"), noise])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    found = [oracles.numbers(m(IDS, training=True)) for m in (model, loaded)]
    np.testing.assert_array_equal(*found)
    assert (found[0] != IDS).any()


def test_wrong_arguments():
    for bad, error, match in (
        ({"vocabulary_size": 0}, ValueError, "`vocabulary_size` must be an integer >= 1"),
        ({"vocabulary_size": 5.0}, TypeError, "`vocabulary_size` must be an integer"),
        ({"rate": 1.1}, ValueError, "`rate` must be <= 1.0. Received: rate=1.1"),
        ({"rate": -0.1}, ValueError, "`rate` must be >= 0.0"),
        ({"mask_token_id": -1}, ValueError, "`mask_token_id` must be an integer >= 0"),
        ({"seed": -1}, ValueError, "`seed` must be an integer >= 0"),
    ):
        with pytest.raises(error, match=match):
            TokenNoise(**{"vocabulary_size": 5, **bad})
