"""Faults in `keras_halluc/layers`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "layers",
    (
        (
            "masked values let through",
            "masks.py",
            "return ops.where(ops.expand_dims(mask, -1), values, ops.zeros_like(values))",
            "return values",
            "test_layer_contracts.py",
        ),
        (
            "mask ignored",
            "masks.py",
            'return ops.cast(mask, "bool")',
            'return ops.ones_like(ops.cast(mask, "bool"))',
            "test_layer_contracts.py",
        ),
        (
            "argument lost from the config",
            "classification_head.py",
            "config.update(num_classes=self.num_classes, abstain_below=self.abstain_below)",
            "config.update(num_classes=self.num_classes)",
            "test_layer_contracts.py",
        ),
        (
            "wrong axis",
            "decision_fusion.py",
            "ops.log_softmax(ops.stack(clean, axis=1), axis=-1)",
            "ops.log_softmax(ops.stack(clean, axis=1), axis=1)",
            "test_fusion.py",
        ),
        (
            "temperature not saved",
            "classification_head.py",
            "    def calibrate(",
            "    def save_own_variables(self, store):\n        pass\n\n"
            "    def load_own_variables(self, store):\n        pass\n\n    def calibrate(",
        ),
        (
            "temperature in training too",
            "classification_head.py",
            "return logits if training else logits / self.temperature",
            "return logits / self.temperature",
        ),
        (
            "calibrated twice over",
            "classification_head.py",
            "fit_temperature(scores * before, classes)",
            "fit_temperature(scores, classes)",
        ),
        (
            "duplicates overwritten in the copy",
            "pointer_generator.py",
            "ops.segment_sum(",
            "ops.segment_max(",
        ),
        (
            "softmax in bfloat16",
            "pointer_generator.py",
            "shift_logits(vocabulary_logits)",
            'shift_logits(ops.cast(vocabulary_logits, "bfloat16"))',
        ),
        (
            "no floor under a probability of 0",
            "pointer_generator.py",
            "LOG_SMALLEST = math.log(SMALLEST)",
            "LOG_SMALLEST = -math.inf",
        ),
        (
            "copies of padding",
            "pointer_generator.py",
            "ops.logical_and(known, source_mask)",
            "known",
        ),
        (
            "causal mask missing",
            "grounded_attention.py",
            "ops.expand_dims(positions, 0) <= ops.expand_dims(positions, 1)",
            "ops.expand_dims(positions, 0) <= ops.expand_dims(positions, 1) + 99",
        ),
        (
            "own position not attended",
            "grounded_attention.py",
            "ops.expand_dims(positions, 0) <= ops.expand_dims(positions, 1)",
            "ops.expand_dims(positions, 0) < ops.expand_dims(positions, 1)",
        ),
        (
            "padding counted in the lookback ratio",
            "grounded_attention.py",
            'count = ops.sum(ops.cast(counted, "float32"), axis=-1)',
            'count = ops.sum(ops.ones_like(ops.cast(counted, "float32")), axis=-1)',
        ),
        (
            "end before start",
            "span_head.py",
            "    rows = np.arange(len(starts))\n",
            "    rows = np.arange(len(starts))\n"
            "    s = np.where(inside, starts, -np.inf).argmax(1)\n"
            "    e = np.where(inside, ends, -np.inf).argmax(1)\n"
            "    best = starts[rows, s] + ends[rows, e]\n"
            "    return s, e, best, starts[:, 0] + ends[:, 0] - best\n",
        ),
        (
            "span over a hole in the context",
            "span_head.py",
            "run = run[:, :-1] & inside[:, more:]",
            "run = inside[:, :-more] & inside[:, more:]",
        ),
        (
            "no answer not allowed",
            "span_head.py",
            "allowed = ops.logical_or(allowed, first)",
            "allowed = ops.logical_or(allowed, allowed)",
        ),
        (
            "difference with its sign",
            "pair_head.py",
            "ops.abs(u - v)",
            "u - v",
            "test_small_heads.py",
        ),
        (
            "bounds not kept",
            "regression_head.py",
            "(self.maximum - self.minimum) * ops.sigmoid(value)",
            "self.maximum * ops.sigmoid(value)",
            "test_small_heads.py",
        ),
        (
            "dropout outside training",
            "heads.py",
            "self.drop(features, training=training)",
            "self.drop(features, training=True)",
            "test_layer_contracts.py",
        ),
        (
            "dropout never",
            "heads.py",
            "self.drop(features, training=training)",
            "self.drop(features, training=False)",
            "test_layer_contracts.py",
        ),
        (
            "features of the probe not standardised",
            "hallucination_probe.py",
            'standard = (ops.cast(features, "float32") - self.mean) / self.scale',
            'standard = ops.cast(features, "float32") - self.mean',
        ),
        (
            "present ignored",
            "modalities.py",
            'return ops.cast(present, "bool")',
            'return ops.ones_like(ops.cast(present, "bool"))',
            "test_layer_contracts.py",
        ),
        (
            "gates over missing modalities",
            "feature_fusion.py",
            'ops.where(there, ops.cast(scores, "float32"), FORBIDDEN)',
            'ops.cast(scores, "float32")',
            "test_fusion.py",
        ),
        (
            "mean over padding",
            "cross_modal_fusion.py",
            'ops.sum(ops.cast(count, "float32"), axis=1, keepdims=True)',
            'ops.sum(ops.ones_like(ops.cast(values, "float32"))[..., 0], axis=1, keepdims=True)',
            "test_layer_contracts.py",
        ),
        (
            "Keras masks ignored beside present",
            "cross_modal_fusion.py",
            "for given in (mask, inputs_mask):",
            "for given in (mask,):",
            "test_fusion.py",
        ),
        (
            "weights of classifiers not learnt",
            "decision_fusion.py",
            "ops.convert_to_tensor(self.votes)",
            "ops.stop_gradient(ops.convert_to_tensor(self.votes))",
            "test_layer_contracts.py",
        ),
    ),
)
