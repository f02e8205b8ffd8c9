"""Does a browser show an audit on a phone, on a screen and on paper, and run nothing in it?"""

import base64
import os
import pathlib

import pytest
from scripted import LabelChecker
from tab_page import open_browser

import keras_halluc as kh

pytestmark = [pytest.mark.loopback, pytest.mark.slow]

DOCS = pathlib.Path(__file__).parents[2] / "docs"
SCREENSHOTS = os.environ.get("KERAS_HALLUC_SCREENSHOTS")
SCRIPT = '</bdi></td></table><script>window.pwned = 1</script><img src=x onerror="pwned = 1">'
GROUPS = ("a", SCRIPT, "rare")


@pytest.fixture(scope="module")
def browser():
    found = open_browser()
    yield found
    found.quit()


@pytest.fixture(scope="module")
def report():
    cases = [
        kh.data.Case(
            SCRIPT + f"{i}" + "x" * 300,
            ("yes",),
            id=f"{SCRIPT}{i}",
            group=GROUPS[2 if i > 75 else i % 2],
        )
        for i in range(80)
    ]
    before, after = ["supported"] * 40 + ["unsupported"] * 40, ["unsupported"] * 20
    after += ["supported"] * 60
    return kh.audit(before, {SCRIPT: after}, cases, LabelChecker(), resamples=20)


def open_report(browser, report, tmp_path, width):
    report.to_html(tmp_path / "audit.html")
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 700}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get((tmp_path / "audit.html").as_uri())


def of_page(browser, script):
    return browser.execute_script(f"const all = (s) => [...document.querySelectorAll(s)]; {script}")


@pytest.mark.parametrize("width", [360, 800, 1440])
def test_at_any_width_and_nothing_runs(browser, report, tmp_path, width):
    open_report(browser, report, tmp_path, width)
    assert of_page(browser, "return [window.pwned || 0, document.scripts.length]") == [0, 0]
    assert of_page(browser, "return document.images.length") == 0
    if width < 800:  # each row below the other, named, and nothing beside the screen
        assert of_page(browser, "return document.documentElement.scrollWidth") <= width
        labels = "return getComputedStyle(all('td[data-label]')[0], '::before').content"
        assert "Hallucination rate" in of_page(browser, labels)
    else:
        assert of_page(browser, "return all('tr')[0].getBoundingClientRect().height") > 0
    first = of_page(browser, "return all('.outcome')[0].getBoundingClientRect().top")
    assert first < 500  # the sentence is what one sees first
    colors = "return all('.outcome .worse, .outcome .better').map(e => getComputedStyle(e).color)"
    assert set(of_page(browser, colors)) == {"rgb(179, 38, 30)", "rgb(27, 127, 59)"}
    lost = of_page(browser, "return all('td.worse').map(e => e.innerText)")
    assert any(text.startswith("20 of 40") for text in lost)


def test_on_paper_nothing_is_cut_and_all_is_unfolded(browser, report, tmp_path):
    open_report(browser, report, tmp_path, 720)
    shown = "return all('details p')[0].checkVisibility()"
    assert not of_page(browser, shown)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert of_page(browser, shown)
    assert of_page(browser, "return document.documentElement.scrollWidth") <= 720
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")


@pytest.mark.skipif(not SCREENSHOTS, reason="draws pictures when KERAS_HALLUC_SCREENSHOTS is set")
def test_screenshot(browser, tmp_path):
    """Draws docs/audit.png: the embedded model learns new facts and forgets old ones."""
    import keras

    facts = [kh.data.load_facts(split)[::6][:240] for split in ("asked", "unknown")]
    cases = [fact.case() for part in facts for fact in part]
    lm = kh.presets.load_facts_gpt2()
    lm.compile(optimizer=keras.optimizers.Adam(1e-3))
    before = kh.reports.record_answers(lm, cases, verbose=0)
    texts = [fact.prompt() + fact.answer for fact in facts[1]]
    lm.fit(texts, batch_size=8, epochs=6, verbose=0)
    open_report(browser, kh.audit(before, {"tuned": lm}, cases, verbose=0), tmp_path, 1200)
    browser.save_screenshot(str(DOCS / "audit.png"))
