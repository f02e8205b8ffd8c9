"""Event files for TensorBoard, written without TensorFlow."""

from keras_halluc.tensorboard.event_writer import EventWriter
from keras_halluc.tensorboard.layout import MarginChart
from keras_halluc.tensorboard.layout import MultilineChart
from keras_halluc.tensorboard.marked import Marked

__all__ = ["EventWriter", "MarginChart", "Marked", "MultilineChart"]
