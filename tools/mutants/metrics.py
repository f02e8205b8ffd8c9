"""Faults in `keras_halluc/metrics`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "metrics",
    (
        (
            "the threshold of the score not saved",
            "abstention_score.py",
            'return {**super().get_config(), "threshold": self.threshold}',
            "return super().get_config()",
            "test_metric_contracts.py",
        ),
        (
            "padding counts where its class is named",
            "_inputs.py",
            "weight = ops.where(ignored, ops.zeros_like(weight), weight)",
            "pass",
            "test_expected_calibration_error.py",
        ),
        (
            "logits taken for probabilities",
            "confidence_metric.py",
            "probs = ops.softmax(y_pred, axis=-1) if self.from_logits else y_pred",
            "probs = y_pred",
            "test_expected_calibration_error.py",
        ),
        (
            "an unknown class counts as wrong",
            "confidence_metric.py",
            'correct = ops.where(known, correct, ops.full_like(correct, float("nan")))',
            "pass",
            "test_expected_calibration_error.py",
        ),
        (
            "percent are probabilities",
            "_inputs.py",
            "inside = ((rows >= -SLACK) & (rows <= 1.0 + SLACK)).all(axis=-1)",
            "inside = np.isfinite(rows).all(axis=-1)",
            "test_no_probabilities.py",
        ),
        (
            "the mask of Keras ignored",
            "_inputs.py",
            'return _Masked(name="masked", reduction="none", dtype="float32")(weight, y_pred)',
            "return weight",
            "test_keras_mask.py",
        ),
        (
            "weights of rows of the wrong axis",
            "_inputs.py",
            "weight = ops.reshape(weight, (-1,) + (1,) * (len(wanted) - 1))",
            "weight = ops.reshape(weight, (1,) * (len(wanted) - 1) + (-1,))",
            "test_metric_contracts.py",
        ),
        (
            "padding counts in the perplexity",
            "perplexity.py",
            "sample_weight, self.ignore_class)",
            "sample_weight, None)",
        ),
        (
            "the last batch alone",
            "sums_metric.py",
            "self.state.assign_add(self.sums(*args, **kwargs))",
            "self.state.assign(self.sums(*args, **kwargs))",
        ),
        (
            "sums in the dtype of the model",
            "sums_metric.py",
            "autocast=False,",
            "autocast=True,",
        ),
        (
            "the good end turned round",
            "sums_metric.py",
            'self._direction = "up" if self.higher_is_better else "down"',
            'self._direction = "down" if self.higher_is_better else "up"',
            "test_metric_contracts.py",
        ),
        (
            "a rate over all verdicts",
            "verdict_rate.py",
            "_part(sums, counted), _part(sums, over))",
            "_part(sums, counted), ops.sum(sums))",
            "test_verdict_rates.py",
        ),
    ),
)
