"""Is what a package index shows the README, without a link that leads nowhere there?"""

import configparser
import importlib
import re
import sys
from pathlib import Path

import pytest
from test_links import links

ROOT = Path(__file__).parents[1]
FIELDS = ("name", "description", "author", "license", "keywords", "classifiers")


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("package_page")
    finally:
        sys.path.remove(str(ROOT / "tools"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_page_is_that_of_the_readme(tool):
    expected = tool.package_page(read("README.md"), tool.source_url())
    assert read("PACKAGE.md") == expected, "run `python tools/package_page.py`"


def test_no_link_leads_nowhere(tool):
    for url in (None, "https://example.org/kh"):
        page = tool.package_page(read("README.md"), url)
        assert [to for to in links(page) if not re.match("https?://", to)] == []
        programs = [
            re.findall("```python\n(.*?)```", text, re.DOTALL) for text in (page, read("README.md"))
        ]
        assert programs[0] == programs[1] != []


def test_what_becomes_of_a_link_and_a_picture(tool):
    text = (
        "# A\n\n![p](docs/p.png)\n\n*what it shows*\n\n[b](docs/b.md#c), [docs/b.md](docs/b.md), "
        "[d](#d) and [e](https://e.org)\n"
    )
    page = tool.package_page(text)
    assert page.splitlines()[-1] == "b (`docs/b.md`), `docs/b.md`, d and [e](https://e.org)"
    assert "p.png" not in page and "what it shows" not in page and tool.NOTE in page
    page = tool.package_page(text, "https://s.org/kh")
    assert "![p](https://s.org/kh/raw/HEAD/docs/p.png)\n\n*what it shows*" in page
    assert "[b](https://s.org/kh/blob/HEAD/docs/b.md#c)" in page and tool.NOTE not in page


def test_a_package_index_is_told_what_it_asks():
    config = configparser.ConfigParser(interpolation=None)
    config.read_string(read("setup.cfg"))
    metadata = config["metadata"]
    assert [field for field in FIELDS if not metadata.get(field)] == []
    assert metadata["long_description"] == "file: PACKAGE.md"
