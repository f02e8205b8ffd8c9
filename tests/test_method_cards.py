"""Are the figures in the method cards and the README those the experiment measured?"""

import importlib
import pathlib
import sys

import keras_halluc as kh

BENCHMARKS = pathlib.Path(__file__).parents[1] / "benchmarks"


def figures():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("figures")
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_the_pages_show_what_was_measured():
    module = figures()
    for path in module.PAGES:
        page = path.read_text(encoding="utf-8")
        assert module.BLOCK.search(page), path
        assert page == module.render(page), path


def test_every_objective_has_a_card():
    page = figures().PAGES[0].read_text(encoding="utf-8")
    cards = [line for line in page.splitlines() if line.startswith("### ")]
    for name in kh.objectives.__all__:
        if name not in ("Batch", "Objective"):
            assert any(name in card for card in cards), name
