"""Which of several optimizers moves a weight, where paths do not tell weights apart?"""

import collections
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._register import register
from keras_halluc.internals.weight_names import numbered

# Keras before 3.13 has none; nobody makes one there.
_Base: Any = getattr(keras.optimizers, "OptimizerMap", object)


@register("OptimizerByWeight")
class OptimizerByWeight(_Base):  # type: ignore[misc]
    """An `OptimizerMap` that tells weights apart by object; out of a file, by path and order.

    Args:
        default_optimizer: Keras optimizer, of any other weight.
        optimizer_map: dict from a name of `weight_names` to the optimizer of that weight.
        weights: the weights so named, in the same order, or None where they are not known yet.
    """

    def __init__(
        self,
        default_optimizer: Any,
        optimizer_map: dict[str, Any],
        weights: Sequence[Any] | None = None,
    ) -> None:
        super().__init__(default_optimizer, optimizer_map)
        self._by_name = dict(optimizer_map)
        self._asked: collections.Counter[str] = collections.Counter()
        # The weight is kept beside its id, which could be that of another one later.
        self._known = {id(w): (w, o) for w, o in zip(weights or (), optimizer_map.values())}

    def __call__(self, variable: Any) -> Any:
        if id(variable) not in self._known:
            self._asked[variable.path] += 1
            name = numbered(variable.path, self._asked[variable.path])
            self._known[id(variable)] = variable, self._by_name.get(name, self.default_optimizer)
        return self._known[id(variable)][1]
