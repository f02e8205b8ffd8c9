"""Are the figures in the method cards and the README those the experiment measured?"""

import importlib.util
import pathlib

import keras_halluc as kh

ROOT = pathlib.Path(__file__).parents[1]


def report():
    path = ROOT / "benchmarks/known_unknown_report.py"
    spec = importlib.util.spec_from_file_location("known_unknown_report", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_show_what_the_runs_gave():
    module = report()
    summary = module.summarise(module.load())
    for path in module.PAGES:
        page = path.read_text(encoding="utf-8")
        assert module.BLOCK.search(page), path
        assert page == module.render(page, summary), path


def test_every_objective_has_a_card():
    page = report().PAGES[0].read_text(encoding="utf-8")
    cards = [line for line in page.splitlines() if line.startswith("### ")]
    for name in kh.objectives.__all__:
        if name not in ("Batch", "Objective"):
            assert any(name in card for card in cards), name
