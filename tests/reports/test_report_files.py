"""Does every form of a report say what was measured, and show hostile text without obeying it?"""

import html.parser
import json
import re
import sys

import pytest
from scripted import LabelChecker
from scripted import case_list

import keras_halluc as kh

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</bdi></td></tr></table></style></div><script>1</script>",
    "<!-- -->]]><![CDATA[",
    "&lt;b&gt; &#60;i&#62;",
    "| a | b |\n|---|---|",
    "[x](javascript:alert(1)) ![y](http://z.example/p.png)",
    "**b** `c` ~~d~~ # e",
    "http://z.example 'quoted' \\ $x$ {{7*7}}",
    "中文 😀 é",
]
UNSHOWABLE = {"\ud800": "\ufffd", "a\x00b": "a\u2400b", "\u202eabc": "\u202eabc"}
VOID = {"meta", "br", "path", "circle"}
ALLOWED = {
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "th": {"scope"},
    **{tag: {"class"} for tag in ("div", "ul", "p", "span")},
    "td": {"class", "data-label"},
    "svg": {"width", "height", "aria-hidden"},
    "path": {"d", "stroke", "stroke-width", "stroke-dasharray"},
    "circle": {"cx", "cy", "r", "fill"},
    **{tag: set() for tag in ("head", "title", "body", "style", "h1", "h2", "table", "thead")},
    **{tag: set() for tag in ("tbody", "tr", "bdi", "br", "strong", "em", "li", "small")},
    **{tag: set() for tag in ("details", "summary")},
}


