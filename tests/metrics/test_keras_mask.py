"""Do metrics leave out what an embedding with `mask_zero=True` has masked?"""

import keras
import numpy as np
import pytest

import keras_halluc as kh

pytestmark = pytest.mark.eager


def test_masked_positions_do_not_count():
    rng = np.random.default_rng(0)
    ids, y_true = np.array([[1, 2, 0, 0], [3, 1, 2, 0]]), rng.integers(0, 5, (2, 4))
    inputs = keras.Input((4,), dtype="int32")
    embedded = keras.layers.Embedding(4, 3, mask_zero=True)(inputs)
    model = keras.Model(inputs, keras.layers.Dense(5)(embedded))
    metrics = [kh.metrics.ExpectedCalibrationError(), kh.metrics.Perplexity()]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss, weighted_metrics=metrics)
    logits = model.predict(ids, verbose=0)
    for weight in (None, rng.uniform(size=(2, 4)).astype("float32")):
        logs = model.evaluate(ids, y_true, sample_weight=weight, verbose=0, return_dict=True)
        for metric in metrics:
            metric.reset_state()
            metric.update_state(y_true, logits, (1.0 if weight is None else weight) * (ids != 0))
            assert logs[metric.name] == pytest.approx(float(metric.result()), rel=1e-5)
