"""Is training on several devices what it is on one, by the scripts of `several_devices/`?"""

import importlib.util
import pathlib
import platform
import socket

import keras
import pytest

from keras_halluc import _processes
from keras_halluc._processes import Processes
from keras_halluc.callbacks.session.backup import require_own_backups

ROOT = pathlib.Path(__file__).parents[1]
BACKEND = keras.backend.backend()
spec = importlib.util.spec_from_file_location("several", ROOT / "benchmarks/several_devices.py")
several = importlib.util.module_from_spec(spec)
spec.loader.exec_module(several)
OWN = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}[BACKEND]
QUICK = ("JAX, two processes", "PyTorch, `DistributedDataParallel`")


def free_port():
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        return str(taken.getsockname()[1])


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow)
        for name in several.ENGINES
        if name.startswith(OWN)
    ],
)
def test_it_is_as_on_one_device(engine):
    script, one, two = several.ENGINES[engine]
    port = ["--port", free_port()] if "--processes" in two else []
    found = several.compare(several.run(script, [*one, *port]), several.run(script, [*two, *port]))
    means_of_means = BACKEND == "torch"  # as the page says
    assert found["losses_differ"] < (0.5 if means_of_means else 1e-4), found
    assert found["monitors_differ"] < (0.5 if means_of_means else 1e-3), found
    assert found["processes_agree"] and found["event_files"][0] == found["event_files"][1], found
    assert sum(found["asked_by_each"]) == found["asked_on_one"], found
    assert max(found["asked_by_each"]) <= -(-found["asked_on_one"] // len(found["asked_by_each"]))


def test_one_process_is_the_first_of_one():
    alone = Processes()
    assert (alone.index, alone.count, alone.is_first) == (0, 1, True)
    assert alone.share([1, 2, 3]) == [1, 2, 3] and alone.gathered(lambda: "x") == ["x"]


def test_shares_are_all_of_it():
    parts = []
    for index in range(3):
        process = Processes()
        process.index, process.count = index, 3
        parts.append(process.share(list("abcdefgh")))
    assert parts == [["a", "d", "g"], ["b", "e", "h"], ["c", "f"]]


def test_an_error_in_one_is_an_error_in_all(monkeypatch):
    def fail():
        raise KeyError("cases")

    process = Processes()
    process.count = 2
    for others, function, error in (
        ((False, "KeyError: 'cases'"), lambda: 1, RuntimeError),
        ((True, 1), fail, KeyError),
    ):
        monkeypatch.setitem(_processes._GATHER, BACKEND, lambda mine, count, o=others: [mine, o])
        with pytest.raises(error, match="cases"):
            process.gathered(function)


@pytest.mark.parametrize(
    ("mine", "other", "error"),
    [
        (("/a", 2), ("/b", 2), None),
        ((None, None), (None, None), None),
        (("/a", 2), ("/a", 2), "a folder of its own.*'/a', '/a'"),
        (("/a", 2), (None, 2), "a folder of its own"),
        (("/a", 2), ("/b", 1), r"the same epoch.*epochs \[2, 1\]"),
    ],
)
def test_processes_are_put_back_together(mine, other, error, monkeypatch):
    process = Processes()
    process.count = 2
    theirs = True, (platform.node(), *other)
    monkeypatch.setitem(_processes._GATHER, BACKEND, lambda found, count: [found, theirs])
    if error is None:
        require_own_backups(*mine, process)
        return
    with pytest.raises(ValueError, match=error):
        require_own_backups(*mine, process)
