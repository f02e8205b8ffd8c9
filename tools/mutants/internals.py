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
        (
            "an image is taken for the text",
            "text_attention.py",
            "if scores.shape[0] in (None, batch) and scores.shape[-2] in (None, length)",
            "if True",
        ),
        (
            "the sink is taken for a token",
            "text_attention.py",
            "scores[..., : ops.shape(token_ids)[1]]",
            "scores",
        ),
        (
            "other weights stay",
            "other_weights.py",
            "        model.set_weights(own)\n",
            "        pass\n",
            "tests/generation/test_familiarity.py",
        ),
    ),
)
