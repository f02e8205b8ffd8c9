"""Does every link in our Markdown lead somewhere? Without network: addresses are only parsed."""

import urllib.parse
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

ROOT = Path(__file__).parents[1]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("keras_halluc/**/*.md")})
READER = MarkdownIt("commonmark").enable("table").use(anchors_plugin, max_level=6)


def anchors(text):
    """What GitHub calls the headings of a page."""
    return {token.attrs["id"] for token in READER.parse(text) if token.type == "heading_open"}


def links(text):
    """Targets of links and pictures."""
    inner = [child for token in READER.parse(text) for child in token.children or ()]
    found = (child.attrs.get("href") or child.attrs.get("src") for child in inner)
    return [urllib.parse.unquote(target) for target in found if target]


def broken(target, page):
    """Why a link on that page leads nowhere, or None."""
    parts = urllib.parse.urlsplit(target)
    if parts.scheme or parts.netloc:
        good = parts.scheme in ("http", "https") and "." in parts.netloc and " " not in target
        return None if good else "is no address"
    to = page if not parts.path else page.parent / parts.path
    if not to.exists():
        return "there is no such file"
    if parts.fragment and parts.fragment not in anchors(to.read_text(encoding="utf-8")):
        return "there is no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links(page):
    found = {target: broken(target, page) for target in links(page.read_text(encoding="utf-8"))}
    assert {target: why for target, why in found.items() if why} == {}


@pytest.mark.parametrize(
    "target, why",
    [
        ("README.md", None),
        ("README.md#ten-lines", None),
        ("README.zh.md#十行代码", None),
        ("docs/quickstart.png", None),
        ("https://arxiv.org/abs/2405.05904", None),
        ("docs/no_such_page.md", "there is no such file"),
        ("README.md#no-such-heading", "there is no such heading"),
        ("https:/arxiv.org", "is no address"),
        ("ftp://arxiv.org/abs", "is no address"),
    ],
)
def test_a_planted_fault_is_found(target, why):
    text = f"[a]({target}) and `[b](code.md)`"
    assert links(text) == [target] and broken(target, ROOT / "CHANGELOG.md") == why
