"""Is the saved state of a callback whole, no larger than needed, and that of the same run?"""

import json
import os

import keras
import ml_dtypes
import numpy as np
import pytest
from scripted import LabelChecker
from scripted import case_list
from scripted import regression

import keras_halluc as kh
from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks.session.fingerprint import fingerprint
from keras_halluc.callbacks.session.state_folder import StateFolder


def test_records_are_whole_and_no_more_than_a_backup_needs(tmp_path):
    folder = StateFolder(str(tmp_path), "Monitor a/b", {"cases": 3, "budget": None})
    bfloat16 = np.ones((2, 3), ml_dtypes.bfloat16)
    arrays = {"one": lambda: [np.arange(3.0), np.array(2, "int8"), bfloat16]}
    folder.save(None, {"base": "模型"}, arrays)
    for step in range(5):
        folder.save(step, {"step": step}, {f"weights {step // 2}": lambda: [np.ones(2)]})
        (tmp_path / "training_metadata.json").write_text(json.dumps({"epoch": step}))
    assert folder.steps() == [2, 3, 4]  # the last backup was of epoch 3 when step 4 was saved
    names = sorted(os.listdir(folder.path))
    assert [name for name in names if name.endswith(".npz")] == [
        "one.npz",
        "weights%201.npz",
        "weights%202.npz",
    ]
    state, found = folder.load(None)
    assert state == {"base": "模型"}
    assert [array.dtype.name for array in found["one"]] == ["float64", "int8", "bfloat16"]
    for one, other in zip(found["one"], arrays["one"]()):
        np.testing.assert_array_equal(one, other)
    (tmp_path / "keras_halluc").joinpath(os.path.basename(folder.path), "one.npz").write_bytes(b"P")
    assert folder.load(None) == (state, {})
    folder.forget_after(2)
    assert folder.steps() == [2] and folder.load(3) is None
    assert not os.path.exists(os.path.join(folder.path, "weights%202.npz"))
    other = StateFolder(str(tmp_path), "Monitor a/b", {"cases": 4, "budget": None})
    with pytest.raises(ValueError, match="had another `cases`.*cases=4, and it was 3"):
        other.load(2)
    folder.clear()
    assert folder.load(2) is None and folder.steps() == []


def test_fingerprints_tell_arguments_apart():
    case = kh.data.Case("a", ("b",))
    values = [
        None,
        0,
        "0",
        [case],
        [case, case],
        [kh.data.Case("ab", ("",))],
        [kh.data.Case("a", ("b",), id="0")],
        [],
        {},
        np.zeros(3),
        np.zeros((3, 1)),
        np.zeros(3, "float32"),
        keras.ops.ones(3),
        {"x": np.zeros(3)},
        len,
        case_list,
        LabelChecker(),
    ]
    found = [json.dumps(fingerprint(value)) for value in values]
    assert len(set(found)) == len(values)
    assert found == [json.dumps(fingerprint(value)) for value in values]
    assert fingerprint([case]) == fingerprint([kh.data.Case("a", ("b",))])
    more = kh.data.Case("a", ("b",), fields={"x": object()})  # equal, and as good to go on with
    assert fingerprint([case]) == fingerprint([more])


def test_a_monitor_that_begins_at_a_later_epoch_says_so():
    model, x, y = regression()
    monitor = HallucinationMonitor(case_list(2), generator=lambda p: ["a"] * len(p), verbose=0)
    with pytest.warns(UserWarning, match="begins anew at epoch 2, since it has seen no earlier"):
        model.fit(x, y, initial_epoch=1, epochs=2, callbacks=[monitor], verbose=0)
