"""What does TensorBoard's server answer to the page? Asked without a socket."""

import pytest
from tab_runs import make_cases
from tab_runs import write_run
from tab_site import Site
from tensorboard.compat.proto import event_pb2
from tensorboard.compat.proto import summary_pb2
from tensorboard.context import RequestContext
from tensorboard.errors import PublicError
from tensorboard.util import tensor_util

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard.summaries import PROGRESS_TAG
from keras_halluc.tensorboard.summaries import TAB_PLUGIN
from keras_halluc.tensorboard_plugin.curves import best_step

SECRET = "not under the folder that TensorBoard watches"


@pytest.fixture(scope="module")
def said():
    return {}


@pytest.fixture(scope="module")
def site(tmp_path_factory, said):
    root = tmp_path_factory.mktemp("root")
    folder = root / "logs"
    said["plain"] = write_run(folder / "plain/hallucination", make_cases(8), 30, planned=40)
    said["guarded"] = write_run(folder / "guarded/hallucination", make_cases(8), 5, 5, seed=1)
    with EventWriter(folder / "plain/knowledge") as writer:
        for step, value in enumerate([0.9, 0.5, 0.75, 0.75]):
            writer.interval("heldout_known_accuracy", value, value - 0.1, value + 0.1, step)
            writer.interval("unknown_fit", value, value - 0.1, value + 0.1, step)
    with EventWriter(folder / "running/hallucination") as writer:
        writer.interval("val_hallucination_rate", 0.5, 0.4, 0.6, 0)
        writer.progress(0, 7)
    with EventWriter(folder / "other/train") as writer:
        writer.scalar("loss", 1.0, 0)
    write_run(root / "outside", make_cases(1), 1)
    with EventWriter(folder) as writer:
        writer.scalar("loss", 1.0, 0)
    return Site(folder)


def test_runs(site):
    answer = site.json("/runs")
    runs = {run.pop("name"): run for run in answer["runs"]}
    assert list(runs) == ["guarded", "plain", "running"]  # not those with other values alone
    assert runs["plain"]["parts"] == [
        {"part": "plain/hallucination", "name": "hallucination", "last": 29},
        {"part": "plain/knowledge", "name": "knowledge", "last": None},
    ]
    assert set(runs["plain"]["keys"]) == {
        "val_hallucination_rate",
        "val_answer_accuracy",
        "heldout_known_accuracy",
        "unknown_fit",
    }
    assert [(run["epochs"], run["ended"]) for run in runs.values()] == [
        (5, True),
        (40, True),
        (7, False),
    ]
    assert answer["better"] == {
        "val_hallucination_rate": "lower",
        "val_answer_accuracy": "higher",
        "heldout_known_accuracy": "higher",
        "unknown_fit": "",
    }


def test_a_run_in_the_folder_itself(tmp_path):
    write_run(tmp_path / "one/hallucination", make_cases(1), 2)
    (run,) = Site(tmp_path / "one").json("/runs")["runs"]
    assert (run["name"], run["parts"][0]["part"]) == (".", "hallucination")
    site = Site(tmp_path / "one/hallucination")
    (run,) = site.json("/runs")["runs"]
    assert (run["name"], run["parts"][0]["part"]) == (".", ".")
    assert site.json("/cases", part=".")["steps"] == [0, 1]


def test_curves(site, said):
    keys = ["val_hallucination_rate", "heldout_known_accuracy", "unknown_fit", "loss"]
    curves = site.json("/curves", run=["plain", "guarded", "other"], key=keys)["curves"]
    found = {(curve["run"], curve["key"]): curve for curve in curves}
    assert set(found) == {
        ("plain", "val_hallucination_rate"),
        ("plain", "heldout_known_accuracy"),
        ("plain", "unknown_fit"),
        ("guarded", "val_hallucination_rate"),
    }
    heldout = found["plain", "heldout_known_accuracy"]
    assert [point[0] for point in heldout["points"]] == [0, 1, 2, 3]
    assert heldout["points"][1] == pytest.approx([1, 0.5, 0.4, 0.6])
    assert heldout["best"] == 2  # not the base model, and the first of the two best
    assert found["plain", "unknown_fit"]["best"] is None
    rates = {}
    for step, (_, verdicts) in said["plain"].items():
        measured = [verdict for verdict in verdicts if verdict.measured]
        rates[step] = sum(verdict.hallucinated for verdict in measured) / len(measured)
    plain = found["plain", "val_hallucination_rate"]
    assert [point[1] for point in plain["points"]] == pytest.approx(list(rates.values()))
    trained = {step: rate for step, rate in rates.items() if step}
    assert rates[plain["best"]] == min(trained.values())
    assert site.json("/curves") == site.json("/curves", run="plain") == {"curves": []}


def test_intervals_of_runs_of_version_0_1(tmp_path):
    tag = "val_hallucination_rate"
    with EventWriter(tmp_path / "old/hallucination") as writer:
        for step, value in enumerate([0.5, 0.25]):
            for name, add in [(tag, 0.0), (f"{tag}/low", -0.125), (f"{tag}/high", 0.125)]:
                writer.scalar(name, value + add, step)
    site = Site(tmp_path)
    (run,) = site.json("/runs")["runs"]
    assert run["keys"] == [tag]
    (curve,) = site.json("/curves", run="old", key=tag)["curves"]
    assert curve["points"] == [[0, 0.5, 0.375, 0.625], [1, 0.25, 0.125, 0.375]]


def test_best_step():
    assert best_step({0: 0.0, 1: 0.5, 2: 0.25, 3: 0.25}, "lower") == 2
    assert best_step({0: 1.0, 1: 0.25, 2: 0.5}, "higher") == 2
    assert best_step({0: 1.0}, "higher") is None
    assert best_step({1: 1.0}, "") is None


