"""Faults in `keras_halluc/ops`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "ops",
    (
        (
            "ties in the order they came",
            "selective_prediction.py",
            "np.repeat(wrong, count)",
            '1.0 - correct[np.argsort(-confidence, kind="stable")]',
        ),
        (
            "a bin is judged as if it began at its end",
            "selective_prediction.py",
            "before, wrong_before = ops.cumsum(weight) - weight, ops.cumsum(wrong) - wrong",
            "before, wrong_before = ops.cumsum(weight), ops.cumsum(wrong)",
        ),
        (
            "an abstention costs what an error costs",
            "selective_prediction.py",
            "wrong = unsupported + contradicted\n",
            "wrong = unsupported + contradicted + abstained\n",
        ),
        (
            "a confidence of 1 falls out of the last bin",
            "calibration.py",
            "ops.clip(scaled, 0, num_bins - 1)",
            "ops.clip(scaled, 0, num_bins)",
        ),
        (
            "a bin counts whatever is in it",
            "calibration.py",
            "off = ops.sum(ops.abs(correct - confidence), axis=-1)",
            "off = ops.mean(ops.abs(correct - confidence), axis=-1)",
        ),
        (
            "weights left out of the Brier score",
            "calibration.py",
            "ops.sum(weight * ops.square(errors))",
            "ops.sum(ops.square(errors))",
        ),
        (
            "teacher and student changed places",
            "divergence.py",
            "probs = ops.exp(teacher - ops.expand_dims(teacher_total, -1))",
            "probs = ops.exp(student - ops.expand_dims(student_total, -1))",
        ),
        (
            "the rest beyond the k likeliest forgotten",
            "divergence.py",
            "return chosen + rest * (ops.log(rest) - ops.log(student_rest))",
            "return chosen",
        ),
        (
            "the gradient of a gradient let through",
            "gradients.py",
            "return tf.stop_gradient(tape.gradient(value, point))",
            "return tape.gradient(value, point)",
        ),
        (
            "NaN behind the mask leaks",
            "masking.py",
            "return ops.where(mask != 0.0, values, ops.zeros_like(values)), mask",
            "return values, mask",
        ),
        (
            "an unknown token scored as token 0",
            "token_scores.py",
            'return ops.where(known, scores, ops.full_like(scores, float("nan")))',
            "return scores",
        ),
        (
            "logits overflow",
            "token_scores.py",
            "shifted = logits - ops.stop_gradient(ops.max(logits, axis=-1, keepdims=True))",
            "shifted = logits",
        ),
        (
            "rates over what was not measured too",
            "verdicts.py",
            '"hallucination_rate": (HALLUCINATED, MEASURED)',
            '"hallucination_rate": (HALLUCINATED, LABELS)',
            "tests/metrics/test_verdict_rates.py",
        ),
        (
            "own words counted as many as there will be",
            "lookback.py",
            "axis=-1) / own",
            "axis=-1) / ops.sum(in_answer, axis=-1, keepdims=True)",
        ),
    ),
)
