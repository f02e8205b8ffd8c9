"""Does every bad argument get an error that names it, and write nothing?"""

import builtins
import os

import numpy as np
import pytest

from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard import MarginChart
from keras_halluc.tensorboard import Marked
from keras_halluc.tensorboard import MultilineChart

NAN, INF = float("nan"), float("inf")
PIXELS = np.zeros((2, 2), np.uint8)

CASES = [
    ("scalar", ("t", NAN, 0), ValueError, "`value` must be finite. Received: value=nan"),
    ("scalar", ("t", -INF, 0), ValueError, "`value` must be finite. Received: value=-inf"),
    ("scalar", ("t", 1e39, 0), ValueError, r"`value` must be <= 3.4.*e\+38. .*=1e\+39"),
    ("scalar", ("t", -1e39, 0), ValueError, "`value` must be >= -3.40"),
    ("scalar", ("t", "0.5", 0), TypeError, "`value` must be a number. Received: value='0.5'"),
    ("scalar", ("t", None, 0), TypeError, "`value` must be a number"),
    ("scalar", ("", 1, 0), ValueError, "`tag` must not be empty. Received: tag=''"),
    ("scalar", (b"t", 1, 0), TypeError, "`tag` must be a str. Received: tag=b't'"),
    ("scalar", ("custom_scalars__config__", 1, 0), ValueError, "`tag` must not be the name of"),
    ("scalar", ("t", 1, 1.0), TypeError, "`step` must be an integer. Received: step=1.0"),
    ("scalar", ("t", 1, -1), ValueError, "`step` must be an integer >= 0. Received: step=-1"),
    ("scalar", ("t", 1, 2**63), ValueError, r"`step` must be below 2\*\*63"),
    ("scalar", ("t", 1, 0, NAN), ValueError, "`wall_time` must be finite"),
    ("scalar", ("t", 1, 0, "now"), TypeError, "`wall_time` must be a number"),
    ("interval", ("t", 0.5, 0.6, 0.4, 0), ValueError, "`low` must be <= `high`.*low=0.6, high=0.4"),
    ("interval", ("t", 0.5, NAN, 0.4, 0), ValueError, "`low` must be finite"),
    ("interval", ("t", 0.5, 0.1, INF, 0), ValueError, "`high` must be finite"),
    ("interval", ("t", NAN, 0.1, 0.2, 0), ValueError, "`value` must be finite"),
    ("interval", (None, 0.1, 0.1, 0.2, 0), TypeError, "`tag` must be a str"),
    ("text", ("t", b"bytes", 0), TypeError, "`text` must be a str or Marked. .*=b'bytes'"),
    ("text", ("t", ["a"], 0), TypeError, "`text` must be a str or Marked"),
    ("table", ("t", "rows", 0), TypeError, "`rows` must be a list of rows. Received: rows='rows'"),
    ("table", ("t", 3, 0), TypeError, "`rows` must be a list of rows"),
    ("table", ("t", [], 0), ValueError, r"`rows` must not be empty. Received: rows=\[\]"),
    ("table", ("t", [[]], 0), ValueError, "`rows` must hold rows with a cell at least"),
    ("table", ("t", ["ab"], 0), TypeError, r"`rows` must hold rows, lists .* rows\[0\]='ab'"),
    ("table", ("t", [["a"], [1]], 0), TypeError, r"`rows\[1\]\[0\]` must be a str or Marked"),
    ("table", ("t", [["a"], ["b", "c"]], 0), ValueError, r"must have 1 cells each, as rows\[0\]"),
    ("table", ("t", [["a"]], 0, ["b", "c"]), ValueError, "must have 2 cells each, as the header"),
    ("table", ("t", [["a"]], 0, "b"), TypeError, "`header` must be a list of str"),
    ("table", ("t", [["a"]], 0, [1]), TypeError, "`header` must hold str only"),
    ("histogram", ("t", [], 0), ValueError, r"`values` must not be empty. Received: values=\[\]"),
    ("histogram", ("t", [1.0, NAN, INF], 0), ValueError, "`values` must be finite. 2 of 3 are NaN"),
    ("histogram", ("t", ["a"], 0), TypeError, "`values` must be an array of numbers"),
    ("histogram", ("t", [[1], [2, 3]], 0), TypeError, "`values` must be an array of numbers"),
    ("histogram", ("t", [1.0], 0, 0), ValueError, "`buckets` must be an integer >= 1"),
    ("histogram", ("t", [1.0], 0, 2.5), TypeError, "`buckets` must be an integer"),
    ("image", ("t", np.zeros(3), 0), ValueError, r"`array` must be \(height, w.*shape \(3,\)"),
    ("image", ("t", np.zeros((2, 2, 2)), 0), ValueError, r"`array` must be \(height, width\)"),
    ("image", ("t", np.zeros((1, 2, 2, 3)), 0), ValueError, r"`array` must be \(height, width\)"),
    ("image", ("t", np.zeros((0, 2)), 0), ValueError, "`array` must have a pixel at least"),
    ("image", ("t", np.zeros((2, 2), np.int64), 0), TypeError, "`array` must be uint8, .* int64"),
    ("image", ("t", np.full((2, 2), 1.5), 0), ValueError, r"`array` must lie in \[0, 1\].*=1.5"),
    ("image", ("t", np.full((2, 2), -0.1), 0), ValueError, r"`array` must lie in .*min=-0.1"),
    ("image", ("t", np.array([[0.5, NAN]]), 0), ValueError, r"`array` must lie in .*min=nan"),
    ("layout", ({},), ValueError, "`charts` must not be empty"),
    ("layout", ([],), TypeError, "`charts` must map section titles to lists of charts"),
    ("layout", ({"a": []},), ValueError, "`charts` must hold a chart for each title. .*title='a'"),
    ("layout", ({"a": "b"},), TypeError, "`charts` must map titles to lists of charts. .*'a'='b'"),
    ("layout", ({"a": [1]},), TypeError, "`charts` must hold MultilineChart and MarginChart only"),
    ("layout", ({"": [MarginChart("c", ["t"])]},), ValueError, "`title` must not be empty"),
]


