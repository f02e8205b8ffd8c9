"""Does the tab answer three questions first, at any width, and compare two runs?"""

import json

import pytest
from planted_runs import planted_run

from keras_halluc.statistics.worsening import worsening
from keras_halluc.statistics.worsening_sentence import worsening_sentence

pytestmark = pytest.mark.loopback


@pytest.fixture
def sized(tab):
    """The tab, and a function that gives its page a size in pixels."""
    before = tab.browser.get_window_size()

    def resize(width, height):
        tab.browser.set_window_size(width, height)
        missing = height - tab.run("return window.innerHeight")
        tab.browser.set_window_size(width, height + missing)
        assert tab.run("return [window.innerWidth, window.innerHeight]") == [width, height]

    yield tab, resize
    tab.browser.set_window_size(before["width"], before["height"])


def test_three_answers(tab):
    tab.open(".heat-map td", runs="worse,steady", part="worse/hallucination")
    tab.wait(lambda: len(tab.all(".runs-table tbody tr")) == 2, "the table of runs")
    sentence, evidence = worsening_sentence(worsening(*planted_run(worse=("g2",), jump=0.6)))
    best, trend = (one.text for one in tab.all(".sentence"))
    assert trend == sentence and trend.startswith("Worse since epoch 4 in group “g2”")
    tab.all(".evidence summary")[1].click()
    assert evidence in tab.all(".evidence")[1].text
    assert best.startswith("steady ")
    assert tab.one(".runs-table tr[aria-current]").get_attribute("data-run") == "worse"
    rows = tab.all(".heat-map tbody tr")
    assert [row.get_attribute("data-group") for row in rows][:2] == ["all cases", "g2"]
    since = rows[1].find_elements("css selector", "td.since")
    assert len(since) == 1 and "epoch 4: " in since[0].get_attribute("title")
    since[0].click()
    tab.wait_step(4)
    tab.wait_caption("40 of 160 cases")
    assert {row["group"] for row in tab.rows()} == {"g2"}
    assert (tab.hash()["group"], tab.hash()["step"]) == ("g2", "4")
    tab.click("tr[data-run=steady] button")
    tab.wait(lambda: tab.hash()["part"] == "steady/hallucination", "the other run")
    tab.wait(lambda: "Not getting worse" in tab.all(".sentence")[1].text, "its sentence")


def test_narrow_frames(sized):
    tab, resize = sized
    tab.open(runs="first,second", part="first/hallucination", other="second/hallucination")
    tab.wait(lambda: tab.all(".heat-map td") and tab.all(".runs-table td"), "the first block")
    for width in (1000, 800, 480):
        resize(width, 800)
        wide, boxes = tab.run(
            """
            const boxes = [...document.querySelectorAll("tr.case td.output, tr.case td.other")];
            return [document.documentElement.scrollWidth, boxes.map((box) => box.clientWidth)];
            """
        )
        assert wide <= width and len(boxes) == 6 and min(boxes) > 150


def test_cases_above_the_fold(sized):
    tab, resize = sized
    resize(1280, 736)  # what TensorBoard leaves of 800
    tab.open(runs="worse,steady", part="worse/hallucination")
    tab.wait(lambda: tab.all(".heat-map td") and tab.all(".runs-table td"), "the first block")
    rows = tab.run(
        "return [...document.querySelectorAll('tr.case')]"
        ".filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert rows >= 3


def test_two_runs_case_by_case(tab):
    tab.open(runs="first,second", part="first/hallucination", sort="given")
    tab.choose("[aria-label='Compare with']", "second/hallucination")
    tab.wait(lambda: tab.all("[aria-label=Pairs] button"), "the filters")
    texts = [button.text for button in tab.all("[aria-label=Pairs] button")]
    assert texts == [
        "first right, second wrong 1",
        "second right, first wrong 1",
        "verdicts differ 2",
    ]
    tab.all("[aria-label=Pairs] button")[1].click()
    tab.wait(lambda: tab.ids() == ["c1"], "the case")
    assert tab.hash()["pair"] == "second" and tab.hash()["other"] == "second/hallucination"
    assert tab.text("td.other").startswith("supported 1")
    link = tab.one(".export a[download$=jsonl]").get_attribute("href")
    (line,) = tab.run(
        "return fetch(arguments[0]).then((answer) => answer.text())", link
    ).splitlines()
    exported = json.loads(line)
    assert exported["id"] == "c1" and exported["other_label"] == "supported"
    assert len(exported["output"]) > 900
    mark, cell = (tab.one(f"td.output {name}").rect for name in ("mark", ".fold"))
    assert cell["y"] <= mark["y"] and mark["y"] + mark["height"] <= cell["y"] + cell["height"]
    tab.click("button.open")
    tab.wait(lambda: tab.all(".case-details mark"), "the details")
    mark, box = tab.one(".case-details mark").rect, tab.all(".side-by-side .box")[0].rect
    assert box["y"] <= mark["y"] <= box["y"] + box["height"]
    details = tab.text(".case-details")
    assert "page\n1" in details and "more characters" in details  # a field; the prompt is folded
    assert tab.text(".passages td") == "9 million"
    assert tab.text(".passages td + td") == "It cost 6 million pounds."
    source = tab.all(".side-by-side > section")[1].rect
    assert source["y"] == tab.all(".side-by-side > section")[0].rect["y"]  # beside, not below


def test_a_case_shows_its_picture(tab):
    shown = "return document.querySelector('.case-details .picture')?.naturalWidth"
    tab.open(runs="first", part="first/hallucination", open="c0")
    tab.wait(lambda: tab.run(shown) == 8, "the picture")
    tab.open(runs="first", part="first/hallucination", open="c1")
    tab.wait(lambda: "photos/1.jpg" in tab.text(".case-details"), "its path")
    assert tab.run(shown) is None


def test_the_address_holds_runs_and_part_from_the_beginning(tab):
    tab.open()
    shown = tab.hash()
    assert len(shown["runs"].split(",")) == 8 and "hostile%2C 100%25" in shown["runs"]
    assert shown["part"].endswith("/hallucination") or shown["part"].endswith("/knowledge")
    assert tab.one("[aria-label='Cases of']").get_attribute("value") == shown["part"]
