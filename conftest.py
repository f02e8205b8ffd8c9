"""Rules of the whole suite: one named backend a process, no network, quiet Keras."""

import importlib.metadata
import ipaddress
import os
import socket

import hypothesis
import pytest

# JAX would spend most of the time optimising programs that run a few times.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")

# The first compiled call of a backend takes longer than hypothesis allows an example by default.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

collect_ignore_glob = ["*conftest.py"]  # holds no tests, and there is more than one

BACKENDS = ("tensorflow", "jax", "torch")

if os.environ.get("KERAS_BACKEND") not in BACKENDS:
    raise pytest.UsageError(f"Set KERAS_BACKEND to one of {BACKENDS}; `make test` does it for you.")


# Two devices, for the tests of devices that share a batch. It must be said before a backend begins.
os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=2")


def pytest_configure(config):
    """Not where tests are only given out to workers: importing a backend takes seconds."""
    workers = getattr(config.option, "numprocesses", None)
    if os.environ["KERAS_BACKEND"] == "tensorflow" and not workers:
        import tensorflow as tf

        tf.config.set_logical_device_configuration(
            tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
        )
        if config.option.markexpr:  # graphs run a few times; all tests, for a release, rewrite them
            tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def pytest_report_header():
    version = importlib.metadata.version("keras")
    return f"keras {version} on {os.environ['KERAS_BACKEND']}"


HOW = ("eager", "traced")
# Each is traced for seconds, or maps texts through GPT-2's tokenizer in tf.data. `make test-torch`
# runs them all.
TRACED = (
    ".models.tasks.",
    ".HallucinationMonitor",
    ".SelectiveGenerator",
    ".generate_replay",
    ".FamiliarityScorer",
    ".FamiliarityUncertainty",
    ".RetentionRecipe",
    ".EntailmentChecker.default",
    ".SourceChecker",
)
NEED_MULTI_OPTIMIZER = ("layerwise_optimizer", "gradual_unfreezing", "ClipCounter", "gradient_clip")


def pytest_collection_modifyitems(items):
    """Examples are not traced, and some cannot run on the Keras of Python 3.10."""
    import keras

    torch = keras.backend.backend() == "torch"
    for item in items:
        if isinstance(item, pytest.DoctestItem):
            slow = not torch and any(name in item.name for name in TRACED)
            item.add_marker(pytest.mark.slow if slow else pytest.mark.eager)
    if hasattr(keras.optimizers, "MultiOptimizer"):
        return
    skip = pytest.mark.skip(reason="this Keras has no MultiOptimizer")
    for item in items:
        if isinstance(item, pytest.DoctestItem) and any(
            n in item.name for n in NEED_MULTI_OPTIMIZER
        ):
            item.add_marker(skip)


def is_loopback(address):
    if isinstance(address, (str, bytes)):
        return True  # a Unix socket, a file of this machine
    host = address[0] if isinstance(address, tuple) else ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def no_network(request, monkeypatch):
    """Sockets are blocked; a test marked `loopback` may reach this machine only."""
    allowed = request.node.get_closest_marker("loopback") is not None
    connect = socket.socket.connect

    def guarded(self, address):
        if allowed and is_loopback(address):
            return connect(self, address)
        raise RuntimeError(f"Tests must not open sockets. Received: address={address!r}")

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded)


def without_tracing(request):
    """TensorFlow traces nothing in what is marked `eager`, and not nearer by `traced`.

    Tracing takes seconds for each `fit` or `generate`, and most questions do not hang on it.
    """
    names = [mark.name for mark in request.node.iter_markers()]  # the nearest first
    before = run_eagerly(next((name for name in names if name in HOW), "traced") == "eager")
    yield
    run_eagerly(before)


def run_eagerly(switch):
    """Turns tracing by TensorFlow off or on; returns whether it was off."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        before = tf.config.functions_run_eagerly()
        tf.config.run_functions_eagerly(switch)
        return before
    return True


eager_module = pytest.fixture(autouse=True, scope="module")(without_tracing)
eager = pytest.fixture(autouse=True)(without_tracing)


@pytest.fixture(autouse=True)
def fixed_seed():
    import keras

    keras.utils.set_random_seed(0)
