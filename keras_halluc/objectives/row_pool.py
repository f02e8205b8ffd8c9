"""Where do rows come from that are not in the training batch: replay, pairs, unlabelled text?"""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._types import Tensor

Inputs = np.ndarray | dict[str, np.ndarray]
Examples = tuple[Inputs, np.ndarray, np.ndarray]  # x, y and sample_weight


class RowPool(keras.layers.Layer):
    """Arrays kept beside the model, of which some rows are drawn at each training step.

    They live in variables, so that they are saved with the model; the state of the draw is too, by
    `FineTuner`, so that a resumed `fit` draws what comes next. In evaluation the first rows are
    taken.

    Args:
        arrays: dict of numpy arrays with the same rows.
        batch_size: int, rows drawn at a time, with replacement.
        seed: int, of the draw.

    Attributes:
        spec: dict from name to `[shape, dtype]`, for a config; see `rows_to_load`.
    """

    def __init__(
        self, arrays: dict[str, np.ndarray], batch_size: int, seed: int, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.batch_size = batch_size
        self.draws = keras.random.SeedGenerator(require_int("seed", seed, minimum=0))
        self.spec: dict[str, Any] = {}
        self.rows: dict[str, Any] = {}
        self.hold(arrays)
        self.size: int = next(iter(self.rows.values())).shape[0]
        self.built = True

    def hold(self, arrays: dict[str, np.ndarray]) -> None:
        """Keeps further arrays with the same rows, or others in place of those of their names."""
        for key, array in arrays.items():
            if key not in self.rows:
                self.rows[key] = self.add_weight(
                    shape=array.shape,
                    dtype=str(array.dtype),
                    initializer="zeros",
                    trainable=False,
                    autocast=False,
                    name=key.replace("/", "_"),
                )
                self.spec[key] = [list(array.shape), str(array.dtype)]
            self.rows[key].assign(array)

    def draw(self, training: bool) -> dict[str, Tensor]:
        """Some rows of every array."""
        if training:
            rows = keras.random.randint((self.batch_size,), 0, self.size, seed=self.draws)
        else:
            rows = ops.arange(min(self.batch_size, self.size))
        return {
            key: ops.take(ops.convert_to_tensor(value), rows, axis=0)
            for key, value in self.rows.items()
        }


def example_arrays(name: str, examples: Any, targets: bool = True) -> dict[str, np.ndarray]:
    """Flat named arrays of `(x, y, sample_weight)`: keys of `x` as `"x/<key>"`, `"y"`, `"weight"`.

    Args:
        name: str, of the argument, for errors.
        examples: `(x, y, sample_weight)`; without `targets` also `x` alone.
        targets: bool, whether `y` and `sample_weight` must be there.
    """
    x, y, weight = keras.utils.unpack_x_y_sample_weight(examples)
    if targets and (y is None or weight is None):
        raise ValueError(
            f"`{name}` must be (x, y, sample_weight), as `answer_inputs` and `text_inputs` return. "
            + received(name, type(examples))
        )
    parts = {f"x/{key}": value for key, value in x.items()} if isinstance(x, dict) else {"x": x}
    parts |= {"y": y, "weight": weight} if targets else {}
    arrays = {key: np.asarray(value) for key, value in parts.items()}
    arrays = {
        key: array.astype("int32" if array.dtype.kind in "iub" else "float32")
        for key, array in arrays.items()
    }
    if targets:
        arrays["weight"] = arrays["weight"].astype("float32")
    rows = {key: len(array) if array.ndim else 0 for key, array in arrays.items()}
    if len(set(rows.values())) != 1 or not min(rows.values()):
        raise ValueError(f"All parts of `{name}` must have the same rows, > 0. Received: {rows}")
    return arrays


def unlabelled_arrays(name: str, unlabelled: Any) -> dict[str, np.ndarray]:
    """The same of inputs alone, or of `(x, y, sample_weight)`."""
    whole = isinstance(unlabelled, tuple) and len(unlabelled) == 3
    return example_arrays(name, unlabelled, targets=whole)


def examples_of(rows: dict[str, Tensor]) -> tuple[Any, Tensor, Tensor]:
    """`(x, y, sample_weight)` out of what `draw` returned for `example_arrays`."""
    named = {key[2:]: value for key, value in rows.items() if key.startswith("x/")}
    return named or rows["x"], rows.get("y"), rows.get("weight")


def rows_to_load(spec: dict[str, Any]) -> Any:
    """Examples of zeros of the shapes in `spec`; the rows themselves are loaded with the weights.

    Returns:
        what `example_arrays` took: `(x, y, sample_weight)`, or `x` alone.
    """
    arrays = {key: np.zeros(shape, dtype) for key, (shape, dtype) in spec.items()}
    x, y, weight = examples_of(arrays)
    return x if y is None else (x, y, weight)
