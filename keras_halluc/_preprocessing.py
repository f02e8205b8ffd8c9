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
    x = keras.tree.map_structure(_no_text_array, x)
    if not getattr(task, "takes_raw_labels", False):
        y, sample_weight = (np.asarray(v) if isinstance(v, list) else v for v in (y, sample_weight))
    packed = _packed(task, x, y, sample_weight)
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(packed)
    x, y = keras.tree.map_structure(_numbers, (x, y))
    if sample_weight is not None:
        sample_weight = np.asarray(keras.ops.convert_to_numpy(sample_weight), "float32")
    return x, y, sample_weight


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


def _no_text_array(value: Any) -> Any:
    is_text = isinstance(value, np.ndarray) and value.dtype.kind in "OU"
    return value.tolist() if is_text else value


def _numbers(value: Any) -> Any:
    if value is None:
        return None
    array = np.asarray(keras.ops.convert_to_numpy(value))
    return array.astype("int32") if array.dtype == bool else array
