"""Do the monitors write what the tab reads?"""

import pytest
from tab_runs import fit_with_monitors
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.context import RequestContext

from keras_halluc._types import Case
from keras_halluc.tensorboard_plugin.case_index import CaseIndex
from keras_halluc.tensorboard_plugin.runs import list_runs


@pytest.mark.parametrize("epochs, stopped", [(2, 2), (20, 4)], ids=["to the end", "early"])
def test_both_monitors_write_all_epochs(tmp_path, epochs, stopped):
    monitors = fit_with_monitors(tmp_path / "run", epochs)
    multiplexer = EventMultiplexer()
    multiplexer.AddRunsFromDirectory(str(tmp_path))
    multiplexer.Reload()
    provider = MultiplexerDataProvider(multiplexer, str(tmp_path))
    (run,) = list_runs(provider, RequestContext(), "")["runs"]
    assert (run["name"], run["epochs"], run["ended"]) == ("run", epochs, True)
    assert [part["last"] for part in run["parts"]] == [stopped, stopped]
    tags = provider.list_scalars(RequestContext(), experiment_id="", plugin_name="scalars")
    for found in tags.values():  # the other pages are not flooded with ends of intervals
        ends = {tag for tag in found if tag.endswith(("/low", "/high"))}
        assert ends and all(tag.startswith("~intervals/") for tag in ends)
    for name, monitor in monitors.items():
        steps = CaseIndex(str(tmp_path / "run" / name)).steps()
        assert list(steps) == list(range(stopped + 1))
        last = steps[stopped]
        assert last.ids == [answer.case.id or str(answer.index) for answer in monitor.answers]
        assert last.labels == [answer.verdict.label for answer in monitor.answers]
        rows = range(len(last.ids))
        said = [(answer["output"], answer["reason"]) for answer in last.answers(rows)]
        assert said == [(answer.output, answer.verdict.reason) for answer in monitor.answers]


def test_cases_without_an_id_get_one_of_their_own(tmp_path):
    cases = [Case("a", ("x",)), Case("b", ("x",), id="0"), Case("c", ("x",)), Case("d", ("x",))]
    fit_with_monitors(tmp_path, 1, cases)
    steps = CaseIndex(str(tmp_path / "hallucination")).steps()
    assert [block.ids for block in steps.values()] == [["0_", "0", "2", "3"]] * 2
