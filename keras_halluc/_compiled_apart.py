"""How is part of a model run compiled, without touching the functions of the model itself?"""

from typing import Any

import keras


class CompiledApart(keras.Model):
    """Base of a wrapper around a model in training, for `predict_on_batch`.

    It has a compiled function of its own, made anew once the model has other variables, as after
    `enable_lora` or `quantize`: the old graph would go on with the old ones.
    """

    def predict_on_batch(self, x: Any) -> Any:
        key = variables_key(self)
        if key != getattr(self, "_compiled_for", key):
            self.predict_function = None
        self._compiled_for = key
        return super().predict_on_batch(x)


def variables_key(model: keras.Model) -> int:
    """A number that changes when the model gets other variables, not when their values do."""
    return hash(tuple((id(v), v.dtype, tuple(v.shape)) for v in model.variables))