def test_every_epoch_is_there(site, said):
    """TensorBoard itself keeps 10 tensors of a tag."""
    part = "plain/hallucination"
    tensors = site.provider.read_tensors(
        RequestContext(), experiment_id="", plugin_name="hallucination", downsample=1000
    )
    assert all(len(data) <= 10 for data in tensors[part].values())
    for step in range(30):
        page = site.json("/cases", part=part, step=step, sort="given")
        assert page["step"] == step and len(page["steps"]) == 30
        outputs = ["".join(text for text, _ in row["output"]["pieces"]) for row in page["rows"]]
        assert outputs == said["plain"][step][0]
        case = site.json("/case", part=part, step=step, id="c3")
        assert "".join(text for text, _ in case["output"]["pieces"]) == outputs[3]


def test_arguments_reach_the_page(site):
    page = site.json(
        "/cases",
        part="plain/hallucination",
        step=4,
        against="previous",
        label=["supported", "abstained"],
        group="old",
        search="question",
        offset=1,
        limit=1,
    )
    assert page["against"] == 3 and len(page["rows"]) <= 1
    assert all(row["label"] in ("supported", "abstained") for row in page["rows"])
    assert all(row["group"] == "old" for row in page["rows"])


def test_a_hostile_run_is_answered_as_far_as_it_can_be_read(tmp_path):
    """Ids that no address can hold, lines that no reader can read, events that say anything."""
    folder = tmp_path / "run/hallucination"
    said = ["\ud800 said", "x" * 5000]
    spans = tuple((i, 4000 + i, "unsupported") for i in range(900))
    with EventWriter(folder) as writer:
        cases = [Case("q", ("a",), id="\ud800", group="\udfff"), Case("r", ("b",), id="two")]
        verdicts = [Verdict("supported", 1.0), Verdict("unsupported", 0.5, spans)]
        writer.cases(cases, said, verdicts, 0)
        writer.progress(0, 3)
    (path,) = folder.glob("cases.*.jsonl")
    good = path.read_bytes()
    path.write_bytes(b"[" * 100_000 + b"\n" + good + b"{" * 10 + b"9" * 9999 + b"\n" + b"[" * 99)
    site = Site(tmp_path)
    (run,) = site.json("/runs")["runs"]
    page = site.json("/cases", part="run/hallucination", sort="given")
    assert run["epochs"] == 3 and [row["id"] for row in page["rows"]] == ["\\ud800", "two"]
    assert page["groups"] == ["\\udfff"]
    for row, text in zip(page["rows"], said):
        case = site.json("/case", part="run/hallucination", id=row["id"])
        assert "".join(piece for piece, _ in case["output"]["pieces"]) == text
    only = site.json("/cases", part="run/hallucination", group="\\udfff")
    assert [row["id"] for row in only["rows"]] == ["\\ud800"]


@pytest.mark.parametrize(
    "content, epochs",
    [(b"[" * 100_000, None), (b'{"epochs": [1]}', None), (b'{"epochs": 1e999}', None)]
    + [(b'{"epochs": ' + b"9" * 5000 + b"}", None), (b"\xff", None), (b'{"epochs": 2}', 2)],
    ids=lambda value: str(value)[:20],
)
def test_progress_that_anybody_wrote(tmp_path, content, epochs):
    with EventWriter(tmp_path / "run/hallucination") as writer:
        writer.interval("val_hallucination_rate", 0.5, 0.4, 0.6, 0)
        data = summary_pb2.SummaryMetadata.PluginData(plugin_name=TAB_PLUGIN)
        value = summary_pb2.Summary.Value(
            tag=PROGRESS_TAG,
            metadata=summary_pb2.SummaryMetadata(
                plugin_data=data, data_class=summary_pb2.DATA_CLASS_TENSOR
            ),
            tensor=tensor_util.make_tensor_proto(content),
        )
        event = event_pb2.Event(step=0, summary=summary_pb2.Summary(value=[value]))
        writer._file.add(event)
    (run,) = Site(tmp_path).json("/runs")["runs"]
    assert run["epochs"] == epochs


@pytest.mark.parametrize(
    "route, query, code",
    [
        ("/cases", {}, 404),
        ("/cases", {"part": "../outside"}, 404),
        ("/cases", {"part": "plain/../../outside"}, 404),
        ("/cases", {"part": "plain"}, 404),
        ("/cases", {"part": "running/hallucination"}, 404),
        ("/cases", {"part": "plain/hallucination", "step": "x"}, 400),
        ("/cases", {"part": "plain/hallucination", "limit": "1000"}, 400),
        ("/cases", {"part": "plain/hallucination", "sort": "x"}, 400),
        ("/case", {"part": "plain/hallucination", "id": "nobody"}, 404),
        ("/case", {"part": "../outside", "id": "c0"}, 404),
        ("/trend", {"part": "../outside"}, 404),
        ("/overview", {"part": ["plain/hallucination", "../outside"]}, 404),
    ],
    ids=str,
)
def test_bad_questions(site, route, query, code):
    """TensorBoard turns such an error into an answer with its code."""
    with pytest.raises(PublicError) as caught:
        site.get(route, **query)
    assert caught.value.http_code == code


def test_the_page_has_its_files(site):
    index = site.get("/static/index.js")
    assert index.mimetype == "text/javascript" and b"render" in index.get_data()
    assert site.get("/static/style.css").mimetype == "text/css"
    assert site.plugin.frontend_metadata().es_module_path in site.apps
    assert site.plugin.frontend_metadata().tab_name == "Hallucination"
    assert not site.plugin.is_active()  # TensorBoard looks at the events itself
