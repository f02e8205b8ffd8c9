"""How much does a causal model look at the prompt, and how much at its own words?"""

from keras import ops

from keras_halluc._types import Tensor
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape


def lookback_ratio(attention: Tensor, ends: Tensor) -> Tensor:
    """Mean over an answer's tokens of A / (A + B), head by head.

    A is the mean attention weight of a token on the tokens of the prompt, B that on the tokens of
    the answer up to itself. What comes after the answer counts nowhere.

    Args:
        attention: float `(batch, heads, seq, seq)`, query by key, causal.
        ends: int `(batch, 2)`: how many tokens the prompt has, at least 1, and how many the prompt
            and the answer have together.

    Returns:
        float32 `(batch, heads)` in [0, 1], higher looks more at the prompt; 0 for an answer
        without a token.

    References:
        Chuang et al. 2024, "Lookback Lens: detecting and mitigating contextual hallucinations in
        large language models using only attention maps", https://arxiv.org/abs/2407.07071
    """
    attention = ops.cast(ops.convert_to_tensor(attention), "float32")
    require_rank("attention", attention, ("batch", "heads", "query", "key"))
    ends = ops.cast(ops.convert_to_tensor(ends), "int32")
    require_shape("ends", ends, "attention", (attention.shape[0], 2))
    prompt_end, answer_end = ends[:, None, :1], ends[:, None, 1:]
    places = ops.arange(ops.shape(attention)[-1], dtype="int32")[None, None]
    in_prompt = ops.cast(places < prompt_end, "float32")
    in_answer = ops.cast(ops.logical_and(places >= prompt_end, places < answer_end), "float32")
    own = ops.cast(ops.maximum(places - prompt_end + 1, 1), "float32")  # tokens up to itself
    on_prompt = ops.sum(attention * in_prompt[:, :, None], axis=-1)
    on_prompt = on_prompt / ops.sum(in_prompt, axis=-1, keepdims=True)
    on_answer = ops.sum(attention * in_answer[:, :, None], axis=-1) / own
    ratio = ops.divide_no_nan(on_prompt, on_prompt + on_answer)
    return ops.divide_no_nan(ops.sum(ratio * in_answer, axis=-1), ops.sum(in_answer, axis=-1))
