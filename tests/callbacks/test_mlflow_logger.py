"""Does MLflow's own reader find what was logged, without a server?"""

import os
import sys

import keras
import numpy as np
import pytest
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import case_list
from scripted import regression

from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks import MlflowLogger
from keras_halluc.callbacks.trackers.case_table import COLUMNS
from keras_halluc.statistics import wilson_interval

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"  # tests open no sockets
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"  # the only store that needs no database

ROUNDS = (["supported"] * 4, ["supported"] * 3 + ["contradicted"], ["contradicted"] * 4)


@pytest.fixture(autouse=True, scope="module")
def imported():
    """Not when tests are collected, which each worker does: it takes two seconds."""
    global mlflow
    mlflow = pytest.importorskip("mlflow", reason="MLflow is an extra of its own")


@pytest.fixture
def store(tmp_path):
    return f"file:{tmp_path}/store"


def fit(logger, epochs=2):
    script = Script(*ROUNDS)
    monitor = HallucinationMonitor(case_list(4), LabelChecker(), script, verbose=0, budget=None)
    model, x, y = regression()
    callbacks = [NextRound(script), monitor, logger]
    return model.fit(x, y, epochs=epochs, callbacks=callbacks, verbose=0).history


def history_of(client, run_id, key):
    return [(metric.step, metric.value) for metric in client.get_metric_history(run_id, key)]


def test_a_run_of_its_own(store):
    logger = MlflowLogger("facts", "first", store, params={"data": "v2"}, strict=True)
    history = fit(logger)
    client = mlflow.MlflowClient(store)
    run = client.get_run(logger.run_id)
    assert run.info.status == "FINISHED" and run.info.run_name == "first"
    assert client.get_experiment(run.info.experiment_id).name == "facts"
    assert history_of(client, logger.run_id, "loss") == [
        (i + 1, pytest.approx(v)) for i, v in enumerate(history["loss"])
    ]
    rate = "val_hallucination_rate"
    assert history_of(client, logger.run_id, rate) == [(0, 0.0), (1, 0.25), (2, 1.0)]
    intervals = [wilson_interval(k, 4, 0.95) for k in (0, 1, 4)]
    for i, end in enumerate(("low", "high")):
        found = history_of(client, logger.run_id, f"{rate}.{end}")
        assert found == [(step, pytest.approx(pair[i])) for step, pair in enumerate(intervals)]
    params = run.data.params
    assert params["data"] == "v2" and params["epochs"] == "2"
    assert params["optimizer"] == "SGD" and float(params["optimizer.learning_rate"]) == (
        pytest.approx(0.1)
    )
    assert params["hallucination.cases"] == "4"
    assert params["hallucination.checker"] == "LabelChecker"
    assert params["backend"] == keras.backend.backend()


def test_the_cases_are_a_table(store, tmp_path, capfd):
    pandas = pytest.importorskip("pandas", reason="pandas is an extra of its own")
    logger = MlflowLogger("facts", tracking_uri=store, strict=True)
    fit(logger)
    assert capfd.readouterr().err.count("Downloading") == 0
    client = mlflow.MlflowClient(store)
    path = client.download_artifacts(logger.run_id, "hallucination_cases.json", str(tmp_path))
    frame = pandas.read_json(path, orient="split", dtype=False)
    assert list(frame.columns) == list(COLUMNS)
    assert list(zip(frame.epoch, map(int, frame.case))) == [
        (e, i) for e in range(3) for i in range(4)
    ]
    assert list(frame.output) == [text for said in ROUNDS for text in said]
    assert list(frame.flip) == [*[""] * 7, "lost", *["lost"] * 3, ""]


def test_no_table_where_none_is_wanted_or_none_can_be_written(store, monkeypatch):
    client = mlflow.MlflowClient(store)
    logger = MlflowLogger("facts", tracking_uri=store, strict=True, log_cases=False)
    fit(logger, epochs=1)
    assert client.list_artifacts(logger.run_id) == []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    logger = MlflowLogger("facts", tracking_uri=store, strict=True)
    fit(logger, epochs=1)
    assert client.list_artifacts(logger.run_id) == []


