"""Is it said right which run is best, since when one gets worse, and about what?"""

import json

import numpy as np
import pytest
from planted_runs import planted_run
from tab_runs import EPOCH
from tab_runs import write_planted
from tab_site import Site

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.statistics import wilson_interval
from keras_halluc.statistics.worsening import worsening
from keras_halluc.statistics.worsening_sentence import worsening_sentence
from keras_halluc.tensorboard import EventWriter

RUNS = {
    "worse": {"worse": ("g2",), "jump": 0.6},
    "steady": {},
    "noisy": {"cases": 12, "groups": 2, "steps": 6, "noise": 0.4},
}


@pytest.fixture(scope="module")
def planted():
    return {name: planted_run(**settings) for name, settings in RUNS.items()}


@pytest.fixture(scope="module")
def site(tmp_path_factory, planted):
    folder = tmp_path_factory.mktemp("logs")
    for name, run in planted.items():
        write_planted(folder / name / "hallucination", *run)
    with EventWriter(folder / "waiting/hallucination") as writer:
        writer.cases([Case("Q", ("a",), id="c0")], ["said"], [Verdict("unmeasured")], 0)
    return Site(folder)


@pytest.mark.parametrize("name", RUNS)
def test_the_sentence_of_a_planted_run(site, planted, name):
    bad, groups, steps = planted[name]
    answer = site.json("/trend", part=f"{name}/hallucination")
    wanted = worsening_sentence(worsening(bad, groups, steps))
    assert (answer["sentence"], answer["evidence"]) == wanted
    begins = {"worse": "Worse since epoch 4 in group “g2”", "steady": "Not getting", "noisy": "Too"}
    assert answer["sentence"].startswith(begins[name])
    assert answer["steps"] == steps
    heat = {group["name"]: group for group in answer["groups"]}
    assert answer["groups"][0]["name"] is None and set(heat) == {None, *groups}
    for group, row in heat.items():
        own = bad if group is None else bad[[one == group for one in groups]]
        assert row["counts"] == [[int(hits), len(own)] for hits in own.sum(axis=0)]
    since = {"worse": 4}.get(name)
    assert heat["g2" if name == "worse" else "g0"]["since"] == since
    if since:
        assert answer["groups"][1]["name"] == "g2"  # the worst first


def test_a_trend_is_computed_once_a_step(site, monkeypatch):
    from keras_halluc.tensorboard_plugin import run_trend

    first = site.get("/trend", part="steady/hallucination").get_data()
    monkeypatch.setattr(run_trend, "worsening", None)
    assert site.get("/trend", part="steady/hallucination").get_data() == first


def test_a_trend_follows_a_run_that_goes_on(tmp_path):
    bad, groups, steps = planted_run(worse=("g2",), jump=0.6)
    folder = tmp_path / "run/h"
    write_planted(folder, bad[:, :4], groups, steps[:4])
    site = Site(tmp_path)
    assert site.json("/trend", part="run/h")["status"] == "steady"
    write_planted(folder, bad[:, 4:], groups, steps[4:])
    later = site.json("/trend", part="run/h")
    assert (later["status"], later["steps"]) == ("worse", steps)


def test_the_table_of_runs(site, planted):
    parts = [f"{name}/hallucination" for name in (*RUNS, "waiting")]
    answer = site.json("/overview", part=parts)
    rows = {row["run"]: row for row in answer["rows"]}
    assert set(rows) == {*RUNS, "waiting"} and answer["rows"][-1]["run"] == "waiting"
    for name, (bad, _, steps) in planted.items():
        rates = bad.mean(axis=0)
        best = 1 + int(np.argmin(rates[1:]))
        row = rows[name]
        assert row["best"] == best
        count = int(bad[:, best].sum())
        low, high = wilson_interval(count, len(bad), 0.95)
        assert row["rate"] == pytest.approx([rates[best], low, high, len(bad)])
        assert row["last"][0] == pytest.approx(rates[-1])
        right = bad[:, 0] == 0
        assert row["kept"][0] == pytest.approx((bad[right, best] == 0).mean())
        assert row["kept"][3] == right.sum()
        assert row["seconds"] == steps[-1] * EPOCH and row["seconds_to_best"] == best * EPOCH
    order = [row["rate"][0] for row in answer["rows"][:3]]
    assert order == sorted(order)
    assert rows["waiting"]["rate"] is rows["waiting"]["best"] is rows["waiting"]["kept"] is None


def best_sentence(tmp_path, **runs):
    for name, bad in runs.items():
        write_planted(tmp_path / name / "h", bad, [None] * len(bad), list(range(bad.shape[1])))
    answer = Site(tmp_path).json("/overview", part=[f"{name}/h" for name in runs])
    return answer["sentence"], answer["evidence"]


def rates(*parts):
    """200 cases, of which at each step that share is bad, the first ones."""
    return (np.arange(200)[:, None] < 200 * np.array(parts)).astype(float)


def test_which_run_is_best(tmp_path):
    sentence, evidence = best_sentence(tmp_path, plain=rates(0.5, 0.4), guarded=rates(0.5, 0.2))
    assert sentence == (
        "guarded is best: 20 % hallucinated at epoch 1, 100 % of what was right kept."
    )
    assert "Against plain at epoch 1, same 200 cases: -20 points (95 % interval" in evidence
    assert "McNemar p = " in evidence


def test_two_runs_that_cannot_be_told_apart(tmp_path):
    sentence, _ = best_sentence(tmp_path, a=rates(0.5, 0.4), b=rates(0.5, 0.39))
    assert sentence == (
        "b has the lowest rate (39 % hallucinated at epoch 1), but a may be as good."
    )


def test_a_best_run_that_kept_less_says_so(tmp_path):
    turned = rates(0.5, 0.2)
    turned[:, 1] = turned[::-1, 1]  # wrong where it was right
    sentence, evidence = best_sentence(tmp_path, a=rates(0.5, 0.4), b=turned)
    assert sentence.startswith("b is best: 20 %") and "60 % of what was right kept" in sentence
    assert "But a kept more of what was right: 100 %, not 60 %." in evidence


@pytest.mark.parametrize("turned_rate, rate", [(0.2, 0.21), (0.21, 0.2)])
def test_of_two_that_hallucinate_alike_the_one_that_kept_more_is_best(tmp_path, turned_rate, rate):
    turned = rates(0.5, turned_rate)
    turned[:, 1] = turned[::-1, 1]
    sentence, _ = best_sentence(tmp_path, a=turned, b=rates(0.5, rate))
    assert sentence.startswith(f"b is best: {round(100 * rate)} % hallucinated at epoch 1, which")
    assert sentence.endswith(
        f"it kept more of what was right: 100 %, not {round(100 - 200 * turned_rate)} %."
    )


def test_one_run_alone_and_none(tmp_path):
    sentence, evidence = best_sentence(tmp_path, only=rates(0.5, 0.4, 0.3))
    assert sentence.startswith("Best epoch of only: 30 % hallucinated at epoch 2")
    assert "95 % interval 24 to 37 %, n = 200" in evidence
    before, _ = best_sentence(tmp_path / "before", one=rates(0.5))
    assert before == "No run has been measured after training began."


def test_it_is_json(site):
    for route, query in [("/overview", {"part": ["noisy/hallucination"]}), ("/overview", {})]:
        text = site.get(route, **query).get_data(as_text=True)
        assert "NaN" not in text and json.loads(text)
