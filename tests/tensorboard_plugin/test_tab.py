"""Does the tab show what was written, in a browser and in a real TensorBoard?"""

import random
import re

import pytest
from tab_runs import LONG
from tab_runs import SCRIPT
from tab_runs import make_answers
from tab_runs import make_cases
from tab_runs import write_step

from keras_halluc.tensorboard import EventWriter

pytestmark = pytest.mark.loopback

CASES = make_cases(130)


def test_a_run_as_the_quickstart_writes_it(tab, written):
    monitor = written[2]
    tab.open(framed=True, runs="quickstart")
    last = monitor.answers
    assert len(tab.rows()) == len(last)
    by_id = {row["id"]: row for row in tab.rows()}
    for answer in last:
        row = by_id[answer.case.id or str(answer.index)]
        assert row["output"] == answer.output
        assert row["prompt"] == answer.case.prompt
        assert row["verdict"].startswith(answer.verdict.label)
    epochs = len(monitor.model.history.epoch)
    assert f"stopped at epoch {epochs} of 20" in tab.text(".runs")
    for theme in ("dark", "light"):
        tab.set_theme(theme)
        paper = tab.one(".cases-table").value_of_css_property("background-color")
        assert (max(map(int, re.findall(r"\d+", paper)[:3])) < 100) == (theme == "dark")
    charts = [chart.get_attribute("data-key") for chart in tab.all(".chart")]
    assert charts[:3] == ["val_hallucination_rate", "heldout_known_accuracy", "unknown_fit"]
    tab.choose("[aria-label='Cases of']", "quickstart/knowledge")
    tab.wait(lambda: tab.hash().get("part") == "quickstart/knowledge", "the part")
    loaded = tab.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert len(loaded) > 10
    assert [name for name in loaded if not name.startswith(tab.address)] == []
    # TensorBoard's own button; the page's own clock is stopped, so that it cannot be that.
    tab.run("performance.clearResourceTimings(); for (let i = 0; i < 9999; i++) clearInterval(i)")
    tab.browser.switch_to.default_content()
    tab.click(".reload-button")
    tab.enter()
    tab.wait(lambda: tab.run("return performance.getEntriesByType('resource').length"), "a reload")


def test_curves_have_bands_best_and_stop(tab, server):
    tab.open(runs="random")
    (rate, accuracy) = tab.all(".chart")
    for chart in (rate, accuracy):
        for mark in (".band", ".line", ".best", ".stop", ".now"):
            assert len(chart.find_elements("css selector", mark)) == 1, mark
    query = {"run": "random", "key": "val_hallucination_rate"}
    (curve,) = server.get("plugin/hallucination/curves", **query)["curves"]
    said = rate.find_element("css selector", "svg").get_attribute("aria-label")
    assert "lower is better" in said
    assert f"at epoch {curve['best']}, stopped at epoch 6" in said
    assert len(curve["points"]) == 7
    tab.click(".key-picker summary")
    assert [one.text for one in tab.all(".key-picker legend")] == ["Hallucination"]
    tab.click(".key-picker input")
    tab.wait(lambda: len(tab.all(".chart")) == 1, "one chart")
    assert tab.hash()["keys"] == "val_answer_accuracy"


def test_stepping_by_keys_buttons_and_clicks(tab, written):
    from selenium.webdriver.common.keys import Keys

    outputs = {step: said[0] for step, said in written[1].items()}
    tab.open(runs="random", sort="given")
    seen = []
    for keys, step in [
        (None, 6),
        (Keys.ARROW_LEFT, 5),
        (Keys.HOME, 0),
        (Keys.ARROW_RIGHT, 1),
        (Keys.END, 6),
    ]:
        if keys:
            tab.press(keys)
        tab.wait_step(step)
        seen.append([row["output"] for row in tab.rows()])
        assert seen[-1] == outputs[step][:50]
    tab.click("[aria-label='Previous epoch']")
    tab.wait_step(5)
    assert tab.one(".epoch").text == "epoch 5 of 6"
    tab.press("]", "]")
    tab.wait(lambda: tab.ids()[-1] == "c129", "the last page")
    assert tab.ids() == [f"c{i}" for i in range(100, 130)]
    tab.click(".history")
    tab.wait(lambda: tab.step() == 3, "the middle of the strip")


def test_filters_search_and_order(tab, written):
    outputs, verdicts = written[1][6]
    firsts = written[1][0][1]
    rank = {"contradicted": 0, "unsupported": 1, "abstained": 2, "supported": 3}
    worse = [
        case.id
        for case, now, then in zip(CASES, verdicts, firsts)
        if now.measured and then.measured and rank[now.label] < rank[then.label]
    ]
    tab.open(runs="random", sort="given")
    tab.press("w")
    tab.wait_caption(f"{len(worse)} of 130 cases")
    assert tab.ids() == worse[:50]
    assert {row["verdict"].splitlines()[1].split()[0] for row in tab.rows()} == {"was"}
    tab.click("button.abstained")
    both = [name for name in worse if verdicts[int(name[1:])].label == "abstained"]
    tab.wait_caption(f"{len(both)} of 130 cases")
    assert tab.ids() == both
    tab.press("w")
    tab.click("button.abstained")
    tab.choose("[aria-label='Group']", "old")
    old = [case.id for case in CASES if case.group == "old"]
    tab.wait_caption(f"{len(old)} of 130 cases")
    assert tab.ids() == old
    tab.press("/", "ωMEGA")
    found = [
        name for name in old if "Ωmega" in outputs[int(name[1:])] + verdicts[int(name[1:])].reason
    ]
    tab.wait_caption(f"{len(found)} of 130 cases")
    assert tab.ids() == found
    tab.press(" nowhere")
    tab.wait(lambda: "No case matches." in tab.text(".notice"), "the empty table")
    tab.click(".notice button")
    tab.wait_caption("130 of 130 cases")


