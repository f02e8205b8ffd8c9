"""How many devices and processes train together, and what do they have in common?

Keras distributes training; this file only asks how. It asks the backend, since Keras has no word
for replicas. What processes have in common stands in `_processes.py`.
"""

from typing import Any

import keras
import numpy as np


def replicas() -> int:
    """Copies of the model that `tf.distribute` trains in this step; 1 elsewhere.

    Keras divides its loss by them, as the gradients of all copies are added.
    """
    if keras.backend.backend() != "tensorflow":
        return 1
    import tensorflow as tf

    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def replica_share(weight: Any) -> Any:
    """By what the mean on one replica is multiplied, so that the mean of all is that of all rows.

    Args:
        weight: float tensor `()`, the summed weight of what this replica has the mean of.

    Returns:
        float tensor `()`: `weight` over the mean of all replicas' weights; 1 where there is one.
    """
    if replicas() == 1:
        return 1.0
    import tensorflow as tf

    here = tf.distribute.get_replica_context()
    if here is None:  # Keras builds the model once outside of any replica
        return 1.0
    mean = here.all_reduce("mean", weight)
    return tf.math.divide_no_nan(weight, mean)


def of_all_replicas(values: Any) -> Any:
    """`values`, a tensor `(rows, ...)` on one replica, with the rows of all of them, in order."""
    if replicas() == 1:
        return values
    import tensorflow as tf

    here = tf.distribute.get_replica_context()
    if here is None:
        return values
    if tf.executing_eagerly():
        raise ValueError(
            "`run_eagerly` must be False where replicas look at each other's rows, as "
            "LossTruncation does: TensorFlow gathers rows within a graph only. Received: "
            f"run_eagerly=True with {replicas()} replicas"
        )
    return here.all_gather(values, axis=0)


def shared_evenly(batch_size: int) -> int:
    """The next batch size that the devices of `keras.distribution` share evenly.

    On JAX a batch is cut along the axis of the mesh that is named for it; rows that are left over
    are an error there. Without a distribution it is `batch_size` itself.
    """
    distribution: Any = keras.distribution.distribution()
    if distribution is None:
        return batch_size
    mesh = distribution.device_mesh
    shards = int(mesh.shape[list(mesh.axis_names).index(distribution.batch_dim_name)])
    return -(-batch_size // shards) * shards


def evenly_shared_rows(rows: Any) -> tuple[Any, int]:
    """Rows that the devices of `keras.distribution` share evenly, and how many of them are real.

    Args:
        rows: structure of numpy arrays with the same rows.

    Returns:
        the structure, its last row repeated where some are missing; int.
    """
    count = len(keras.tree.flatten(rows)[0])
    missing = shared_evenly(count) - count
    if not missing:
        return rows, count
    return keras.tree.map_structure(
        lambda a: np.concatenate([a, np.repeat(a[-1:], missing, axis=0)]), rows
    ), count


def require_evenly_shared(what: str, rows: int, batch_size: int) -> None:
    """Raises unless the devices of `keras.distribution` share each batch of `rows` evenly.

    Args:
        what: str, the rows, for the error.
        rows: int.
        batch_size: int.
    """
    devices = shared_evenly(1)
    last = rows % batch_size
    if batch_size % devices or last % devices:
        raise ValueError(
            f"{devices} devices must share each batch of {what} evenly: give a `batch_size` and a "
            f"number of rows that {devices} divides, or a dataset that drops the remainder. "
            f"Received: batch_size={batch_size}, and {last or batch_size} rows in the last batch"
        )
