"""Do the pages of the docs say what the code says, and does their code run as it stands?"""

import ast
import importlib
import re
import shutil
import sys
from pathlib import Path

import pytest

import keras_halluc as kh

ROOT = Path(__file__).parents[1]
TRANSLATIONS = {"README.zh.md": "README.md"} | {
    f"docs/zh/{page.name}": f"docs/{page.name}" for page in sorted(ROOT.glob("docs/zh/*.md"))
}
NUMBER = re.compile(r"\d[\d.,]*")
FIRST_OF_ROW = re.compile(r"^ *\| `([\w<>]+)`", re.MULTILINE)


def read(page):
    return (ROOT / page).read_text(encoding="utf-8")


def programs(page):
    return re.findall(r"```python\n(.*?)```", read(page), re.DOTALL)


@pytest.fixture(scope="module")
def api():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("api_pages")
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.mark.slow
def test_quick_start_runs_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for program in programs("docs/index.md"):
        exec(compile(program, "docs/index.md", "exec"), names)
    assert (tmp_path / "my_model" / "config.json").exists()
    for run in ("plain", "own"):
        assert list((tmp_path / "runs" / run).rglob("*tfevents*"))
    assert set(names["classes"]) <= {-1, 0, 1}


@pytest.mark.slow
def test_what_follows_training_runs_in_order():
    names: dict = {}
    for program in programs("docs/after_training.md"):
        exec(compile(program, "docs/after_training.md", "exec"), names)
    assert names["withheld"] > 0.5  # of facts it has never seen
    assert any(rate.rate is not None for rate in names["rates"].values())
    assert names["comparison"].measured == len(names["known"]) >= 30


@pytest.mark.slow
def test_lm_eval_runs_in_order(tmp_path, monkeypatch):
    pytest.importorskip("lm_eval", reason="lm-eval is an extra of its own")
    shutil.copytree(ROOT / "tests/evaluation/harness_tasks", tmp_path / "my_tasks")
    shutil.copy(tmp_path / "my_tasks/places.jsonl", tmp_path)
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for program in programs("docs/lm_eval.md"):
        exec(compile(program, "docs/lm_eval.md", "exec"), names)
    values = [row.value for row in names["monitor"].history.itertuples()]
    assert len(values) == 6  # two metrics of the base model and of two epochs
    assert names["found"]["results"]["own_choice"]["acc,none"] in values


