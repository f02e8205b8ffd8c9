"""Where does each row of evaluation data stand, in a file, a DataFrame or a list?"""

import codecs
import csv
import difflib
import io
import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_halluc._parse_json import JSONTextError
from keras_halluc._parse_json import parse_json
from keras_halluc._require import received
from keras_halluc._types import Case

SUFFIXES = (".jsonl", ".json", ".csv")
SEPARATOR = "|"  # between the references in one cell of a .csv file


def case_rows(source: Any) -> Iterator[tuple[str, Any]]:
    """Pairs of where a row stands and the row, a dict if it came from a file.

    A `.jsonl` file is read line by line and never as a whole. A line that cannot be read comes as
    the ValueError that says why, for `read_case` to raise, so that the lines after it can be read.
    """
    if isinstance(source, (str, os.PathLike)):
        yield from _file_rows(Path(source))
    elif hasattr(source, "to_dict") and hasattr(source, "columns"):  # a pandas DataFrame
        if len(set(source.columns)) < len(source.columns):
            raise ValueError(
                f"`source` must have each column once. {received('columns', list(source.columns))}"
            )
        for number, row in enumerate(source.to_dict("records")):
            yield f"row {number} of the DataFrame", row
    elif isinstance(source, (bytes, Mapping, Case)) or not isinstance(source, Iterable):
        raise TypeError(
            "`source` must be a path, a DataFrame, or a list of dict, of Case or of "
            f"(prompt, reference). {received('source', source)}"
        )
    else:
        for number, row in enumerate(source):
            yield f"item {number}", row


def count_rows(source: Any) -> int | None:
    """How many rows `case_rows` will give at most; None where only reading them would tell."""
    if hasattr(source, "__len__") and not isinstance(source, str):
        return len(source)
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        if path.suffix.lower() == ".jsonl" and path.is_file():
            with open(path, "rb") as file:
                return sum(1 for _ in file)
    return None


def did_you_mean(names: Iterable[Any], *known: str) -> str:
    """A guess at what was misspelt, or nothing."""
    for name in names:
        close = difflib.get_close_matches(str(name)[:60].strip().lower(), known, n=1)
        if close and close[0] != name:
            return f" Did you mean `{close[0]}` where it says `{name}`?"
    return ""


def _file_rows(path: Path) -> Iterator[tuple[str, Any]]:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(
            f"`source` must be a path that ends in one of {SUFFIXES}. "
            f"{received('source', str(path))}"
        )
    if not path.is_file():
        raise FileNotFoundError(
            f"`source` must be an existing file; the current folder is {os.getcwd()!r}. "
            f"{received('source', str(path))}"
        )
    if suffix == ".jsonl":
        yield from _jsonl_rows(path)
        return
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path.name} must be in UTF-8: save it again with that encoding. The first other byte "
            f"is at position {error.start}."
        ) from None
    yield from (_json_rows if suffix == ".json" else _csv_rows)(text, path.name)


def _jsonl_rows(path: Path) -> Iterator[tuple[str, Any]]:
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            place = f"line {number} of {path.name}"
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if line.strip():
                yield place, _jsonl_row(line.rstrip(b"\r\n"), place)


def _jsonl_row(line: bytes, place: str) -> Any:
    """The row of a line, or the error that says what is wrong with it."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return ValueError(
            f"{place} must be in UTF-8: save the file again with that encoding. The first other "
            f"byte is at position {error.start} of the line."
        )
    try:
        return parse_json(text)
    except JSONTextError as error:
        return ValueError(f"{place} must be one JSON object: {error}. {received('line', text)}")


def _json_rows(text: str, name: str) -> Iterator[tuple[str, Any]]:
    try:
        rows = parse_json(text)
    except JSONTextError as error:
        raise ValueError(
            f"{name} must be valid JSON: {error}. If it has one object a line, name it .jsonl."
        ) from None
    if not isinstance(rows, list):
        raise ValueError(f"{name} must hold a list of objects. {received('content', rows)}")
    for number, row in enumerate(rows):
        yield f"item {number} of {name}", row


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, Any]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            place = f"line {reader.line_num} of {name}"
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                if "prompt" not in header or len(set(header)) < len(header):
                    raise ValueError(
                        f"{place} must name the columns, separated by commas, `prompt` among them "
                        f"and each once. {received('columns', header)}"
                        f"{did_you_mean(header[:100], 'prompt')}"
                    )
                continue
            if len(cells) > len(header):
                raise ValueError(
                    f"{place} must have at most {len(header)} cells; put a cell with a comma in it "
                    f"in double quotes. {received('cells', cells)}"
                )
            row: dict[str, Any] = {key: cell for key, cell in zip(header, cells) if cell.strip()}
            if "references" in row:
                answers = [part.strip() for part in row["references"].split(SEPARATOR)]
                row["references"] = [answer for answer in answers if answer] or None
            yield place, row
    except csv.Error as error:
        raise ValueError(
            f"line {reader.line_num} of {name} must be valid CSV: {error}. Long texts are "
            "safer in a .jsonl file."
        ) from None
