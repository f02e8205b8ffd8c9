"""Which message does each of TensorBoard's pages expect?

Every message says which page it is for and its data class, so that no reader has to guess.
"""

import json
from typing import Any

import numpy as np
from tensorboard.compat.proto import summary_pb2
from tensorboard.plugins.custom_scalar import metadata as custom_scalar_metadata
from tensorboard.plugins.histogram import metadata as histogram_metadata
from tensorboard.plugins.image import metadata as image_metadata
from tensorboard.plugins.scalar import metadata as scalar_metadata
from tensorboard.plugins.text import metadata as text_metadata
from tensorboard.util import tensor_util

from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc.tensorboard.layout import require_title

LARGEST_SCALAR = float(np.finfo(np.float32).max)  # the scalars page keeps float32
LAYOUT_TAG = custom_scalar_metadata.CONFIG_SUMMARY_TAG
TAB_PLUGIN = "hallucination"
CASES_TAG = "hallucination__cases__"
PROGRESS_TAG = "hallucination__progress__"


def require_tag(tag: str) -> str:
    """`tag` must be a str with something in it, and not one of the names that are taken."""
    require_title("tag", tag)
    if tag in (LAYOUT_TAG, CASES_TAG, PROGRESS_TAG):
        raise ValueError(
            f"`tag` must not be the name of the layout or of the tab's data. {received('tag', tag)}"
        )
    return tag


def scalar_summary(tag: str, name: str, value: Any) -> Any:
    """A finite number; `name` is what an error calls it."""
    number = np.float32(require_number(name, value, -LARGEST_SCALAR, LARGEST_SCALAR))
    metadata = scalar_metadata.create_summary_metadata(None, None)
    return _summary(require_tag(tag), number, metadata, summary_pb2.DATA_CLASS_SCALAR)


def text_summary(tag: str, html: bytes | np.ndarray) -> Any:
    """A text, or a table of texts `(rows, columns)`, that is escaped already."""
    metadata = text_metadata.create_summary_metadata(None, None)
    return _summary(require_tag(tag), html, metadata, summary_pb2.DATA_CLASS_TENSOR)


def histogram_summary(tag: str, buckets: np.ndarray) -> Any:
    """Buckets `(buckets, 3)`: left edge, right edge, count."""
    metadata = histogram_metadata.create_summary_metadata(None, None)
    return _summary(require_tag(tag), buckets, metadata, summary_pb2.DATA_CLASS_TENSOR)


def image_summary(tag: str, png: bytes, height: int, width: int) -> Any:
    """One PNG file, with its size."""
    data = np.array([str(width).encode(), str(height).encode(), png], dtype=object)
    metadata = image_metadata.create_summary_metadata(None, None)
    return _summary(require_tag(tag), data, metadata, summary_pb2.DATA_CLASS_BLOB_SEQUENCE)


def layout_summary(layout: bytes) -> Any:
    """A serialized `Layout` message; a run has one, always under the same tag."""
    metadata = custom_scalar_metadata.create_summary_metadata()
    return _summary(LAYOUT_TAG, layout, metadata, summary_pb2.DATA_CLASS_TENSOR)


def tab_summary(tag: str, content: dict[str, Any]) -> Any:
    """What the Hallucination tab has to know of a step; the tag is one of ours."""
    data = summary_pb2.SummaryMetadata.PluginData(plugin_name=TAB_PLUGIN)
    metadata = summary_pb2.SummaryMetadata(plugin_data=data)
    return _summary(tag, json.dumps(content).encode(), metadata, summary_pb2.DATA_CLASS_TENSOR)


def _summary(tag: str, data: Any, metadata: Any, data_class: int) -> Any:
    metadata.data_class = data_class
    tensor = tensor_util.make_tensor_proto(data)
    return summary_pb2.Summary.Value(tag=tag, metadata=metadata, tensor=tensor)
