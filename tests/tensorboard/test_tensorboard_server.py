"""Does a real TensorBoard serve what was written, on each of its pages?

Three servers read the same folder: with TensorFlow out of reach, with it in reach, and with the
faster reader that TensorBoard takes by default where it can.
"""

import importlib.util
import io
import re

import numpy as np
import pytest
from PIL import Image
from tensorboard_server import Server

from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard import MarginChart
from keras_halluc.tensorboard import Marked
from keras_halluc.tensorboard import MultilineChart

pytestmark = pytest.mark.loopback

LAST = "last"
RATE = ("rate", "~intervals/rate/low", "~intervals/rate/high")
STEPS = (0, 3, 8)
VALUES = np.random.default_rng(0).normal(size=100)
PIXELS = np.random.default_rng(1).integers(0, 256, size=(6, 9, 3), dtype=np.uint8)


def has_all(server):
    """Whether it has read the runs to their end."""
    tags = server.get("plugin/text/tags")
    return all(LAST in tags.get(run, []) for run in ("run", "resumed"))


def write_resumed(folder):
    """A run that was cut off after step 4 and went on from step 3, so that two are there twice."""
    for first, last in ((0, 4), (3, 6)):
        with EventWriter(folder) as writer:
            if first:
                writer.resume(first)
            for step in range(first, last + 1):
                writer.scalar("rate", step + first / 10, step)
    with EventWriter(folder) as writer:
        writer.text(LAST, "", step=7)


def write(folder, hostile):
    with EventWriter(folder) as writer:
        writer.layout(
            {"Grounding": [MarginChart("Rate", ["rate"]), MultilineChart("Fit", ["fit+", "a.b"])]}
        )
        for step in STEPS:
            writer.interval("rate", 0.5 + step, 0.25 + step, 1.0 + step, step)
            for tag in ("fit+", "a.b", "a_b", "a.b2"):
                writer.scalar(tag, step / 4, step)
            writer.histogram("log_probs", VALUES + step, step)
            writer.image("map", np.roll(PIXELS, step, axis=0), step)
            writer.table("cases", [[text, Marked(text)] for text in hostile], step, ["a", "<b>"])
            writer.text("marked", Marked("no <i>", ((0, 2, "unsupported"),)), step)
        for i, text in enumerate(hostile):
            writer.text(f"hostile/{i}", text, step=1)
        writer.text(LAST, "", step=1)


@pytest.fixture(scope="module")
def servers(tmp_path_factory, all_hostile):
    folder = tmp_path_factory.mktemp("logs")
    write(folder / "run", all_hostile)
    write_resumed(folder / "resumed")
    started = {
        "without TensorFlow": Server(folder, folder / "a.log", True, "false"),
    }
    if importlib.util.find_spec("tensorflow"):
        started["with TensorFlow"] = Server(folder, folder / "b.log", False, "false")
    if fast_reader():
        started["fast reader"] = Server(folder, folder / "c.log", True, "true")
    yield started
    for server in started.values():
        server.stop()


def fast_reader():
    from tensorboard.data import server_ingester

    try:
        return server_ingester.get_server_binary()
    except server_ingester.NoDataServerError:
        return None


@pytest.fixture(scope="module", params=["without TensorFlow", "with TensorFlow", "fast reader"])
def server(request, servers):
    if request.param not in servers:
        pytest.skip(f"{request.param}: not on this machine")
    return servers[request.param].wait(has_all)


def test_each_step_of_a_resumed_run_is_shown_once(server):
    events = server.get("plugin/scalars/scalars", run="resumed", tag="rate")
    assert [step for _, step, _ in events] == [0, 1, 2, 3, 4, 5, 6]
    values = [value for _, _, value in events]
    np.testing.assert_allclose(values, [0, 1, 2, 3.3, 4.3, 5.3, 6.3], rtol=1e-6)


def test_every_page_has_its_tags(server, all_hostile):
    scalars = {*RATE, "fit+", "a.b", "a_b", "a.b2"}
    texts = {"cases", "marked", LAST, *(f"hostile/{i}" for i in range(len(all_hostile)))}
    assert set(server.get("plugin/scalars/tags")["run"]) == scalars
    assert set(server.get("plugin/text/tags")["run"]) == texts
    assert set(server.get("plugin/histograms/tags")["run"]) == {"log_probs"}
    assert server.get("plugin/images/tags")["run"]["map"]["samples"] == 1
    active = server.get("plugins_listing")
    pages = ("scalars", "text", "histograms", "images", "custom_scalars", "timeseries")
    assert [page for page in pages if not active[page]["enabled"]] == []


