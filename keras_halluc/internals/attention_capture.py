"""Where did each attention layer look, in a model nobody has to change?"""

import contextlib
import math
import sys
import threading
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from keras_halluc._types import Tensor

# Beyond what float32 logits reach, far from what would overflow when added to.
MASKED = -1e9

_lock = threading.Lock()
_originals: list[tuple[Any, str, Any]] = []  # what is patched while somebody captures
_users = 0
_local = threading.local()  # the lists of each thread


@contextlib.contextmanager
def captured_attention() -> Iterator[list[Tensor]]:
    """Within the block, every attention layer called also appends its scores to the list.

    Holds for attention through `keras.ops.dot_product_attention`, `keras.layers.Softmax` or
    `keras.ops.softmax`, which is all of KerasHub's text backbones; what a layer returns stays as
    it is. Any other softmax is left out if its input has fewer than four axes, such as that of a
    classifier or of a router. Blocks may be nested, and each thread has its own. Open the block
    within the function that is compiled, around one full forward pass of a built model: tensors of
    a `while` loop, such as that of `generate`, cannot be used outside it.

    Returns:
        a list that fills in the order of the calls: float `(batch, heads, query, key)`, the
        weights after softmax and before dropout. Rows sum to 1, or to 0 where all is masked. With
        attention sinks, as in GPT-OSS, the sink is one more key, the last.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> layer = keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)
    >>> text = keras.random.normal((1, 3, 8))
    >>> with kh.internals.captured_attention() as attention:
    ...     output = layer(text, text)
    >>> [tuple(scores.shape) for scores in attention]
    [(1, 2, 3, 3)]
    """
    captured: list[Tensor] = []
    sinks = _sinks()
    _patch()
    sinks.append(captured)
    try:
        yield captured
    finally:
        sinks[:] = [sink for sink in sinks if sink is not captured]
        _restore()


def _sinks() -> list[list[Tensor]]:
    if not hasattr(_local, "sinks"):
        _local.sinks = []
    sinks: list[list[Tensor]] = _local.sinks
    return sinks


def _patch() -> None:
    global _users
    with _lock:
        _users += 1
        if _users > 1:
            return
        # Keras' own layers look operations up in a module of their own, and the softmax there is
        # what `keras.layers.Softmax` calls.
        own = sys.modules[keras.layers.MultiHeadAttention.__module__].ops
        for module in (keras.ops, keras.ops.nn, own):
            _replace(module, "dot_product_attention", _with_scores)
        for module in (keras.ops, keras.ops.nn):
            _replace(module, "softmax", _noting)
        _replace(keras.layers.Softmax, "call", _noting)


def _restore() -> None:
    global _users
    with _lock:
        _users -= 1
        if _users:
            return
        while _originals:
            setattr(*_originals.pop())


def _replace(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
    original = getattr(owner, name)
    _originals.append((owner, name, original))
    setattr(owner, name, wrap(original))


def _noting(softmax: Any) -> Any:
    def noting(*args: Any, **kwargs: Any) -> Tensor:
        scores = softmax(*args, **kwargs)
        rank = len(scores.shape)
        if rank >= 4 and _sinks():
            shape = ops.shape(scores)
            grouped = rank > 4  # heads that share a key
            _append(ops.reshape(scores, (shape[0], -1, *shape[-2:])) if grouped else scores)
        return scores

    return noting


def _with_scores(attend: Any) -> Any:
    def with_scores(
        query: Tensor,
        key: Tensor,
        value: Tensor,
        bias: Tensor = None,
        mask: Tensor = None,
        scale: float | None = None,
        is_causal: bool = False,
        **kwargs: Any,
    ) -> Tensor:
        if _sinks():
            cap = kwargs.get("attn_logits_soft_cap")
            _append(_scores(query, key, bias, mask, scale, is_causal, cap))
        return attend(query, key, value, bias, mask, scale, is_causal, **kwargs)

    return with_scores


def _append(scores: Tensor) -> None:
    for sink in _sinks():
        sink.append(scores)


def _scores(
    query: Tensor,
    key: Tensor,
    bias: Tensor,
    mask: Tensor,
    scale: float | None,
    is_causal: bool,
    cap: float | None,
) -> Tensor:
    """Float32 `(batch, heads, query, key)` of `(batch, seq, heads, dim)`."""
    query, key = (ops.transpose(ops.cast(x, "float32"), (0, 2, 1, 3)) for x in (query, key))
    if key.shape[1] != query.shape[1]:  # heads in groups with one key each
        key = ops.repeat(key, query.shape[1] // key.shape[1], axis=1)
    scale = 1.0 / math.sqrt(query.shape[-1]) if scale is None else scale
    logits = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) * scale
    if cap:
        logits = ops.tanh(logits / cap) * cap
    if bias is not None:
        logits = logits + ops.cast(bias, "float32")
    if mask is not None:
        logits = ops.where(ops.cast(mask, "bool"), logits, MASKED)
    if is_causal:
        rows, columns = ops.shape(logits)[-2:]
        seen = ops.arange(rows)[:, None] >= ops.arange(columns)[None, :]
        logits = ops.where(seen, logits, MASKED)
    return keras.activations.softmax(logits, axis=-1)