class Reader(html.parser.HTMLParser):
    """Collects the cells of a page; raises at what the page must not hold."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag == "br":
            self.handle_data("\n")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data.replace("\u00a0", " ")
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")

    handle_pi = unknown_decl = handle_comment

    def handle_decl(self, decl):
        assert decl == "DOCTYPE html"


class Labels(LabelChecker):
    """Everything without a label in it is unsupported, in its first half."""

    def check(self, cases, outputs):
        return [
            kh.grounding.Verdict("supported", 1.0)
            if output == "right"
            else kh.grounding.Verdict("unsupported", 0.0, ((0, len(output) // 2, "unsupported"),))
            for output in outputs
        ]


@pytest.fixture(scope="module")
def report():
    texts = [*HOSTILE, *UNSHOWABLE]
    cases = [kh.data.Case(t, ("x",), group=t, id=f"<b>{i}") for i, t in enumerate(texts)]
    return kh.audit(
        ["right"] * len(texts),
        {"<i>$4_bit$": texts, "same": ["right"] * len(texts)},
        cases,
        {"a|b": Labels()},
        details={"before": {"<u>MB": 4.704192, "by": "<s>us"}, "same": {"<u>MB": 1}},
        resamples=20,
    )


@pytest.mark.parametrize("whole", [True, False])
def test_html_is_one_valid_file_that_loads_and_runs_nothing(report, whole, tmp_path):
    text = report.to_html() if whole else report._repr_html_()
    page = Reader(text)
    if whole:
        assert report.to_html(tmp_path / "report.html") is None  # or a notebook would show it
        assert (tmp_path / "report.html").read_bytes() == text.encode("utf-8")
        assert text.startswith("<!DOCTYPE html>")
        assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in text
    flips = {row[1]: row for row in page.rows if row[0] in ("worse", "better")}
    assert len(flips) == len(HOSTILE) + len(UNSHOWABLE)
    for i, shown in enumerate([*HOSTILE, *UNSHOWABLE.values()]):
        assert flips[f"<b>{i}"][2:5] == [shown, "right", shown]
    assert ["before", "0.0 % [0.0, 22.8]", "100.0 % [77.2, 100.0]"] == page.rows[1][:3]
    assert page.rows[0][-2:] == ["<u>MB", "by"] and page.rows[1][-2:] == ["4.704", "<s>us"]
    assert "a|b" in page.text and "<i>$4_bit$" in page.text


def test_html_does_not_depend_on_when_it_is_made(report):
    assert report.to_html() == report.to_html()
    again = kh.reports.AuditReport.from_json(report.to_json())
    assert again.to_html() == report.to_html()


def test_long_texts_and_lists_are_cut_and_spans_outside_dropped():
    class Anything:
        def check(self, cases, outputs):
            spans = ((0, 3, "contradicted"), (900, 5000, "unsupported"), (4000, 9999, "other"))
            return [
                kh.grounding.Verdict("contradicted", 0.0, spans)
                if len(output) > 1
                else kh.grounding.Verdict("supported")
                for output in outputs
            ]

    report = kh.audit(["y"] * 120, ["x" * 1500] * 120, case_list(120), Anything(), resamples=20)
    text = report.to_html()
    page = Reader(text)
    flips = [row for row in page.rows if row[0] == "worse"]
    assert len(flips) == 100 and "The first 100 are shown" in page.text
    assert flips[0][4] == "x" * 1000 + "… (1500 characters)"
    assert "<strong><em>xxx</em></strong>" in text and "<strong>" + "x" * 100 + "</strong>" in text
    assert len(json.loads(report.to_json())["flips"]) == 120


def test_markdown_keeps_its_tables_and_lets_nothing_through(report, tmp_path):
    assert report.to_markdown(tmp_path / "report.md") is None
    text = report.to_markdown()
    assert (tmp_path / "report.md").read_bytes() == text.encode("utf-8") and str(report) == text
    tables = [block.split("\n") for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) == 4  # the second variant has no flips
    for rows in tables:
        assert len({re.sub(r"\\.", "", row).count("|") for row in map(str.strip, rows)}) == 1
    assert set(re.findall(r"(?<!\\)<[^>]*>", text)) == {"<br>", "<strong>", "</strong>"}
    assert not re.search(r"(?<!\\)\]\(|https?://", text)
    assert not re.search(r"(?<!\\)&#?\w+;", text)  # it is read as it stands, too
    assert "| -100.0 points [-100.0, -54.4] | **worse (p = 0.00024)** |" in text


def test_what_renders_markdown_shows_what_a_page_shows(report):
    mistune = pytest.importorskip("mistune", reason="needs mistune, which renders Markdown")
    plugins = ["table", "url", "strikethrough", "footnotes", "math", "task_lists", "mark"]
    render = mistune.create_markdown(escape=False, plugins=plugins)

    class Tags(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            self.tags.add(tag)

        def handle_data(self, data):
            self.text += data

    rendered = Tags()
    rendered.tags, rendered.text = set(), ""
    rendered.feed(render(report.to_markdown()))
    structure = {"h1", "h2", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
    assert rendered.tags == structure | {"strong", "br"}
    for shown in (*HOSTILE, "a\u2400b"):
        for line in shown.split("\n"):
            assert line in rendered.text


def test_json_comes_back_as_it_was(report, tmp_path):
    assert report.to_json(tmp_path / "report.json") is None
    text = report.to_json()
    assert (tmp_path / "report.json").read_text("ascii") == text

    def forbidden(name):
        raise AssertionError(name)

    data = json.loads(text, parse_constant=forbidden)
    unmeasured = [m for m in data["measures"] if m["name"] == "brier_score"][0]
    assert unmeasured["after"] is None and "models" in unmeasured["reason"]
    again = kh.reports.AuditReport.from_json(text)
    assert again == report and again.to_json() == text
    assert again.flips[0].verdict_after.spans == report.flips[0].verdict_after.spans
    assert (
        again.find("hallucination_rate").difference == report.find("hallucination_rate").difference
    )


NO_REPORTS = {
    "a list": "[]",
    "nothing": "{}",
    "another format": '{"format": "keras_halluc audit 0"}',
    "no parts": '{"format": "keras_halluc audit 1"}',
    "a part of another kind": '{"format": "keras_halluc audit 1", "variants": 3}',
    "cut": '{"format": "keras_halluc au',
    "deep": "[" * 100_000,
    "digits": '{"format": ' + "9" * 5000 + "}",
}


@pytest.mark.parametrize("text", NO_REPORTS.values(), ids=NO_REPORTS)
def test_other_json_is_refused(text):
    with pytest.raises(ValueError, match="`text` must be what `to_json` returned"):
        kh.reports.AuditReport.from_json(text)


def test_the_picture_shows_the_intervals(report):
    picture = report.plot(("hallucination_rate", "answer_accuracy", "brier_score"))
    panels = picture.axes
    assert [panel.get_title() for panel in panels] == ["Hallucination rate", "Answers right"]
    names = [label.get_text() for label in panels[0].get_yticklabels()]
    assert names == ["<i>$4_bit$", "same"]
    picture.canvas.draw()  # a name with dollar signs is no formula
    line = panels[0].lines[1]
    difference = report.find("hallucination_rate").difference
    assert list(line.get_xdata()) == [100 * difference.low, 100 * difference.high]
    with pytest.raises(ValueError, match="No difference was measured of these"):
        report.plot(("brier_score",))


def test_without_matplotlib_the_error_says_how_to_get_it(report, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'keras_halluc\[report\]'"):
        report.plot()


def test_find_says_what_there_is(report):
    with pytest.raises(ValueError, match="`name` must be one of .*'hallucination_rate'"):
        report.find("hallucinations")
    with pytest.raises(ValueError, match="`group` must be one of .*a.x00b.*group='a'"):
        report.find("hallucination_rate", group="a")
    with pytest.raises(ValueError, match="`variant` must be one of"):
        report.find("lost", "int8")
    with pytest.raises(ValueError, match="`checker` must be one of"):
        report.find("lost", checker="values")


def test_in_one_line_it_is_short(report):
    assert len(repr(report)) < 120 and "13 flips" in repr(report)
