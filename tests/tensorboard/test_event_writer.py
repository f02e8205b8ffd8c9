"""Does TensorBoard's own reader find exactly what was written?"""

import io
import os

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto import event_pb2
from tensorboard.compat.proto import summary_pb2
from tensorboard.plugins.custom_scalar import layout_pb2

from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard import MarginChart
from keras_halluc.tensorboard import Marked
from keras_halluc.tensorboard import MultilineChart


def test_scalars(tmp_path, read_run):
    with EventWriter(tmp_path) as writer:
        for step, value in [(0, 0.5), (7, np.float64(0.25)), (2**40, np.array(-3))]:
            writer.scalar("rate", value, step, wall_time=1000.0 + step)
    run = read_run(tmp_path)
    assert run.tags("scalars") == ["rate"]
    assert run.steps("rate") == [0, 7, 2**40]
    assert run.times("rate") == [1000.0, 1007.0, 1000.0 + 2**40]
    assert [float(v) for v in run.values("rate")] == [0.5, 0.25, -3.0]


def test_interval_is_three_scalars_of_one_moment(tmp_path, read_run):
    with EventWriter(tmp_path) as writer:
        writer.interval("rate", 0.25, 0.125, 0.5, step=3)
        writer.interval("rate", 0.25, 0.25, 0.25, step=4)
    run = read_run(tmp_path)
    assert run.tags("scalars") == ["rate", "~intervals/rate/high", "~intervals/rate/low"]
    for tag, first in [("", 0.25), ("/low", 0.125), ("/high", 0.5)]:
        tag = f"~intervals/rate{tag}" if tag else "rate"
        assert [float(v) for v in run.values(tag)] == [first, 0.25]
        assert run.steps(tag) == [3, 4]
        assert run.times(tag) == run.times("rate")


def test_texts_and_tables(tmp_path, read_run):
    with EventWriter(tmp_path) as writer:
        writer.text("answer", "The <b>answer</b>", step=1)
        writer.text("answer", Marked("no, yes", ((0, 2, "unsupported"),)), step=2)
        writer.table("cases", [["1", "2"], ["*", Marked("b", ((0, 1, "contradicted"),))]], 3)
        writer.table("named", (("北京", ""),), 4, header=["output", "<th>"])
    run = read_run(tmp_path)
    assert run.tags("text") == ["answer", "cases", "named"]
    assert run.steps("answer") == [1, 2]
    assert [v.item().decode() for v in run.values("answer")] == [
        "The &#60;b&#62;answer&#60;/b&#62;",
        "<strong>no</strong>, yes",
    ]
    (cases,) = run.values("cases")
    assert cases.shape == (2, 2)
    assert cases.tolist() == [[b"1", b"2"], [b"&#42;", b"<strong><em>b</em></strong>"]]
    (named,) = run.values("named")
    assert named[0].tolist() == [b"<strong>output</strong>", b"<strong>&#60;th&#62;</strong>"]
    assert [cell.decode() for cell in named[1]] == ["北京", ""]


def test_histograms(tmp_path, read_run):
    values = np.random.default_rng(0).normal(size=(20, 50))
    with EventWriter(tmp_path) as writer:
        writer.histogram("log_probs", values, step=5)
        writer.histogram("log_probs", [1.0, 2.0, 2.0], step=6, buckets=2)
    run = read_run(tmp_path)
    first, second = run.values("log_probs")
    assert run.tags("histograms") == ["log_probs"]
    assert run.steps("log_probs") == [5, 6]
    assert first.shape == (30, 3)
    assert first[0, 0] == values.min() and first[-1, 1] == values.max()
    inside = [
        ((values >= left) & ((values < right) | (i == 29))).sum()
        for i, (left, right, _) in enumerate(first)
    ]
    assert first[:, 2].tolist() == inside
    assert second.tolist() == [[1.0, 1.5, 1.0], [1.5, 2.0, 2.0]]


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (5, 7, 4), (1, 1)])
def test_images(tmp_path, read_run, shape):
    pixels = np.random.default_rng(0).integers(0, 256, size=shape, dtype=np.uint8)
    with EventWriter(tmp_path) as writer:
        writer.image("map", pixels, step=1)
        writer.image("map", (pixels / 255.0).astype(np.float32), step=2)
    run = read_run(tmp_path)
    assert run.tags("images") == ["map"]
    assert run.steps("map") == [1, 2]
    for width, height, png in run.values("map"):
        assert (int(height), int(width)) == shape[:2]
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(png))), pixels)


def test_floats_become_the_nearest_of_256_levels(tmp_path, read_run):
    with EventWriter(tmp_path) as writer:
        writer.image("map", np.array([[0.999, 0.7499], [0.0, 1.0]], np.float16), step=1)
    ((_, _, png),) = read_run(tmp_path).values("map")
    assert np.asarray(Image.open(io.BytesIO(png))).tolist() == [[255, 191], [0, 255]]


