"""Rows of a Parquet file, read in batches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keras_halluc._require import received
from keras_halluc.grounding.files.table_rows import TableRow
from keras_halluc.grounding.files.table_rows import arrow_rows
from keras_halluc.grounding.files.table_rows import float_columns
from keras_halluc.grounding.files.table_rows import ints_with_gaps
from keras_halluc.grounding.files.table_rows import require_apart

BATCH = 1024  # rows held at once


def parquet_rows(path: Path) -> Iterator[tuple[str, TableRow]]:
    """Pairs of where a row stands and the row."""
    with _opened(path) as file:
        require_apart(file.schema_arrow.names)
        floats = float_columns(file.schema_arrow)
        whole = ints_with_gaps(file.read(columns=floats)) if floats else []
        yield from arrow_rows(file.iter_batches(batch_size=BATCH), path.name, whole)


def count_parquet_rows(path: Path) -> int:
    """How many rows a Parquet file has."""
    with _opened(path) as file:
        return int(file.metadata.num_rows)


def _opened(path: Path) -> Any:
    try:
        from pyarrow import ArrowException
        from pyarrow import parquet
    except ImportError:
        raise ImportError(
            f"{path.name} needs pyarrow to be read. Install it with: pip install pyarrow"
        ) from None
    try:
        return parquet.ParquetFile(path)
    except ArrowException as error:
        raise ValueError(
            f"{path.name} must be a Parquet file: {error} {received('cases', str(path))}"
        ) from None
