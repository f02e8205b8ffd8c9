"""Does a notebook show what was measured, is what a model wrote only text, and fits the curve?"""

import html.parser
import re

import pytest
from scripted import Script
from scripted import case_list
from scripted import drive

import keras_halluc as kh
from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks.results.curve import HEIGHT
from keras_halluc.callbacks.results.curve import WIDTH
from keras_halluc.callbacks.results.curve import curve
from keras_halluc.statistics import Estimate
from keras_halluc.testing import hostile_texts

pytestmark = pytest.mark.eager


class Texts(html.parser.HTMLParser):
    """Tags, attributes, and the text inside each cell."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.attributes, self.cells, self.text = set(), set(), [], ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= dict(attrs).keys()
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data):
        self.text += data
        if self.cells:
            self.cells[-1] += data


HOSTILE = [text for text in hostile_texts() if len(text) < 200][:120]
OUR_TAGS = set("div style p b bdi code figure figcaption table thead tbody tr th td".split())
DRAWN = set("svg path text polygon polyline circle title strong em br".split())


def test_what_a_model_wrote_is_shown_and_never_obeyed():
    def spoilt(cases, outputs):
        right = [output == "right" for output in outputs]
        return [
            kh.grounding.Verdict(
                "supported" if good else "contradicted",
                float(good),
                () if good else ((0, len(output), "contradicted"),),
                reason=output,
            )
            for good, output in zip(right, outputs)
        ]

    checker = type("Spoiler", (), {"check": staticmethod(spoilt)})()
    texts = ["<img src=x onerror=alert(1)>", "</td></table><script>1</script>", *HOSTILE]
    for start in range(0, len(texts), 5):  # as many lost cases as are shown
        five = texts[start : start + 5]
        ids = [text if text.strip() else None for text in five]
        cases = [kh.data.Case(f"{i}", ("yes",), id=one) for i, one in enumerate(ids)]
        script = Script(["right"] * 5, five)
        monitor = HallucinationMonitor(cases, checker, script, verbose=0)
        drive(monitor, 1, script)
        shown = Texts(monitor._repr_html_())
        assert shown.tags <= OUR_TAGS | DRAWN
        assert not shown.attributes & {"src", "href"}
        assert not any(name.startswith("on") for name in shown.attributes)
        plain = [text for text in five if text.isascii() and text.isprintable() and text.strip()]
        for text in plain:  # in the columns of ids, outputs and reasons
            same = [cell for cell in shown.cells if cell.replace("\xa0", " ").rstrip("\n") == text]
            assert len(same) >= 3, text


class Judge:
    """Takes "y" for right."""

    def check(self, cases, outputs):
        labels = ["supported" if output == "y" else "unsupported" for output in outputs]
        spans = [((0, 1, "word"), (min(len(o), 290), len(o), "word")) for o in outputs]
        return [kh.grounding.Verdict(label, None, two) for label, two in zip(labels, spans)]


def seen(*rounds):
    """A monitor that has seen these rounds."""
    script = Script(*rounds)
    monitor = HallucinationMonitor(case_list(4), Judge(), script, verbose=0)
    drive(monitor, len(rounds) - 1, script)
    return monitor


def test_the_view_says_what_was_lost():
    monitor = seen(["y", "y", "y", "n"], ["n", "n", "n", "n"], ["n", "n", "y", "y"])
    shown = Texts(monitor._repr_html_())
    assert "model before training: 2 of 4 cases lost (right then, not right now), 1 g" in shown.text
    assert repr(monitor) in shown.text.replace("\xa0", " ")
    assert "val_hallucination_rate" in shown.text


def test_a_long_text_is_clipped_with_its_marks():
    shown = seen(["y"] * 4, ["x" * 5000] * 4)._repr_html_()
    assert len(shown) < 9000 and "<strong>x</strong>x" in shown and "xx</strong></bdi>…" in shown


def test_nothing_measured_is_said():
    shown = Texts(HallucinationMonitor(case_list(1))._repr_html_())
    assert "not measured yet" in shown.text and "svg" not in shown.tags


@pytest.mark.parametrize("values", [[1.0], [0.0, 0.0], [-2e-7, 3e-7], [1e6, 1e9, 2.0], [5.0] * 40])
def test_the_curve_stays_in_its_frame(values):
    points = [(i, Estimate(value, value - 0.1, value + 0.1, 9)) for i, value in enumerate(values)]
    picture = curve([*points, (99, float("nan"))], values[0], 100.0)
    assert "nan" not in picture and "99" not in re.findall(r">([^<]*)</text>", picture)
    pairs = re.findall(r"([-\d.]+),([-\d.]+)", picture)
    assert len(pairs) == 3 * len(values)
    for x, y in pairs:
        assert 0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT
    line = re.search(r'<polyline points="([^"]*)"', picture)[1].split()
    heights = [float(pair.split(",")[1]) for pair in line]
    for (a, b), (h, g) in zip(zip(values, values[1:]), zip(heights, heights[1:])):
        assert (h - g) * (b - a) >= 0.0  # higher values are further up


def test_nothing_finite_is_no_curve():
    assert curve([(0, float("inf"))], None, 1.0) == ""
