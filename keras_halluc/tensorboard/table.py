"""How do rows of untrusted texts become a table that TensorBoard's text page shows?"""

from collections.abc import Sequence

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_strings
from keras_halluc.tensorboard.escape import escape
from keras_halluc.tensorboard.marked import Marked
from keras_halluc.tensorboard.marked import render
from keras_halluc.tensorboard.marked import require_text


def table_cells(rows: Sequence[Sequence[str | Marked]], header: Sequence[str] | None) -> np.ndarray:
    """The table as the text page takes it: a cell is a piece of HTML of its own.

    Args:
        rows: sequence of rows of one length, each a sequence of str or `Marked`.
        header: sequence of str, one a column, or None. The page has no header of its own for such
            tables, so it becomes a first row in bold.

    Returns:
        object array `(rows, columns)` of UTF-8 bytes, the header included.

    Raises:
        TypeError: `rows` is not a table, or a cell is not a text.
        ValueError: there is no cell, or rows differ in length.
    """
    checked = [_require_row(f"rows[{i}]", row) for i, row in enumerate(_require_rows(rows))]
    if header is not None:
        names = require_strings("header", header)
        rendered = [[f"<strong>{escape(name)}</strong>" if name else "" for name in names]]
    else:
        names, rendered = [""] * len(checked[0]), []
    for i, row in enumerate(checked):
        if len(row) != len(names):
            wanted = "the header" if header is not None else "rows[0]"
            raise ValueError(
                f"`rows` must have {len(names)} cells each, as {wanted} has. "
                f"{received(f'rows[{i}]', row)}"
            )
        rendered.append([render(cell) for cell in row])
    cells = np.empty((len(rendered), len(names)), dtype=object)
    for i, line in enumerate(rendered):
        cells[i] = [cell.encode() for cell in line]
    return cells


def _require_rows(rows: Sequence[Sequence[str | Marked]]) -> list[Sequence[str | Marked]]:
    if isinstance(rows, (str, bytes)) or not hasattr(rows, "__iter__"):
        raise TypeError(f"`rows` must be a list of rows. {received('rows', rows)}")
    if not (checked := list(rows)):
        raise ValueError(f"`rows` must not be empty. {received('rows', rows)}")
    return checked


def _require_row(name: str, row: Sequence[str | Marked]) -> list[str | Marked]:
    if isinstance(row, (str, bytes)) or not hasattr(row, "__iter__"):
        raise TypeError(f"`rows` must hold rows, lists of str or Marked. {received(name, row)}")
    cells = [require_text(f"{name}[{i}]", cell) for i, cell in enumerate(row)]
    if not cells:
        raise ValueError(f"`rows` must hold rows with a cell at least. {received(name, row)}")
    return cells