@pytest.mark.slow
@pytest.mark.parametrize("page", ["choose_checker", "recipes", "from_trl"])
def test_a_page_runs_in_order(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for program in programs(f"docs/{page}.md"):
        exec(compile(program, f"docs/{page}.md", "exec"), names)
    if page == "choose_checker":
        assert names["label"] != "supported" and "2021" in names["reason"]
    if page == "recipes":
        assert len(names["history"].history["val_hallucination_rate"]) == 2
    if page == "from_trl":
        assert "loss_self_distillation" in names["history"].history


def test_a_picture_reaches_the_captioner_as_tasks_say():
    names: dict = {}
    for program in programs("docs/tasks.md"):
        exec(compile(program, "docs/tasks.md", "exec"), names)
    names["monitor"].on_train_begin()
    (answer,) = names["monitor"].answers
    assert "'cat'" in answer.verdict.reason and answer.case.image is names["photo"]


@pytest.mark.parametrize("page", TRANSLATIONS)
def test_a_translation_has_the_same_code_and_figures(page):
    def parsed(of):
        return [ast.dump(ast.parse(program)) for program in programs(of)]

    def headings(of):
        without_code = re.sub(r"```.*?```", "", read(of), flags=re.DOTALL)
        return re.findall(r"^(#+) ", without_code, re.MULTILINE)

    def numbers(of):
        return {number.rstrip(".,").replace(",", "") for number in NUMBER.findall(read(of))}

    original = TRANSLATIONS[page]
    assert parsed(page) == parsed(original)  # so to run one is to run both
    assert parsed(page) or page not in ("README.zh.md", "docs/zh/index.md")
    assert headings(page) == headings(original)
    assert numbers(page) <= numbers(original)
    figures = re.compile(r"[+-]?\d[\d,.]*\d ± [\d.]+")
    assert set(figures.findall(read(page))) >= set(figures.findall(read(original)))


def test_every_public_name_has_its_place_in_the_api(api):
    pages = api.api_pages()
    for folder in kh.__all__:
        names = getattr(getattr(kh, folder), "__all__", ())
        assert set(names) == set(api.public_names().get(folder, ())), folder
        for name in names:
            origin = api.public_names()[folder][name]
            assert f"::: {origin}\n" in pages[f"api/{folder}.md"]
            module, _, attribute = origin.rpartition(".")
            defined = getattr(importlib.import_module(module), attribute)
            assert defined is getattr(getattr(kh, folder), name)


def test_every_cited_paper_is_in_the_table(api):
    table = api.papers_table()
    cited = set()
    for path in (ROOT / "keras_halluc").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        cited |= set(re.findall(r"https://(?:arxiv|aclanthology|doi|dl\.acm)[\w./]+[\w/]", text))
    assert len(cited) > 50
    assert [address for address in sorted(cited) if address not in table] == []
    assert "| [Lin 2004, " in table and table.count("https://aclanthology.org/W04-1013") == 1


def test_docstring_for_the_site(api):
    docstring = (
        "Sums.\n\nCall arguments:\n    x: float `(batch,)`, no\n        NaN."
        "\n\nExample:\n\n>>> f()\n1"
        '\n\nReferences:\n    Doe 2000, "Sums", https://a.org/1; Poe 2001,\n    https://a.org/2'
    )
    assert api.for_the_site(docstring) == (
        "Sums.\n\n**Call arguments**\n\n- `x`: float `(batch,)`, no\n        NaN.\n\n"
        "Examples:\n    >>> f()\n    1\n\n"
        '**References**\n\n- [Doe 2000, "Sums"](https://a.org/1)\n- [Poe 2001](https://a.org/2)\n\n'
    )


def test_every_key_a_callback_writes_is_explained_and_no_other():
    docstrings = [getattr(kh.callbacks, name).__doc__ or "" for name in kh.callbacks.__all__]
    written = {key for text in docstrings for key in FIRST_OF_ROW.findall(text)}
    assert {"val_hallucination_rate", "known_fit", "clipped_steps"} <= written
    page = read("docs/which_metric.md")
    keys = page[page.index("## The keys in `logs`") : page.index("## Metrics for")]
    explained = set(FIRST_OF_ROW.findall(keys))
    where = 'the table "The keys in `logs`" of docs/which_metric.md'
    assert [f"Explain `{key}` in {where}." for key in sorted(written - explained)] == []
    known = " ".join([*docstrings, kh.models.FineTuner.__doc__])
    assert [key for key in explained if f"`{key}`" not in known] == []


def test_every_checker_has_its_limits():
    explained = set(FIRST_OF_ROW.findall(read("docs/limits.md")))
    checkers = {name for name in kh.grounding.__all__ if name.endswith("Checker")} - {"Checker"}
    assert len(checkers) >= 4
    missing = sorted(checkers - explained)
    assert [f"Say in docs/limits.md where {name} fails." for name in missing] == []


def test_the_citation_names_this_version():
    assert f"\nversion: {kh.__version__}\n" in read("CITATION.cff")


def test_every_page_is_in_the_menu():
    menu = read("mkdocs.yml").partition("\nnav:")[2].partition("\ntheme:")[0]
    pages = sorted(path.name for path in (ROOT / "docs").glob("*.md"))
    missing = [page for page in pages if not re.search(rf"[ :]{re.escape(page)}$", menu, re.M)]
    assert [f"Add docs/{page} to `nav` in mkdocs.yml." for page in missing] == []
