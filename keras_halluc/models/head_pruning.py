"""Which attention heads does a model hardly need, and what is it without them?"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._types import Tensor
from keras_halluc.internals.weight_names import weight_names
from keras_halluc.objectives.teachers import lora_layers
from keras_halluc.ops import gradient_at

# The path of each kernel `(heads, dim, hidden)` that mixes the heads of a layer into its output.
OUTPUT_KERNEL = "attention_output/kernel"


def head_importance(
    task: keras.Model, x: dict[str, np.ndarray], y: np.ndarray, sample_weight: np.ndarray
) -> dict[str, np.ndarray]:
    """How much the loss on given rows hangs on each attention head.

    It is the mean over rows of the absolute gradient of the loss by a factor on the head's output.
    That is divided by the norm of these over the heads of the layer. Each row is one forward and
    backward pass by itself; a hundred rows will do.

    Args:
        task: KerasHub task with logits `(batch, seq, vocab)`.
        x: dict of arrays `(rows, seq)`.
        y: int `(rows, seq)`.
        sample_weight: float `(rows, seq)`. All three are what `kh.data.answer_inputs` returns.

    Returns:
        dict from the path of each attention layer's output kernel to float64 `(heads,)`, at least
        0, higher is more important. Where several have one path, the second is `"<path> (2)"`.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> rows = kh.data.answer_inputs(task, ["Where was Karl Marx born?\\nAnswer:"], [" Trier"])
    >>> importance = kh.models.head_importance(task, *rows)
    >>> [scores.shape for scores in importance.values()]
    [(4,), (4,), (4,), (4,)]

    References:
        Michel et al. 2019, "Are sixteen heads really better than one?",
        https://arxiv.org/abs/1905.10650
    """
    kernels = _output_kernels(task)
    require_same_length(y=y, sample_weight=sample_weight)
    rows = {"x": x, "y": np.asarray(y), "weight": np.asarray(sample_weight)}
    gradients = _HeadGradients(task, kernels).predict(rows, batch_size=1, verbose=0)
    scores = np.abs(np.asarray(gradients, "float64")).mean(axis=0)
    ends = np.cumsum([kernel.shape[0] for kernel in kernels])
    return {
        name: own / max(float(np.linalg.norm(own)), np.finfo("float64").tiny)
        for name, own in zip(weight_names(kernels), np.split(scores, ends[:-1]))
    }


def prune_heads(
    task: keras.Model, share: float, importance: Mapping[str, np.ndarray]
) -> list[tuple[str, int]]:
    """Silences the least important attention heads, in place.

    Their rows of the output kernel become 0, which takes the head out exactly. Layers keep their
    shapes, since KerasHub backbones have as many heads in each: the model gets neither smaller nor
    faster, only what is stored compressed. Training moves the rows again; prune after it.

    Args:
        task: KerasHub task.
        share: float in [0, 1), of all heads.
        importance: what `head_importance` returned for this task.

    Returns:
        list of `(path of the output kernel, head)`, the least important first.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> rows = kh.data.answer_inputs(task, ["Where was Karl Marx born?\\nAnswer:"], [" Trier"])
    >>> len(kh.models.prune_heads(task, 0.25, kh.models.head_importance(task, *rows)))
    4

    References:
        Michel et al. 2019, https://arxiv.org/abs/1905.10650
    """
    if require_number("share", share, minimum=0.0) >= 1.0:
        raise ValueError(f"`share` must be < 1. {received('share', share)}")
    found = _output_kernels(task)
    kernels = dict(zip(weight_names(found), found))
    given = {name: len(scores) for name, scores in importance.items()}
    if given != {name: kernel.shape[0] for name, kernel in kernels.items()}:
        raise ValueError(
            "`importance` must be what `head_importance` returned for this task. "
            + received("importance", given)
        )
    ranked = sorted(
        (scores[h], name, h) for name, scores in importance.items() for h in range(len(scores))
    )
    pruned = [(name, head) for _, name, head in ranked[: round(share * len(ranked))]]
    for name, kernel in kernels.items():
        value = np.array(ops.convert_to_numpy(kernel))
        value[[head for where, head in pruned if where == name]] = 0.0
        kernel.assign(value)
    return pruned


def _output_kernels(task: Any) -> list[Any]:
    if not isinstance(task, keras.Model):
        raise TypeError(f"`task` must be a keras.Model. {received('task', task)}")
    if lora_layers(task):
        raise ValueError(
            "`task` must not have LoRA adapters, which would bring pruned heads back. Save it and "
            f"load it, so that they are folded in. {received('task', task.name)}"
        )
    kernels = [weight for weight in task.weights if weight.path.endswith(OUTPUT_KERNEL)]
    if not kernels or any(
        len(kernel.shape) != 3 or "float" not in kernel.dtype for kernel in kernels
    ):
        raise ValueError(
            "`task` must have attention layers with a float output kernel (heads, dim, hidden), as "
            "KerasHub's have; quantise after pruning. "
            + received("kernels", [(k.path, tuple(k.shape), k.dtype) for k in kernels])
        )
    return kernels


class _HeadGradients(keras.Model):
    """Gradient of one row's loss by a factor on each head, compiled; float `(1, heads)`."""

    def __init__(self, task: Any, kernels: list[Any]) -> None:
        super().__init__(name="head_gradients")
        self.task = task
        self.kernels = kernels
        self.ends = np.cumsum([0, *(kernel.shape[0] for kernel in kernels)])
        self.cross_entropy = keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        )
        self.built = True
        self.compile(optimizer=None)

    def call(self, row: dict[str, Any], training: bool = False) -> Tensor:
        def loss(factors: Tensor) -> Tensor:
            scaled = [
                (kernel, kernel.value * ops.reshape(factors[start:end], (-1, 1, 1)))
                for kernel, start, end in zip(self.kernels, self.ends, self.ends[1:])
            ]
            rest = [(v, v.value) for v in self.variables if all(v is not k for k in self.kernels)]
            with keras.StatelessScope(state_mapping=[*rest, *scaled]):
                logits = self.task(row["x"], training=False)
            return self.cross_entropy(row["y"], logits, sample_weight=row["weight"])

        ones = ops.ones((int(self.ends[-1]),), "float32")
        return gradient_at(loss, ones, self.variables)[None]
