"""What the blocks of figures share: a result read, a table, an interval. For `figures.py`."""

import json
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
NOT_YET = "Not measured yet."


def read(name):
    """The results of that name, or None where they are not there yet."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def table(head, rows):
    """A Markdown table; cells are str."""
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def interval(value, low, high, places=1):
    return f"{value:.{places}f} ({low:.{places}f} to {high:.{places}f})"