def test_a_second_fit_is_a_second_run_of_the_same_experiment(store):
    logger = MlflowLogger("facts", tracking_uri=store, strict=True)
    runs = []
    for _ in range(2):
        fit(logger, epochs=1)
        runs.append(logger.run_id)
    client = mlflow.MlflowClient(store)
    assert len(set(runs)) == 2
    assert len({client.get_run(run).info.experiment_id for run in runs}) == 1


def test_the_active_run_is_used_and_left_open(store):
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(store)
    try:
        with mlflow.start_run() as run:
            logger = MlflowLogger(strict=True)
            fit(logger, epochs=1)
            assert logger.run_id == run.info.run_id
            assert mlflow.active_run().info.run_id == run.info.run_id
            client = mlflow.MlflowClient()
            assert client.get_run(run.info.run_id).info.status == "RUNNING"
            # Settings of a run cannot be changed, but its numbers go on.
            with pytest.warns(UserWarning, match="kept its settings 'epochs'.*a run of its own"):
                fit(logger, epochs=2)
            assert len(history_of(client, run.info.run_id, "loss")) == 3
    finally:
        mlflow.set_tracking_uri(before)


def test_what_is_no_finite_number_is_left_out(store):
    class Odd(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs |= {"text": "a", "nothing": float("nan"), "array": np.ones(2), "count": 3}

    logger = MlflowLogger(tracking_uri=store, strict=True)
    model, x, y = regression()
    model.fit(x, y, callbacks=[Odd(), logger], verbose=0)
    metrics = mlflow.MlflowClient(store).get_run(logger.run_id).data.metrics
    assert set(metrics) == {"loss", "count"}


def test_a_store_that_fails_does_not_end_fit(monkeypatch, store):
    def broken(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(mlflow.MlflowClient, "log_batch", broken)
    with pytest.warns(UserWarning, match="MlflowLogger could not log and goes on") as caught:
        history = fit(MlflowLogger(tracking_uri=store))
    assert len(history["loss"]) == 2 and sum("MlflowLogger" in str(w.message) for w in caught) == 1
    with pytest.raises(OSError, match="disk full"):
        fit(MlflowLogger(tracking_uri=store, strict=True))


def test_it_comes_after_the_monitors(store):
    monitor = HallucinationMonitor(case_list(4), LabelChecker(), Script(*ROUNDS), verbose=0)
    model, x, y = regression()
    with pytest.raises(ValueError, match="must come before MlflowLogger"):
        model.fit(x, y, callbacks=[MlflowLogger(tracking_uri=store), monitor], verbose=0)


def test_without_mlflow_the_way_out_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(ImportError, match=r"pip install keras_halluc\[mlflow\]"):
        fit(MlflowLogger())


def test_wrong_arguments():
    for kwargs in ({"experiment": ""}, {"run_name": 3}, {"tracking_uri": 3}, {"params": ["a"]}):
        with pytest.raises(TypeError, match=f"`{next(iter(kwargs))}` must be"):
            MlflowLogger(**kwargs)
    for name in ("strict", "log_cases"):
        with pytest.raises(ValueError, match=f"`{name}`"):
            MlflowLogger(**{name: 2})


def test_names_that_mlflow_refuses_and_a_second_fit_in_one_run(store):
    model, x, y = regression()
    client = mlflow.MlflowClient(store)
    mlflow.set_tracking_uri(store)

    class Odd(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["rate/people (born)"] = 0.5
            logs["who's?"] = 0.25

    with mlflow.start_run() as run:
        model.fit(x, y, callbacks=[Odd(), MlflowLogger(strict=True)], verbose=0)
        again = MlflowLogger(params={"note": "second"}, strict=True)
        with pytest.warns(UserWarning, match="kept its settings 'epochs'"):
            model.fit(x, y, initial_epoch=1, epochs=3, callbacks=[Odd(), again], verbose=0)
    found = client.get_run(run.info.run_id).data
    assert found.metrics["rate/people _born_"] == 0.5 and found.metrics["who_s_"] == 0.25
    assert [step for step, _ in history_of(client, run.info.run_id, "loss")] == [1, 2, 3]
    assert found.params["epochs"] == "1" and found.params["note"] == "second"
