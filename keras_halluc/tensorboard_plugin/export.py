"""Export of the cases that are shown, all pages of them and whole texts, as CSV or JSON lines."""

import csv
import io
import json
from typing import Any

from tensorboard.errors import InvalidArgumentError

from keras_halluc.tensorboard_plugin.case_page import Chosen
from keras_halluc.tensorboard_plugin.case_page import label_of
from keras_halluc.tensorboard_plugin.comparison import others_said
from keras_halluc.tensorboard_plugin.texts import fields_of
from keras_halluc.tensorboard_plugin.texts import text_of
from keras_halluc.tensorboard_plugin.texts import texts_of

KINDS = {"csv": "text/csv", "jsonl": "application/jsonl"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs what begins so


def export(chosen: Chosen, run: str, other_run: str, kind: str) -> str:
    """The file.

    A field of a case becomes a column `fields.<name>` of a CSV file. There, what a spreadsheet
    would take for a formula has a `'` before it; JSON lines have every text as it is.

    Args:
        chosen: `Chosen`.
        run: str, the name of the run.
        other_run: str, that of the run compared with; used only where there is one.
        kind: `"csv"` or `"jsonl"`.

    Raises:
        InvalidArgumentError: of any other kind.
    """
    if kind not in KINDS:
        raise InvalidArgumentError(f"kind must be one of {tuple(KINDS)}")
    rows = export_rows(chosen, run, other_run)
    if kind == "jsonl":  # in ASCII, since a text may hold half of a surrogate pair
        return "".join(json.dumps(row) + "\n" for row in rows)
    lines = [_flat(row) for row in rows]
    columns = list(dict.fromkeys(name for line in lines for name in line))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\r\n")
    writer.writeheader() if columns else None
    writer.writerows({name: _cell(value) for name, value in line.items()} for line in lines)
    return stream.getvalue().encode("utf-8", "backslashreplace").decode("utf-8")


def export_rows(chosen: Chosen, run: str, other_run: str) -> list[dict[str, Any]]:
    """A dict for each case, with its whole texts."""
    block, rows = chosen.block, chosen.rows
    names = [block.ids[row] for row in rows]
    others = others_said(chosen.other, names, None)
    found = []
    texts = zip(rows, block.cases(rows), block.answers(rows), others, strict=True)
    for row, case, answer, other in texts:
        name = block.ids[row]
        line = {
            "run": run,
            "epoch": block.step,
            "id": name,
            "group": block.file.groups.get(name),
            "prompt": text_of(case, "prompt"),
            "references": texts_of(case, "references"),
            "source": text_of(case, "source"),
            "output": text_of(answer, "output"),
            "label": block.labels[row],
            "score": block.scores[row],
            "reason": text_of(answer, "reason"),
            "spans": answer.get("spans") if isinstance(answer.get("spans"), list) else [],
            "was": label_of(chosen.before, name),
            "change": chosen.kinds[row],
        }
        if chosen.other is not None:
            said = other or {"output": {"pieces": []}, "label": "-", "score": None}
            line["other_run"], line["other_epoch"] = other_run, chosen.other.step
            line["other_output"] = "".join(text for text, _ in said["output"]["pieces"])
            line["other_label"], line["other_score"] = said["label"], said["score"]
        found.append({**line, "fields": fields_of(case)})
    return found


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    fields = row.pop("fields")
    return row | {f"fields.{name}": value for name, value in fields.items()}


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, (int, float)):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "'" + text if text.startswith(FORMULA) else text
