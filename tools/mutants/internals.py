"""Faults in `keras_halluc/internals`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "internals",
    (
        (
            "attention stays patched after an error",
            "attention_capture.py",
            "if sink is not captured]\n        _restore()\n",
            "if sink is not captured]\n",
            "test_captures.py",
        ),
        (
            "attention read without its mask",
            "attention_capture.py",
            'logits = ops.where(ops.cast(mask, "bool"), logits, MASKED)',
            "pass",
            "test_captures.py",
        ),
    ),
)