@pytest.mark.parametrize(
    "method,arguments,error,message", CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)]
)
def test_bad_arguments(tmp_path, method, arguments, error, message):
    with EventWriter(tmp_path) as writer:
        with pytest.raises(error, match=message):
            getattr(writer, method)(*arguments)
    assert not os.listdir(tmp_path)


def test_one_kind_of_data_a_tag(tmp_path):
    with EventWriter(tmp_path) as writer:
        writer.scalar("t", 1, 0)
        with pytest.raises(ValueError, match="tag='t' is for scalars in this run, .* for text"):
            writer.text("t", "a", 1)
        writer.close()
        with pytest.raises(ValueError, match="`tag` must be used for one kind of data"):
            writer.image("t", PIXELS, 2)


def test_log_dir(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(ValueError, match="`log_dir` must be a folder, but .* is a file"):
        EventWriter(path / "run")
    with pytest.raises(TypeError, match="`log_dir` must be a path. Received: log_dir=None"):
        EventWriter(None)
    with pytest.raises(ValueError, match="`log_dir` must be the path of a folder, not empty"):
        EventWriter("")
    with pytest.raises(ValueError, match="`flush_seconds` must be >= 0.0"):
        EventWriter(tmp_path, flush_seconds=-1)


@pytest.mark.parametrize(
    "spans,error,message",
    [
        (((0, 9, "x"),), ValueError, r"`spans` must lie in the text, 0 <= start <= end <= 4"),
        (((-1, 2, "x"),), ValueError, r"`spans` must lie in the text.*span=\(-1, 2, 'x'\)"),
        (((3, 2, "x"),), ValueError, "`spans` must lie in the text"),
        (((0, 1),), TypeError, r"`spans` must hold \(start, end, kind\). Received: span=\(0, 1\)"),
        (((0, 1, None),), TypeError, r"`spans` must hold \(start, end, kind\)"),
        ((3,), TypeError, r"`spans` must hold \(start, end, kind\). Received: span=3"),
        (((0.0, 1, "x"),), TypeError, "`start` must be an integer"),
    ],
)
def test_bad_spans(spans, error, message):
    with pytest.raises(error, match=message):
        Marked("text", spans)


def test_marked_needs_a_text():
    with pytest.raises(TypeError, match="`text` must be a str. Received: text=3"):
        Marked(3)


@pytest.mark.parametrize("chart", [MarginChart, MultilineChart])
def test_bad_charts(chart):
    with pytest.raises(TypeError, match="`tags` must be a list of str. Received: tags='rate'"):
        chart("title", "rate")
    with pytest.raises(ValueError, match="`tags` must not be empty"):
        chart("title", [])
    with pytest.raises(TypeError, match="`title` must be a str"):
        chart(None, ["rate"])


def test_images_without_pillow(tmp_path, monkeypatch):
    actual = builtins.__import__

    def no_pillow(name, *args, **kwargs):
        if name.partition(".")[0] == "PIL":
            raise ImportError(name)
        return actual(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_pillow)
    with EventWriter(tmp_path) as writer:
        with pytest.raises(ImportError, match="Install it with: pip install pillow"):
            writer.image("t", PIXELS, 0)
