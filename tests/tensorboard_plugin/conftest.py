"""One TensorBoard on all runs and one browser, for all tests of the tab."""

import pytest
from planted_runs import planted_run
from tab_page import Tab
from tab_page import open_browser
from tab_runs import fit_with_monitors
from tab_runs import make_cases
from tab_runs import write_compared
from tab_runs import write_hostile
from tab_runs import write_planted
from tab_runs import write_run
from tensorboard_server import Server

from keras_halluc.tensorboard import EventWriter


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """The folder of all runs, and what was said in them."""
    folder = tmp_path_factory.mktemp("logs")
    monitor = fit_with_monitors(folder / "quickstart", epochs=20)["hallucination"]
    said = write_run(folder / "random/hallucination", make_cases(130), steps=7, planned=9)
    with EventWriter(folder / "empty/hallucination") as writer:
        writer.progress(0, 5)
    write_hostile(folder / "hostile, 100%/hallucination")
    write_planted(folder / "worse/hallucination", *planted_run(worse=("g2",), jump=0.6))
    write_planted(folder / "steady/hallucination", *planted_run())
    write_compared(folder)
    return folder, said, monitor


@pytest.fixture(scope="session")
def server(written, tmp_path_factory):
    folder = written[0]
    log = tmp_path_factory.mktemp("server") / "log.txt"
    started = Server(folder, log, True, "false", "--reload_interval", "1")
    started.wait(lambda server: len(server.get("plugin/hallucination/runs")["runs"]) == 8)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def browser():
    opened = open_browser()
    yield opened
    opened.quit()


@pytest.fixture
def tab(browser, server):
    page = Tab(browser, server.address)
    page.complaints()
    yield page
    assert page.complaints() == []  # among them, what the content security policy forbade
