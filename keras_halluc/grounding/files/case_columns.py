"""Columns of evaluation data: which one holds which field of a case, and which are kept beside."""

import difflib
import itertools
from collections.abc import Container
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from keras_halluc._require import received
from keras_halluc.grounding.files.did_you_mean import is_nearly
from keras_halluc.grounding.files.missing_values import is_missing
from keras_halluc.grounding.files.table_rows import TableRow

# Names a column has where nothing else is said.
DEFAULT_NAMES = {
    "prompt": ("prompt",),
    "references": ("references", "reference"),
    "source": ("source",),
    "group": ("group",),
    "id": ("id",),
    "image": ("image",),
    "output": ("output",),
}
# Names that public data has, for a guess in an error. None of them is read unless it is named.
USUAL_NAMES = {
    "prompt": ("question", "query", "instruction", "input", "problem", "user_input"),
    "references": ("answer", "answers", "label", "target", "ground_truth", "best_answer"),
    "source": ("context", "contexts", "passage", "document", "article", "retrieved_contexts"),
    "output": ("response", "completion", "prediction", "generated_text", "model_output"),
}
MOST_NAMES = 100  # of columns that an error compares
LONGEST = 60  # letters of a column's name in an error


class CaseColumns:
    """Which column holds which field.

    Args:
        **named: str or None for each field that is read: the name of its column. None is the name
            of the field itself; for `references`, `reference` will do too. A column that is named
            holds no other field: with `prompt="source"` there is no source.

    Raises:
        TypeError: a name is no str.
        ValueError: one column is named for two fields.
    """

    def __init__(self, **named: str | None) -> None:
        self.named: dict[str, str] = {}
        for field, name in named.items():
            if name is None:
                continue
            if not isinstance(name, str):
                raise TypeError(
                    f"`{field}` must be the name of a column, a str. {received(field, name)}"
                )
            for other, taken in self.named.items():
                if taken == name:
                    raise ValueError(
                        f"`{field}` must be another column than `{other}`. {received(field, name)}"
                    )
            self.named[field] = name
        free = {
            field: tuple(name for name in names if name not in self.named.values())
            for field, names in DEFAULT_NAMES.items()
        }
        self._names = {
            field: (self.named[field],) if field in self.named else free[field] for field in named
        }

    @property
    def needed(self) -> str | None:
        """The column that a table must have by its own name, if nothing else is said."""
        return None if "prompt" in self.named else "prompt"

    def name(self, field: str, row: Mapping[Any, Any] | None = None) -> str:
        """What the column of a field is called, in a row where it may have two names."""
        names = self._names[field]
        held = [name for name in names if row is not None and not is_missing(row.get(name))]
        return (held or names or DEFAULT_NAMES[field])[0]

    def has(self, field: str, columns: Container[Any]) -> bool:
        """Whether one of these columns holds a field."""
        return any(name in columns for name in self._names[field])

    def split(self, row: Mapping[Any, Any], place: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The values of a row by field, where it has the column, and the other columns.

        Raises:
            ValueError: two columns hold one field, or a column is nearly called like one that is
                not there, so that a misspelt one is not lost.
        """
        values: dict[str, Any] = {}
        for field, names in self._names.items():
            if len(names) == 1:
                if names[0] in row:
                    values[field] = row[names[0]]
                continue
            filled = [name for name in names if not is_missing(row.get(name))]
            if len(filled) > 1:
                raise ValueError(
                    f"{place} must have `{filled[0]}` or `{filled[1]}`, not both; say which one "
                    f'counts, as in {field}="{filled[0]}". {received(filled[1], row[filled[1]])}'
                )
            if self.has(field, row):
                values[field] = row[filled[0]] if filled else None
        taken = {name for names in self._names.values() for name in names}
        others = {str(name): value for name, value in row.items() if name not in taken}
        self._require_no_slip(others, values, row, place)
        known = others.pop("fields", {})
        if isinstance(known, Mapping):  # a Case that was written as a dict
            others |= {str(name): value for name, value in known.items()}
        else:
            others["fields"] = known
        return values, {name: value for name, value in others.items() if not is_missing(value)}

    def followed(self, rows: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
        """The rows, and an error where a column that was named is in none of them.

        In a table the first row tells, since all have the same columns; else the end.
        """
        missing = dict(self.named)
        columns: dict[str, None] = {}
        empty = True
        for place, row in rows:
            empty = False
            content = row[0] if isinstance(row, tuple) and row else row  # beside its output
            if missing and isinstance(content, Mapping):
                missing = {field: name for field, name in missing.items() if name not in content}
                if len(columns) < MOST_NAMES:
                    columns |= dict.fromkeys(map(str, content))
                if missing and isinstance(content, TableRow):
                    self.require(columns)
            yield place, row
        if missing and not empty:
            self.require(
                dict.fromkeys([*columns, *set(self.named.values()) - set(missing.values())])
            )

    def require(self, columns: Iterable[str]) -> None:
        """Every column that was named must be among these."""
        columns = list(columns)
        for field, name in self.named.items():
            if name not in columns:
                raise ValueError(
                    f"`{field}` must be the name of a column; none is called {short(name)}."
                    f"{_guess(field, name, columns)} Received columns: {shown(columns)}"
                )

    def way_out(self, field: str, columns: Iterable[Any]) -> str:
        """How to say which column holds a field that was not found, with a guess."""
        usual = USUAL_NAMES[field]
        found = [name for name in columns if str(name).casefold() in usual]
        return f'{field}="{found[0] if found else usual[0]}"'

    def _require_no_slip(
        self,
        others: Mapping[str, Any],
        values: Mapping[str, Any],
        row: Mapping[Any, Any],
        place: str,
    ) -> None:
        for field, column in itertools.product(self._names.keys() - values, others):
            near = [name for name in self._names[field] if is_nearly(column, name)]
            if not near:
                continue
            (name,) = difflib.get_close_matches(column.casefold(), near, n=1, cutoff=0.0)
            guess = (
                f"Did you mean {field}={column!r}?"
                if field in self.named
                else f"Did you mean `{name}` where it says `{column}`? Rename it, or say what it "
                f"is, as in {field}={column!r}."
            )
            raise ValueError(
                f"{place} must have `{name}` or no column of nearly that name. {guess} "
                f"Received columns: {shown(row)}"
            )


def short(name: Any) -> str:
    """The name of a column, cut where it is very long."""
    text = f"`{name}`"
    return text if len(text) <= LONGEST else text[: LONGEST - 4] + "...`"


def shown(columns: Iterable[Any]) -> str:
    """Names of columns for an error."""
    text = str(list(columns))
    return text if len(text) <= 200 else text[:196] + "...]"


def _guess(field: str, name: str, columns: list[str]) -> str:
    """Which column may have been meant, or nothing."""
    columns = columns[:MOST_NAMES]
    close = [column for column in columns if is_nearly(column, name)]
    close += difflib.get_close_matches(name, columns, n=1)
    return f" Did you mean {field}={close[0]!r}?" if close else ""
