"""Files of rows in text: JSON Lines, JSON, CSV and TSV, packed with gzip or not."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from typing import Any

from keras_halluc._parse_json import JSONTextError
from keras_halluc._parse_json import parse_json
from keras_halluc._require import received
from keras_halluc.grounding.files.did_you_mean import did_you_mean
from keras_halluc.grounding.files.table_rows import TextRow

LINES = (".jsonl", ".ndjson")
DELIMITERS = {".csv": (",", "commas", "a comma"), ".tsv": ("\t", "tabs", "a tab")}
TEXT_SUFFIXES = (*LINES, ".json", *DELIMITERS)
PACKED = ".gz"


def suffix_of(path: Path) -> str:
    """How the name ends, in lower case, without `.gz`."""
    name = path.name.lower().removesuffix(PACKED)
    return Path(name).suffix


def text_file_rows(path: Path, needed: str | None) -> Iterator[tuple[str, Any]]:
    """Pairs of where a row stands and the row.

    Args:
        path: path whose suffix is one of `TEXT_SUFFIXES`, with or without `.gz`.
        needed: str, the column that a table must have; None if it may have any.
    """
    suffix = suffix_of(path)
    try:
        with _open(path) as file:
            if suffix in LINES:
                yield from _lines(file, path.name)
                return
            data = file.read()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path.name} must be a whole gzip file: {error}. Pack it again, or unpack it and give "
            f"{path.name[: -len(PACKED)]}."
        ) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path.name} must be in UTF-8: save it again with that encoding. The first other byte "
            f"is at position {error.start}."
        ) from None
    if suffix == ".json":
        yield from _json_rows(text, path.name)
    else:
        yield from _table_rows(text, path.name, suffix, needed)


def _open(path: Path) -> IO[bytes]:
    is_packed = path.name.lower().endswith(PACKED)
    file: Any = gzip.open(path, "rb") if is_packed else open(path, "rb")
    opened: IO[bytes] = file
    return opened


def _lines(file: IO[bytes], name: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(file, start=1):
        place = f"line {number} of {name}"
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if line.strip():
            yield place, _line(line.rstrip(b"\r\n"), place)


def _line(line: bytes, place: str) -> Any:
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
        lists = (
            [key for key in rows if isinstance(rows[key], list)] if isinstance(rows, dict) else []
        )
        way_out = f" Save the list in {lists[0]!r} alone." if lists else ""
        raise ValueError(
            f"{name} must hold a list of objects.{way_out} {received('content', rows)}"
        )
    for number, row in enumerate(rows):
        yield f"item {number} of {name}", row


def _table_rows(
    text: str, name: str, suffix: str, needed: str | None
) -> Iterator[tuple[str, TextRow]]:
    delimiter, delimiters, one = DELIMITERS[suffix]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            place = f"line {reader.line_num} of {name}"
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, place, delimiters, needed)
                continue
            if len(cells) > len(header):
                raise ValueError(
                    f"{place} must have at most {len(header)} cells; put a cell with {one} in it "
                    f"in double quotes. {received('cells', cells)}"
                )
            row = TextRow(dict.fromkeys(header))
            row.update((key, cell) for key, cell in zip(header, cells) if cell.strip())
            yield place, row
    except csv.Error as error:
        raise ValueError(
            f"line {reader.line_num} of {name} must be valid {suffix[1:].upper()}: {error}. Long "
            "texts are safer in a .jsonl file."
        ) from None


def _header(cells: list[str], place: str, delimiters: str, needed: str | None) -> list[str]:
    # A column without a name, such as the index that pandas writes, gets the name pandas gives it.
    header = [cell.strip() or f"Unnamed: {number}" for number, cell in enumerate(cells)]
    if len(set(header)) < len(header):
        raise ValueError(
            f"{place} must name the columns, separated by {delimiters}, and each once. "
            f"{received('columns', header)}"
        )
    if len(header) == 1 and any(mark in header[0] for mark in ";,\t|"):
        raise ValueError(
            f"{place} must name the columns, separated by {delimiters}. "
            f"{received('columns', header)}"
        )
    if needed is not None and needed not in header:
        raise ValueError(
            f"{place} must name the columns, separated by {delimiters}, `{needed}` among them; or "
            f'say which one it is, as in {needed}="question". {received("columns", header)}'
            f"{did_you_mean(header[:100], needed)}"
        )
    return header
