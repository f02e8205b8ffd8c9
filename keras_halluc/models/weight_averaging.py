"""What does a model say whose weights lie between those before and after fine-tuning?"""

import contextlib
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc.internals.other_weights import other_weights


def average_weights(task: keras.Model, base_weights: Sequence[np.ndarray], share: float) -> None:
    """WiSE-FT: sets the weights to `(1 - share) * base + share * tuned`.

    It costs nothing and gives back much of what fine-tuning took, and takes some of what it gave:
    new facts sit shallower, above all in wordings that were not trained. Draw the whole curve with
    `averaging_curve` before you choose.

    Args:
        task: keras.Model, fine-tuned.
        base_weights: list of arrays, `task.get_weights()` from before.
        share: float in [0, 1], of the tuned weights. 0.8 is a usual start.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> base = task.get_weights()
    >>> # ... fine-tune ...
    >>> kh.models.average_weights(task, base, share=0.8)

    References:
        Wortsman et al. 2022, https://arxiv.org/abs/2109.01903
    """
    require_number("share", share, minimum=0.0, maximum=1.0)
    task.set_weights(_between(task.get_weights(), base_weights, share))


@contextlib.contextmanager
def averaged_weights(
    task: keras.Model, base_weights: Sequence[np.ndarray], share: float
) -> Iterator[keras.Model]:
    """Within the block the weights are averaged; then they are put back.

    Args:
        task: keras.Model, fine-tuned.
        base_weights: list of arrays, `task.get_weights()` from before.
        share: float in [0, 1], of the tuned weights.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> base = task.get_weights()
    >>> with kh.models.averaged_weights(task, base, 0.5) as averaged:
    ...     averaged is task
    True
    """
    require_number("share", share, minimum=0.0, maximum=1.0)
    with other_weights(task, _between(task.get_weights(), base_weights, share)):
        yield task


def averaging_curve(
    task: keras.Model,
    base_weights: Sequence[np.ndarray],
    measures: Mapping[str, Callable[[], float]],
    shares: Sequence[float] = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
) -> list[dict[str, float]]:
    """What each measure says along the way from the base to the tuned weights.

    Args:
        task: keras.Model, fine-tuned. Its weights are the same afterwards.
        base_weights: list of arrays, `task.get_weights()` from before.
        measures: functions without arguments by name, such as one that asks the held-out facts.
        shares: floats in [0, 1], of the tuned weights.

    Returns:
        list of dicts with `"share"` and each measure, in the order of `shares`.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> measures = {"size": lambda: float(abs(task.get_weights()[0]).max())}
    >>> curve = kh.models.averaging_curve(task, task.get_weights(), measures, shares=(0.0, 1.0))
    >>> [sorted(point) for point in curve]
    [['share', 'size'], ['share', 'size']]
    """
    points = []
    for share in shares:
        with averaged_weights(task, base_weights, share):
            points.append({"share": share, **{name: f() for name, f in measures.items()}})
    return points


def _between(tuned: Sequence[Any], base: Sequence[Any], share: float) -> list[np.ndarray]:
    shapes = [[tuple(np.shape(weight)) for weight in weights] for weights in (tuned, base)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            "`base_weights` must be `task.get_weights()` of the same model before fine-tuning. "
            + received("weights", f"{len(base)}, and {len(tuned)} in the task")
        )
    return [
        np.asarray((1.0 - share) * old + share * new, new.dtype)
        if new.dtype.kind not in "iub"
        else new
        for new, old in zip(tuned, base)
    ]
