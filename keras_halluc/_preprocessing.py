"""How do raw texts become token arrays once, instead of once an epoch?"""

from typing import Any

import keras
import numpy as np

AUTOTUNE = -1  # the value of tf.data.AUTOTUNE


def is_dataset(x: Any) -> bool:
    """Whether `x` yields batches by itself: tf.data, PyDataset, a generator or a DataLoader."""
    if isinstance(x, (list, tuple, dict, str, np.ndarray)) or hasattr(x, "shape"):
        return False
    return hasattr(x, "__iter__") or isinstance(x, keras.utils.PyDataset)


def is_preprocessed(task: keras.Model, x: Any) -> bool:
    """Whether `x` already is what the task's network takes."""
    names = task.input if isinstance(getattr(task, "input", None), dict) else None
    if names is None or not isinstance(x, dict):
        return False
    return set(names) <= set(x)


def preprocess(task: keras.Model, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Runs the task's preprocessor once; returns `(x, y, sample_weight)` of numpy arrays.

    Booleans become int32 or float32: Keras cannot sum booleans over replicas.
    """
    if getattr(task, "preprocessor", None) is None or is_preprocessed(task, x):
        return x, y, sample_weight
    x = as_lists(x)
    _require_samples(x)
    weight_of_text = None
    if learns_text(task):
        _require_no_targets(y)
        weight_of_text, sample_weight = sample_weight, None
    if not getattr(task, "takes_raw_labels", False):
        y, sample_weight = (np.asarray(v) if isinstance(v, list) else v for v in (y, sample_weight))
    packed = _packed(task, x, y, sample_weight)
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(packed)
    x, y = keras.tree.map_structure(_numbers, (x, y))
    if sample_weight is not None:
        sample_weight = np.asarray(keras.ops.convert_to_numpy(sample_weight), "float32")
    if weight_of_text is not None:
        sample_weight = sample_weight * _weight_of_text(weight_of_text, len(sample_weight))
    return x, y, sample_weight


def learns_text(task: Any) -> bool:
    """Whether the targets of a task are the tokens of its texts: a `CausalLM` or `Seq2SeqLM`."""
    own_labels = getattr(task, "takes_raw_labels", False)
    return hasattr(task.preprocessor, "generate_preprocess") and not own_labels


def _require_samples(x: Any) -> None:
    if isinstance(x, (str, bytes)):
        raise TypeError(f"`x` must be a list of texts, not one text. Received: x={x!r:.60}")
    parts = x.values() if isinstance(x, dict) else [x]
    if any(hasattr(part, "__len__") and len(part) == 0 for part in parts):
        raise ValueError(f"`x` must hold at least one text. Received: x={x!r:.60}")


def _require_no_targets(y: Any) -> None:
    if y is not None:
        raise ValueError(
            "`y` must be None where a language model is given texts: it learns the texts "
            "themselves. Put the answer behind its prompt, or give token ids with their targets "
            f"(`kh.data.answer_inputs`). Received: y of type {type(y).__name__}"
        )


def _weight_of_text(sample_weight: Any, rows: int) -> np.ndarray:
    """Float32 `(rows, 1)`."""
    weight = np.asarray(keras.ops.convert_to_numpy(sample_weight), "float32")
    if weight.shape not in ((rows,), (rows, 1)):
        raise ValueError(
            "`sample_weight` must be one number a text; weights of single tokens go with token ids "
            f"(`kh.data.text_inputs`). Received: shape {weight.shape} for {rows} texts"
        )
    return weight.reshape(rows, 1)


def _packed(task: keras.Model, x: Any, y: Any, sample_weight: Any) -> Any:
    """What the task's preprocessor makes of samples; a text alone is a response to no prompt."""
    try:
        return task.preprocess_samples(x, y, sample_weight)
    except (KeyError, TypeError) as error:  # of preprocessors that take prompts and responses
        if not isinstance(x, list) or not all(isinstance(text, str) for text in x):
            raise
        pairs = {"prompts": [""] * len(x), "responses": x}
        try:
            return task.preprocess_samples(pairs, y, sample_weight)
        except Exception:
            raise error from None


def preprocess_dataset(task: keras.Model, dataset: Any) -> Any:
    """Maps a tf.data dataset of raw samples; any other dataset must yield preprocessed batches."""
    spec = getattr(dataset, "element_spec", None)
    first = spec[0] if isinstance(spec, tuple) else spec
    if spec is None or getattr(task, "preprocessor", None) is None or is_preprocessed(task, first):
        return dataset
    if learns_text(task) and isinstance(spec, tuple) and len(spec) > 1:
        _require_no_targets(spec[1])
    return dataset.map(lambda *batch: _mapped(task, *batch), AUTOTUNE).prefetch(AUTOTUNE)


def _mapped(task: keras.Model, *batch: Any) -> Any:
    packed = task.preprocess_samples(*batch)
    if keras.backend.backend() != "tensorflow":  # no replicas there, and no ops on tf tensors
        return packed
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(packed)
    x, y = keras.tree.map_structure(_no_bool, (x, y))
    if sample_weight is not None:
        sample_weight = keras.ops.cast(sample_weight, "float32")
    return keras.utils.pack_x_y_sample_weight(x, y, sample_weight)


def _no_bool(value: Any) -> Any:
    return keras.ops.cast(value, "int32") if value.dtype.name == "bool" else value


def as_lists(x: Any) -> Any:
    """Columns of texts, such as those of a `pd.Series`, as lists; the rest as it is."""
    return keras.tree.map_structure(_no_text_array, x)


def _no_text_array(value: Any) -> Any:
    if hasattr(value, "to_numpy"):  # of pandas
        value = value.to_numpy()
    is_text = isinstance(value, np.ndarray) and value.dtype.kind in "OU"
    return value.tolist() if is_text else value


def _numbers(value: Any) -> Any:
    if value is None:
        return None
    array = np.asarray(keras.ops.convert_to_numpy(value))
    return array.astype("int32") if array.dtype == bool else array
