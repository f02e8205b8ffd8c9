"""Draws the pictures of the tab that are in the docs, of what `make quickstart` wrote.

KERAS_HALLUC_SCREENSHOTS=runs python -m pytest -m "" tests/tensorboard_plugin/test_tab_pictures.py
"""

import os
import pathlib

import pytest
from tab_page import Tab
from tensorboard_server import Server

pytestmark = [pytest.mark.loopback, pytest.mark.slow]

DOCS = pathlib.Path(__file__).parents[2] / "docs"
RUNS = os.environ.get("KERAS_HALLUC_SCREENSHOTS")
VIEW = {"runs": "guarded,plain", "part": "plain/hallucination"}
COMPARED = {**VIEW, "other": "guarded/hallucination", "pair": "second"}
PICTURES = [
    ("tensorboard_tab_light", (1440, 1240), "light", VIEW),
    ("tensorboard_tab_dark", (1440, 1240), "dark", VIEW),
    ("tensorboard_tab_narrow", (800, 1100), "light", COMPARED),
]


@pytest.mark.skipif(not RUNS, reason="draws pictures when KERAS_HALLUC_SCREENSHOTS is set")
@pytest.mark.parametrize("name, size, theme, view", PICTURES, ids=[one[0] for one in PICTURES])
def test_picture(browser, tmp_path, name, size, theme, view):
    server = Server(RUNS, tmp_path / "log.txt", True, "false")
    before = browser.get_window_size()
    try:
        server.wait(lambda server: server.get("plugin/hallucination/runs")["runs"])
        tab = Tab(browser, server.address)
        browser.set_window_size(*size)
        tab.open(framed=True, **view)
        tab.wait(lambda: tab.all(".heat-map td") and tab.all(".runs-table td"), "the first block")
        tab.set_theme(theme)
        browser.switch_to.default_content()
        browser.save_screenshot(str(DOCS / f"{name}.png"))
    finally:
        browser.set_window_size(before["width"], before["height"])
        server.stop()