def test_layout(tmp_path, read_run):
    charts = {
        "Grounding": [
            MarginChart("rate", ["val_rate"]),
            MultilineChart("known (all)", ["known_fit", "a.b+c"]),
        ],
        "Forgetting": [MultilineChart("kl", ["kl"])],
    }
    with EventWriter(tmp_path) as writer:
        writer.layout(charts)
    run = read_run(tmp_path)
    (stored,) = run.values("custom_scalars__config__")
    layout = layout_pb2.Layout.FromString(stored.item())
    assert [category.title for category in layout.category] == ["Grounding", "Forgetting"]
    margin, lines = layout.category[0].chart
    (series,) = margin.margin.series
    assert (series.value, series.lower, series.upper) == (
        "val_rate",
        "~intervals/val_rate/low",
        "~intervals/val_rate/high",
    )
    assert (margin.title, lines.title) == ("rate", "known (all)")
    assert list(lines.multiline.tag) == ["^known_fit$", r"^a\.b\+c$"]


def test_each_kind_says_in_the_file_what_it_is(tmp_path):
    """Newer readers guess it for known pages; the file must not need the guess."""
    with EventWriter(tmp_path) as writer:
        writer.scalar("scalars", 1.0, 0)
        writer.text("text", "a", 0)
        writer.histogram("histograms", [1.0], 0)
        writer.image("images", np.zeros((1, 1)), 0)
        writer.layout({"a": [MarginChart("b", ["c"])]})
    (path,) = tmp_path.iterdir()
    first, *events = map(event_pb2.Event.FromString, RawEventFileLoader(str(path)).Load())
    assert first.file_version == "brain.Event:2"
    found = {}
    for event in events:
        (value,) = event.summary.value
        metadata = value.metadata
        found[metadata.plugin_data.plugin_name] = metadata.data_class
        assert value.tag in (metadata.plugin_data.plugin_name, "custom_scalars__config__")
    assert found == {
        "scalars": summary_pb2.DATA_CLASS_SCALAR,
        "text": summary_pb2.DATA_CLASS_TENSOR,
        "histograms": summary_pb2.DATA_CLASS_TENSOR,
        "images": summary_pb2.DATA_CLASS_BLOB_SEQUENCE,
        "custom_scalars": summary_pb2.DATA_CLASS_TENSOR,
    }


def test_each_event_can_be_read_at_once(tmp_path, read_run):
    writer = EventWriter(tmp_path)
    writer.scalar("rate", 1.0, step=0)
    assert read_run(tmp_path).steps("rate") == [0]
    writer.close()


def test_flush_seconds_lets_events_wait(tmp_path, read_run):
    writer = EventWriter(tmp_path, flush_seconds=1000)
    writer.scalar("rate", 1.0, step=0)
    writer.scalar("rate", 1.0, step=1)
    assert read_run(tmp_path).steps("rate") == [0]
    writer.flush()
    assert read_run(tmp_path).steps("rate") == [0, 1]
    writer.scalar("rate", 1.0, step=2)
    del writer
    assert read_run(tmp_path).steps("rate") == [0, 1, 2]


def test_a_writer_goes_on_after_close(tmp_path, read_run):
    writer = EventWriter(tmp_path / "deep" / "er")
    assert not os.listdir(tmp_path)
    writer.close()
    for step in range(12):
        writer.scalar("rate", step, step)
        writer.close()
        writer.close()
    writer.flush()
    run = read_run(writer.log_dir)
    assert run.steps("rate") == list(range(12))
    assert len(os.listdir(writer.log_dir)) == 12


def test_a_clock_that_was_set_back_loses_nothing(tmp_path, read_run):
    """TensorBoard reads files in the order of their names, in which the time stands first."""
    for step in range(2):
        with EventWriter(tmp_path) as writer:
            writer.scalar("rate", step, step)
        for path in tmp_path.iterdir():
            parts = path.name.split(".")
            parts[3] = str(int(parts[3]) + 1000)
            path.rename(tmp_path / ".".join(parts))
    with EventWriter(tmp_path) as writer:
        writer.scalar("rate", 2, 2)
    assert read_run(tmp_path).steps("rate") == [0, 1, 2]


def test_writers_of_one_folder_lose_nothing_while_the_page_is_open(tmp_path, read_run):
    first = EventWriter(tmp_path)
    os.symlink(tmp_path, tmp_path / "link")
    second = EventWriter(tmp_path / "link")
    first.scalar("a", 0, 0)
    run = read_run(tmp_path)
    second.scalar("b", 0, 0)
    run.reload()
    first.scalar("a", 1, 1)
    run.reload()
    first.close()
    second.scalar("b", 1, 1)
    run.reload()
    second.close()
    assert run.steps("a") == run.steps("b") == [0, 1]


def test_the_folder_does_not_move_with_the_process(tmp_path, monkeypatch, read_run):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with EventWriter("runs") as writer:
        monkeypatch.chdir(tmp_path / "elsewhere")
        writer.scalar("rate", 1, 2)
    assert read_run(tmp_path / "runs").steps("rate") == [2]


def test_an_error_in_the_block_still_closes_the_file(tmp_path, read_run):
    with pytest.raises(KeyError), EventWriter(tmp_path, flush_seconds=1000) as writer:
        writer.scalar("rate", 1, 1)
        writer.scalar("rate", 2, 2)
        raise KeyError("user")
    assert read_run(tmp_path).steps("rate") == [1, 2]
