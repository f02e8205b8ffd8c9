"""Notebook view of a monitor: sentence, curves, values and the cases it lost, as safe HTML.

Nothing is loaded and nothing runs. What a user or a model wrote is escaped character by character
and set apart, so that it can neither become markup nor turn the text around it.
"""

import html
from collections.abc import Sequence

from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.observed.case_names import case_name
from keras_halluc.callbacks.results.curve import curve
from keras_halluc.callbacks.results.flips import Pair
from keras_halluc.callbacks.results.flips import flips_since_first
from keras_halluc.callbacks.results.record import Record
from keras_halluc.callbacks.results.value_text import interval_text
from keras_halluc.callbacks.results.value_text import scale
from keras_halluc.callbacks.results.value_text import title
from keras_halluc.callbacks.results.value_text import unit
from keras_halluc.callbacks.results.value_text import value_text
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.tensorboard.marked import Marked
from keras_halluc.tensorboard.marked import render

WORST = 5  # lost cases that are shown
LONGEST = 300  # characters of a text that are shown
WRITTEN = {"case", "prompt", "output then", "output now", "reason"}  # columns of free text
STYLE = """
.kh-monitor table { border-collapse: collapse; margin: 0.4rem 0; }
.kh-monitor th, .kh-monitor td { border-bottom: 1px solid #8884; padding: 0.15rem 0.6rem;
  text-align: left; vertical-align: top; }
.kh-monitor .text { min-width: 7rem; max-width: 24rem; overflow-wrap: anywhere; }
.kh-monitor figure { display: inline-block; margin: 0.4rem 1rem 0.4rem 0; }
.kh-monitor strong { background: #f9c7c399; }
"""


def notebook_view(
    head: str, record: Record, drawn: Sequence[str], prefix: str, taken: set[str | None]
) -> str:
    """A piece of HTML.

    Args:
        head: str, the sentence, shown in bold.
        record: `Record`.
        drawn: list of str, log keys whose curves are drawn.
        prefix: str, that of the keys.
        taken: set of str, ids of all cases.
    """
    parts = [f'<div class="kh-monitor">\n<style>{STYLE}</style>\n<p><b>{_text(head)}</b></p>\n']
    for key in drawn:
        name = key.removeprefix(prefix)
        picture = curve(record.series(key), record.before(key), scale(name))
        measured_in = f" ({unit(name)})" if unit(name) else ""
        base = ", dashed: before training" if record.before(key) is not None else ""
        caption = f"{_text(title(name))}{measured_in} by epoch, band: 95 % interval{base}"
        if picture:
            parts.append(f"<figure>{picture}<figcaption>{caption}</figcaption></figure>\n")
    parts += [_values(record, prefix), _lost(record, taken)]
    return "".join([*parts, "</div>\n"])


def _values(record: Record, prefix: str) -> str:
    """A table of the latest value of each key."""
    rows = []
    for key in record.keys():
        name = key.removeprefix(prefix)
        epoch, value = record.series(key)[-1]
        before = record.before(key)
        was = "" if before is None else value_text(name, before)
        count = str(value.count) if isinstance(value, Estimate) else ""
        now, ends = value_text(name, value), interval_text(name, value)
        rows.append(["<code>" + _text(key) + "</code>", was, str(epoch), now, ends, count])
    header = ["key", "before training", "epoch", "value", "95 % interval", "n"]
    return _table(header, rows)


def _lost(record: Record, taken: set[str | None]) -> str:
    """The cases that were right first and are not now, the worst of them with their texts."""
    lost, gained, count = flips_since_first(record)
    if not count:
        return ""
    first = record.answered()[0][0]
    then = "the model before training" if first == record.base else f"epoch {first}"
    told = (
        f"<p>Compared with {then}: {len(lost)} of {count} cases lost (right then, not right now), "
        f"{len(gained)} gained.</p>\n"
    )
    rows = [_lost_row(pair, taken) for pair in lost[:WORST]]
    shown = f"<p>The worst {len(rows)}:</p>\n" if len(rows) < len(lost) else ""
    header = ["case", "prompt", "output then", "output now", "verdict now", "reason"]
    return told + shown + _table(header, rows)


def _lost_row(pair: Pair, taken: set[str | None]) -> list[str]:
    then, now = pair
    texts = [case_name(now, taken), now.case.prompt, then.output]
    told = [now.verdict.label, now.verdict.reason]
    return [*map(_clipped, texts), _output(now), *map(_clipped, told)]


def _output(answer: Answer) -> str:
    """The output with its spans marked, as far as it is shown."""
    spans = [(a, min(b, LONGEST), kind) for a, b, kind in answer.verdict.spans if a < LONGEST]
    text = Marked(answer.output[:LONGEST], tuple(spans))
    return _text(text) + ("…" if len(answer.output) > LONGEST else "")


def _clipped(text: str) -> str:
    return _text(text[:LONGEST]) + ("…" if len(text) > LONGEST else "")


def _text(text: str | Marked) -> str:
    """Text of whatever origin, shown literally and apart from what surrounds it."""
    return f"<bdi>{render(text)}</bdi>"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are HTML already; `""` without rows."""
    if not rows:
        return ""
    kinds = [' class="text"' if name in WRITTEN else "" for name in header]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in header)
    lines = [
        "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True))
        for row in rows
    ]
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
