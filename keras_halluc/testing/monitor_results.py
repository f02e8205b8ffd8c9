"""Promises of a monitor about its results: the table, the notebook view and what is printed."""

import html.parser
import math
from typing import Any

from keras_halluc.testing.promises import equal
from keras_halluc.testing.watched_fit import EPOCHS
from keras_halluc.testing.watched_fit import as_shown
from keras_halluc.testing.watched_fit import watched_fit

HOSTILE = "<script>alert('&amp;')</script>"  # a prefix that must be shown as it is
COLUMNS = ["epoch", "key", "value", "low", "high", "n"]
BLOCKS = {"div", "style", "figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td", "p"}
TEXTS = {"b", "bdi", "code", "strong", "em", "br"}
DRAWN = {"svg", "path", "text", "polygon", "polyline", "circle", "title"}


class _Page(html.parser.HTMLParser):
    """The tags, attributes and texts of a piece of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_monitor_history(contract: Any) -> None:
    """`history` has every value in `logs`, and that before training, with its interval."""
    model = contract.model()
    monitor = contract.make(model)
    logs, _ = watched_fit(contract, model, monitor)
    frame = monitor.history
    equal("columns of `history`", list(frame.columns), COLUMNS)
    expected = {(0, key): _number(value) for key, value in monitor.baseline.items()}
    for key in set(logs) & set(monitor.log_keys):
        expected |= {(i + 1, key): value for i, value in enumerate(logs[key])}
    rows = {(row.epoch, row.key): row for row in frame.itertuples()}
    equal("values in `history`", {at: row.value for at, row in rows.items()}, expected)
    for epoch, values in ((0, monitor.baseline), (EPOCHS, monitor.latest)):
        for key, value in values.items():
            row = rows[epoch, key]
            ends = [getattr(value, end, None) for end in ("low", "high")]
            found = [None if math.isnan(end) else end for end in (row.low, row.high)]
            equal(f"interval of {key} at epoch {epoch}", found, ends)


def assert_monitor_shown(contract: Any) -> None:
    """It is printed as one line, once, after Keras' bars; a notebook shows it as safe HTML."""
    model = contract.model()
    monitor = contract.make(model, prefix=HOSTILE)
    _, printed = watched_fit(contract, model, monitor, verbose="auto")
    lines = [line for line in as_shown(printed) if line]
    equal("last line that is printed", lines[-1], repr(monitor))
    equal("times it is printed", lines.count(repr(monitor)), 1)
    equal("lines with a loss, one of each epoch", sum("loss: " in line for line in lines), EPOCHS)
    said = repr(monitor)
    assert "\n" not in said and " at 0x" not in said, f"repr is no readable line: {said}"
    assert said.startswith(contract.monitor.__name__), f"repr does not say who: {said}"
    page = _Page(monitor._repr_html_())
    equal("tags that are ours", page.tags - BLOCKS - TEXTS - DRAWN, set())
    active = {name for name in page.attributes if name.startswith("on")}
    equal("attributes that load or run", active | page.attributes & {"src", "href"}, set())
    assert "svg" in page.tags, "no curve is drawn"
    shown = " ".join(page.text.split())
    for key in monitor.latest:
        assert " ".join(key.split()) in shown, f"{key} is not shown as it is"


def _number(value: Any) -> float:
    return float(getattr(value, "value", value))
