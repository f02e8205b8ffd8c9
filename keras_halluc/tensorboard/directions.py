"""Which end of a value is good?"""

LOWER = "lower"
HIGHER = "higher"

# The keys that monitors write, without prefix; "" where neither end is good by itself.
BETTER = {
    "val_hallucination_rate": LOWER,
    "val_grounding_score": HIGHER,
    "val_abstention_rate": "",
    "val_answer_accuracy": HIGHER,
    "val_check_coverage": HIGHER,
    "known_fit": HIGHER,
    "unknown_fit": "",
    "heldout_known_accuracy": HIGHER,
    "forgetting": LOWER,
    "base_divergence": LOWER,
    "prompt_divergence": LOWER,
    "generalization_gap": LOWER,
    "expected_calibration_error": LOWER,
    "brier_score": LOWER,
    "aurc": LOWER,
    "auroc": HIGHER,
    "abstention_score_t50": HIGHER,
    "abstention_score_t75": HIGHER,
    "abstention_score_t90": HIGHER,
    "input_shift": LOWER,
    "output_shift": LOWER,
    "lookback_ratio": "",
    # Metrics of lm-eval, behind the name of a task
    "_acc": HIGHER,
    "_acc_norm": HIGHER,
    "_bits_per_byte": LOWER,
    "_exact_match": HIGHER,
    "_f1": HIGHER,
    "_perplexity": LOWER,
}


def better(tag: str) -> str:
    """Which end of a monitor's value is good.

    Args:
        tag: str, a key in `logs`, with whatever prefix its monitor was given.

    Returns:
        `"lower"`, `"higher"`, or `""` where neither is, or the key is not one of ours.

    Example:

    >>> from keras_halluc.tensorboard.directions import better
    >>> better("law_val_hallucination_rate"), better("unknown_fit"), better("loss")
    ('lower', '', '')
    """
    known = [key for key in BETTER if tag.endswith(key)]
    return BETTER[max(known, key=len)] if known else ""  # `unknown_fit` ends with `known_fit`
