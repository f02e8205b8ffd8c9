"""Does a browser show the notebook view at any width, and run nothing of what a model wrote?"""

import os
import pathlib

import pytest
from scripted import Script
from scripted import drive
from tab_page import open_browser

import keras_halluc as kh
from keras_halluc.callbacks import HallucinationMonitor

pytestmark = [pytest.mark.loopback, pytest.mark.slow]

DOCS = pathlib.Path(__file__).parents[2] / "docs"
SCREENSHOTS = os.environ.get("KERAS_HALLUC_SCREENSHOTS")
SCRIPT = '</td></table><script>window.pwned = 1</script><img src=x onerror="window.pwned = 1">'
PAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"></head>'
    '<body style="font: 14px sans-serif; margin: 16px">{}</body></html>'
)


@pytest.fixture(scope="module")
def browser():
    found = open_browser()
    yield found
    found.quit()


def open_view(browser, monitor, tmp_path):
    path = tmp_path / "view.html"
    path.write_text(PAGE.format(monitor._repr_html_()), encoding="utf-8", errors="strict")
    browser.get(path.as_uri())


class Spoiler:
    """Whatever is not "right" is contradicted, for that very reason."""

    def check(self, cases, outputs):
        return [
            kh.grounding.Verdict("supported", 1.0)
            if output == "right"
            else kh.grounding.Verdict("contradicted", 0.0, ((0, 20, "word"),), output)
            for output in outputs
        ]


@pytest.mark.parametrize("width", [480, 800, 1440])
def test_at_any_width_and_nothing_runs(browser, tmp_path, width):
    texts = [SCRIPT, "x" * 4000, "\u202eabc " + SCRIPT, SCRIPT * 9]
    cases = [kh.data.Case(f"{i}", ("yes",), group=SCRIPT, id=text) for i, text in enumerate(texts)]
    script = Script(["right"] * 4, texts)
    monitor = HallucinationMonitor(cases, Spoiler(), script, prefix=SCRIPT, verbose=0)
    drive(monitor, 1, script)
    browser.set_window_size(width, 900)
    open_view(browser, monitor, tmp_path)
    found = browser.execute_script(
        "return [window.pwned || 0, document.scripts.length, document.images.length, "
        "document.querySelector('svg').getBoundingClientRect().width, "
        "document.querySelectorAll('table')[1].rows.length]"
    )
    assert found[:3] == [0, 0, 0]
    assert 200 < found[3] <= width and found[4] == 5
    words = browser.execute_script(  # "contradicted" is not broken
        "return [...document.querySelectorAll('td')].filter(c => c.innerText == 'contradicted')"
        ".map(c => c.getBoundingClientRect().height)"
    )
    assert len(words) == 4


@pytest.mark.skipif(not SCREENSHOTS, reason="draws pictures when KERAS_HALLUC_SCREENSHOTS is set")
def test_screenshot(browser, tmp_path):
    """Draws docs/notebook_view.png: the embedded model learns new facts and forgets old ones."""
    import keras

    facts = [kh.data.load_facts(split)[::24][:90] for split in ("asked", "unknown")]
    cases = [fact.case() for part in facts for fact in part]
    lm = kh.presets.load_facts_gpt2()
    lm.compile(optimizer=keras.optimizers.Adam(1e-3))
    monitor = HallucinationMonitor(cases, budget=None, verbose=0)
    texts = [fact.prompt() + fact.answer for fact in facts[1]]
    lm.fit(texts, batch_size=8, epochs=6, callbacks=[monitor], verbose=0)
    browser.set_window_size(1040, 980)
    open_view(browser, monitor, tmp_path)
    browser.save_screenshot(str(DOCS / "notebook_view.png"))