def test_spans_are_marked_and_a_case_opens(tab, written):
    from selenium.webdriver.common.keys import Keys

    outputs, verdicts = written[1][6]
    tab.open(runs="random", sort="given", step="6")
    for place, verdict in enumerate(verdicts[:20]):
        marks = tab.all("tr.case")[place].find_elements("css selector", "td.output mark")
        wanted = [(outputs[place][a:b], kind) for a, b, kind in verdict.spans]
        assert [(mark.text, mark.get_attribute("class")) for mark in marks] == wanted
    tab.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    tab.wait(lambda: tab.all(".case-details"), "the details")
    assert tab.hash()["open"] == "c1"
    details = tab.text(".case-details")
    assert "answer 1" in details and verdicts[1].reason in details
    assert len(tab.all(".case-details li")) == 7
    tab.press(Keys.ARROW_LEFT)
    tab.wait(lambda: "Output, epoch 5" in tab.text(".case-details"), "the details of epoch 5")
    assert tab.run("return document.activeElement.innerText") == "▾ c1"  # the focus stayed
    tab.press(Keys.ESCAPE)
    tab.wait(lambda: not tab.all(".case-details"), "the case to close")
    tab.press("?")
    tab.wait(lambda: tab.all("dialog[open] kbd"), "the list of keys")


def test_a_link_leads_to_the_same_view(tab):
    values = {
        "runs": "random,quickstart",
        "keys": "val_answer_accuracy",
        "part": "random/hallucination",
        "step": "2",
        "against": "previous",
        "labels": "contradicted,unsupported",
        "change": "worse",
        "search": "Paris",
        "sort": "score",
        "other": "quickstart/hallucination",
        "otherStep": "1",
        "pair": "differ",
        "open": "c3",
    }
    tab.open(".cases-table[data-step='2']", framed=True, **values)
    assert tab.hash() == values
    assert tab.one("button.worse").get_attribute("aria-pressed") == "true"
    assert tab.one("input[type=search][placeholder^=Search]").get_attribute("value") == "Paris"
    assert len(tab.all(".chart")) == 1
    assert tab.all("tr.case button[aria-expanded=true]") or "c3" not in tab.ids()
    tab.browser.switch_to.default_content()
    tab.run("window.location.hash = '#text'")
    tab.wait(lambda: tab.hash() == {}, "another tab of TensorBoard")
    tab.run("window.location.hash = '#hallucination'")
    tab.wait(lambda: tab.hash() == values, "the address of the view")


def test_a_run_without_cases_and_no_run_at_all(tab):
    tab.open(".cases .message", runs="empty")
    assert "No cases of the chosen runs yet." in tab.text("main")
    assert "No values of the chosen runs yet." in tab.text("main")
    tab.all(".runs input[type=checkbox]")[0].click()
    tab.wait(lambda: "No run is chosen." in tab.text("main"), "no run chosen")


def test_hostile_and_huge_outputs_are_texts(tab):
    tab.open(runs="hostile%2C 100%25", sort="given")
    script, long, half = tab.rows()
    assert script["id"] == script["case"].removeprefix("▸ ") == SCRIPT
    assert script["prompt"] == script["output"] == script["reason"] == script["group"] == SCRIPT
    assert long["output"].endswith("characters") and len(long["output"]) < 500
    assert tab.run("return [...document.querySelectorAll('main script, main img')]") == []
    tab.all("button.open")[0].click()
    tab.wait(lambda: tab.all(".case-details"), "the details")
    assert tab.text(".case-details").count(SCRIPT) >= 5
    tab.all("button.open")[1].click()
    tab.wait(lambda: "Prompt\nlong" in tab.text(".case-details"), "the other details")
    whole = tab.run(
        "return [...document.querySelectorAll('.case-details .box')]"
        ".some((box) => box.textContent === arguments[0])",
        LONG,
    )
    assert whole
    assert half["id"] == "\\ud800"
    tab.all("button.open")[2].click()
    tab.wait(lambda: "Prompt\nhalf" in tab.text(".case-details"), "the details of half")
    assert tab.run("return [window.top.pwned === undefined, window.pwned === undefined]") == [
        True,
        True,
    ]


def test_controls_have_names_and_roles(tab):
    tab.open(runs="random", open="c1")
    nameless = tab.run(
        """
        const nodes = document.querySelectorAll("button, input, select, svg, nav, section, table");
        const named = (node) => node.innerText?.trim() || node.ariaLabel
          || node.labels?.length || node.querySelector(":scope > caption, :scope > h3");
        return [...nodes].filter((node) => !named(node)).map((node) => node.outerHTML);
        """
    )
    assert nameless == []


def test_a_run_is_followed_while_it_is_written(tab, server, written):
    folder = written[0] / "live/hallucination"
    rng = random.Random(1)
    cases = make_cases(5, grouped=False)
    with EventWriter(folder) as writer:
        write_step(writer, cases, *make_answers(rng, 5), 0, 2)
        server.wait(lambda server: "live" in server.fetch("plugin/hallucination/runs").decode())
        tab.open(runs="live")
        assert "epoch 0 of 2 so far" in tab.text(".runs")
        outputs, verdicts = make_answers(rng, 5)
        write_step(writer, cases, outputs, verdicts, 1, 2)
        tab.wait_step(1)
        assert sorted(row["output"] for row in tab.rows()) == sorted(outputs)
        tab.wait(lambda: "epoch 1 of 2 so far" in tab.text(".runs"), "the state of the run")
        assert not tab.all(".stop")
