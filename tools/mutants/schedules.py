"""Faults in `keras_halluc/schedules`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "schedules",
    (
        (
            "norms added, not their squares",
            "clip_counter.py",
            "norm = ops.sqrt(ops.sum(ops.square(norms)))",
            "norm = ops.sum(norms)",
            "tests/callbacks/test_gradient_clip_monitor.py",
        ),
        (
            "all variables must be over the norm",
            "clip_counter.py",
            "clipped = ops.max(norms) > self.inner.clipnorm",
            "clipped = ops.min(norms) > self.inner.clipnorm",
            "tests/callbacks/test_gradient_clip_monitor.py",
        ),
        (
            "the head as deep as the embeddings",
            "weight_depth.py",
            "depths.setdefault(id(variable), len(blocks) + 1 if seen_block else 0)",
            "depths.setdefault(id(variable), 0)",
            "test_layerwise_optimizer.py",
        ),
        (
            "low layers take the long steps",
            "layerwise_decay.py",
            "decay ** (top - depth)",
            "decay**depth",
            "test_layerwise_optimizer.py",
        ),
        (
            "what is left out of weight decay is forgotten",
            "layerwise_decay.py",
            "            setattr(part, name, getattr(optimizer, name))\n",
            "            pass\n",
            "test_layerwise_optimizer.py",
        ),
        (
            "the rate moves within an epoch",
            "linear_interpolation.py",
            'epoch = ops.floor(ops.cast(step, "float32") / self.steps_per_epoch)',
            'epoch = ops.cast(step, "float32") / self.steps_per_epoch',
            "test_schedules.py",
        ),
        (
            "the rate falls as 1 / step",
            "warmup_inverse_sqrt.py",
            "falling = ops.sqrt(self.warmup_steps / ops.maximum(step, 1.0))",
            "falling = self.warmup_steps / ops.maximum(step, 1.0)",
            "test_schedules.py",
        ),
        (
            "the warm-up counts twice",
            "warmup_linear.py",
            "/ (self.total_steps - self.warmup_steps)",
            "/ self.total_steps",
        ),
        (
            "the rate goes below the last one",
            "warmup_linear.py",
            "done = ops.clip(done, 0.0, 1.0)",
            "pass",
        ),
        (
            "the end rate not saved",
            "warmup_linear.py",
            '            "end_rate": self.end_rate,\n',
            "",
            "test_schedule_contracts.py",
        ),
    ),
)
