"""Every public class that keeps a contract: how to make it, and what to feed it.

Add a class here and the contract tests of its kind run on it. All arguments must be given, none
at its default.
"""

import numpy as np

import keras_halluc as kh
from keras_halluc.testing import MetricContract


def metric_contracts() -> list[MetricContract]:
    """One contract for each public metric."""
    rng = np.random.default_rng(0)
    labels = np.array([0, 1, 2, 3, 4, 0, 1, 1])
    token_ids = rng.integers(0, 6, (8, 5))
    logits = (2 * rng.normal(size=(8, 5, 6))).astype("float32")
    rates = [
        MetricContract(rate, kwargs={"name": "mine", "dtype": "bfloat16"}, inputs=(labels,))
        for rate in (
            kh.metrics.AbstentionRate,
            kh.metrics.AnswerAccuracy,
            kh.metrics.CheckCoverage,
            kh.metrics.HallucinationRate,
        )
    ]
    return [
        *rates,
        MetricContract(
            kh.metrics.ExpectedCalibrationError,
            kwargs={
                "num_bins": 7,
                "from_logits": False,
                "ignore_class": 3,
                "name": "mine",
                "dtype": "bfloat16",
            },
            inputs=(token_ids, _softmax(logits)),
            bad_kwargs=(
                {"num_bins": 0},
                {"num_bins": 2.5},
                {"num_bins": True},
                {"from_logits": "yes"},
                {"ignore_class": "pad"},
                {"ignore_class": 1.5},
            ),
        ),
        MetricContract(
            kh.metrics.Perplexity,
            kwargs={"from_logits": False, "mask_token_id": 3, "name": "mine", "dtype": "float32"},
            inputs=(token_ids, _softmax(logits)),
            bad_kwargs=({"from_logits": "yes"}, {"mask_token_id": "pad"}),
        ),
    ]


def _softmax(logits: np.ndarray) -> np.ndarray:
    exp = np.exp(logits)
    return np.asarray(exp / exp.sum(-1, keepdims=True), "float32")