@pytest.mark.parametrize("tag,offset", list(zip(RATE, (0.5, 0.25, 1.0))))
def test_scalars(server, tag, offset):
    points = server.get("plugin/scalars/scalars", run="run", tag=tag)
    assert [point[1:] for point in points] == [[step, offset + step] for step in STEPS]


def test_histograms(server):
    points = server.get("plugin/histograms/histograms", run="run", tag="log_probs")
    assert [point[1] for point in points] == list(STEPS)
    for _, step, buckets in points:
        counts, edges = np.histogram(VALUES + step, bins=30)
        np.testing.assert_allclose(
            buckets, np.stack([edges[:-1], edges[1:], counts], axis=1), rtol=1e-6, atol=1e-6
        )


def test_images(server):
    found = server.get("plugin/images/images", run="run", tag="map", sample=0)
    assert [image["step"] for image in found] == list(STEPS)
    for image in found:
        png = server.fetch(f"plugin/images/individualImage?{image['query']}")
        pixels = np.asarray(Image.open(io.BytesIO(png)))
        assert np.array_equal(pixels, np.roll(PIXELS, image["step"], axis=0))


def test_custom_scalars(server):
    (section,) = server.get("plugin/custom_scalars/layout")["category"]
    margin, lines = section["chart"]
    assert section["title"] == "Grounding"
    assert margin["title"] == "Rate"
    (series,) = margin["margin"]["series"]
    assert series == dict(zip(("value", "lower", "upper"), RATE))
    # The page asks for the tags of a margin chart, and of a multiline chart, like this.
    asked = "|".join(f"({re.escape(series[end])})" for end in ("value", "lower", "upper"))
    band = server.get("plugin/custom_scalars/scalars", run="run", tag=asked)["tag_to_events"]
    assert set(band) == set(RATE)
    for i, step in enumerate(STEPS):
        ends = [band[series[end]][i] for end in ("lower", "value", "upper")]
        assert [end[1] for end in ends] == [step] * 3
        assert ends[0][2] < ends[1][2] < ends[2][2]
    asked = "|".join(f"({tag})" for tag in lines["multiline"]["tag"])
    curves = server.get("plugin/custom_scalars/scalars", run="run", tag=asked)
    assert curves["regex_valid"]
    assert set(curves["tag_to_events"]) == {"fit+", "a.b"}


@pytest.mark.parametrize("markdown", ["true", "false"])
def test_hostile_texts_are_shown_literally(server, see, shown, all_hostile, markdown):
    for i, text in enumerate(all_hostile):
        (event,) = server.get("plugin/text/text", run="run", tag=f"hostile/{i}", markdown=markdown)
        seen = see(event["text"])
        assert event["step"] == 1
        assert seen.text == shown(text)
        assert seen.tags <= {"p", "br"}
        assert not seen.attributes and not seen.comments


@pytest.mark.parametrize("markdown", ["true", "false"])
def test_tables_of_hostile_texts(server, see, shown, all_hostile, markdown):
    events = server.get("plugin/text/text", run="run", tag="cases", markdown=markdown)
    assert [event["step"] for event in events] == list(STEPS)
    wanted = [["a", "<b>"], *([shown(text).strip("\n")] * 2 for text in all_hostile)]
    for event in events:
        seen = see(event["text"])
        assert [[cell.strip("\n") for cell in row] for row in seen.rows] == wanted
        assert seen.tags <= {"table", "tbody", "tr", "td", "p", "br", "strong"}
        assert not seen.attributes and not seen.comments


def test_marked_spans_are_bold(server, see):
    events = server.get("plugin/text/text", run="run", tag="marked")
    for event in events:
        seen = see(event["text"])
        assert seen.text == "no <i>"
        assert seen.strong == [["strong", "no"]]


def test_the_blocked_server_never_saw_tensorflow(servers):
    """Guards the two names above: one server loads TensorFlow, the other says it did not."""
    servers["without TensorFlow"].wait(has_all)
    log = servers["without TensorFlow"].log.read_text(errors="replace")
    assert "TensorFlow installation not found" in log
