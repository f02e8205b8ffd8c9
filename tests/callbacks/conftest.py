"""What TensorBoard itself reads from a folder of event files."""

import gc

import pytest


@pytest.fixture
def read_events():
    """Function from a folder to `{tag: [(step, value), ...]}` of all its events."""
    from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
    from tensorboard.util import tensor_util

    def read(folder):
        sizes = dict.fromkeys(("scalars", "text", "histograms", "custom_scalars"), 0)
        run = EventMultiplexer({"run": str(folder)}, tensor_size_guidance=sizes)
        run.Reload()
        tags = run.Runs()["run"]["tensors"]
        return {
            tag: [
                (event.step, tensor_util.make_ndarray(event.tensor_proto))
                for event in run.Tensors("run", tag)
            ]
            for tag in tags
        }

    return read


@pytest.fixture(autouse=True, scope="module")
def no_iterator_lives_on():
    """A `fit` that ended in an error leaves its tf.data iterator to the collector of garbage.

    When it goes, it waits for a thread that wakes up ever more rarely, up to half a minute later.
    """
    yield
    gc.collect()
