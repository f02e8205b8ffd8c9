"""`PostgresRetriever`: passages of a corpus in PostgreSQL, found by its full-text search."""

import collections
import hashlib
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_strings
from keras_halluc._types import Passage
from keras_halluc.grounding.retrieval.passages import require_passages
from keras_halluc.grounding.retrieval.search_terms import search_terms
from keras_halluc.text.function_words import function_words_of

LONGEST_TERM = 2000  # bytes; PostgreSQL takes 2046
MOST_TERMS = 500  # of a query; a question has ten, a long output some hundreds
LAST_PLACE = 16383  # PostgreSQL notes no place behind it, and
MOST_PLACES = 255  # so many of a term
LARGEST = 1_000_000  # bytes of a passage's terms; PostgreSQL takes 1,048,575
LONGEST_NAME = 63  # bytes; PostgreSQL cuts off what is longer, so that two names are one


class PostgresRetriever:
    """Finds passages in a PostgreSQL server, for a corpus that outgrows the memory.

    The passages lie in a table of their own with their terms in an index (GIN). Terms are made here
    and not by the server, so that Chinese needs no extension there. They are ranked by the server's
    `ts_rank` over the terms of the query without function words. That rank does not know how rare a
    term is, so it is a little less exact than BM25.

    Args:
        connection: str, what `psycopg.connect` takes, such as `"postgresql://localhost/corpus"`;
            or an open `psycopg.Connection`.
        table: str, name of the table, or `"schema.table"`, each of at most 63 bytes.

    Example:

    >>> import keras_halluc as kh
    >>> def build(address):  # once
    ...     kh.grounding.PostgresRetriever(address).add({"a": "Paris is the capital of France."})
    >>> def check(address, cases, outputs):
    ...     retriever = kh.grounding.PostgresRetriever(address)
    ...     checker = kh.grounding.RetrievalChecker(retriever, kh.grounding.ValueChecker())
    ...     return checker.check(cases, outputs)
    """

    def __init__(self, connection: Any, table: str = "passages") -> None:
        try:
            import psycopg
        except ImportError:
            raise ImportError(
                "`PostgresRetriever` needs psycopg. Install it with: pip install 'psycopg[binary]'"
            ) from None
        parts = table.split(".") if isinstance(table, str) else [""]
        if not all(_storable(part) and 0 < len(part.encode()) <= LONGEST_NAME for part in parts):
            raise ValueError(
                f"`table` must be the name of a table, of at most {LONGEST_NAME} bytes. "
                f"{received('table', table)}"
            )
        if isinstance(connection, str):
            connection = psycopg.connect(connection, autocommit=True)
        elif not isinstance(connection, psycopg.Connection):
            raise TypeError(
                "`connection` must be the address of a server or an open psycopg.Connection. "
                f"{received('connection', connection)}"
            )
        self.connection = connection
        self.table = table
        name = psycopg.sql.Identifier(*parts)
        self._name = name.as_string(connection)
        self._create_table, self._create_index, self._insert, self._select = (
            psycopg.sql.SQL(statement).format(table=name)
            for statement in (_CREATE_TABLE, _CREATE_INDEX, _INSERT, _SELECT)
        )

    def add(self, passages: Sequence[str] | Mapping[str, str]) -> None:
        """Puts passages into the table, which is made if it is not there.

        A passage whose id is there takes its place. Several workers may add at once, each with a
        connection of its own, to a new table too.

        Args:
            passages: as `BM25Retriever` takes them. Cut long documents by
                `keras_halluc.text.chunk_text` first.
        """
        rows = []
        for id, text in require_passages(passages).items():
            terms = _vector(search_terms(text))
            if not _storable(id + text) or len(terms.encode()) > LARGEST:
                raise ValueError(
                    "PostgreSQL stores no NUL and no lone surrogate, and at most about a megabyte "
                    "of terms a passage: clean it, or cut it by chunk_text. "
                    f"{received(f'passages[{id!r}]', text)}"
                )
            rows.append((id, text, terms))
        rows.sort()  # two workers that lock the same rows in another order would wait for ever
        with self.connection.transaction(), self.connection.cursor() as cursor:
            self._make_table()
            cursor.executemany(self._insert, rows)

    def _make_table(self) -> None:
        """Makes the table and its index if they are not there, one worker after the other."""
        if self._is_made():
            return
        key = hashlib.sha256(f"keras_halluc.PostgresRetriever {self._name}".encode()).digest()
        lock = int.from_bytes(key[:8], "big", signed=True)
        self.connection.execute("SELECT pg_advisory_xact_lock(%s)", (lock,))
        if not self._is_made():
            self.connection.execute(self._create_table)
            self.connection.execute(self._create_index)

    def _is_made(self) -> bool:
        return self.connection.execute(_HAS_INDEX, (self._name,)).fetchone() is not None

    def search(self, queries: Sequence[str], k: int) -> list[list[Passage]]:
        """Returns the passages that fit each query best.

        Args:
            queries: list of str.
            k: int >= 1.

        Returns:
            for each query a list of at most `k` `Passage`, best first, of equal ones that with the
            smaller id; none that shares no term with the query.
        """
        queries = require_strings("queries", queries, empty_ok=True)
        k = require_int("k", k, minimum=1)
        found = []
        with self.connection.transaction():
            for query in queries:
                wanted = _query(search_terms(query))
                rows = self.connection.execute(self._select, (wanted, k)) if wanted else ()
                found.append([Passage(text, id, score) for id, text, score in rows])
        return found


_HAS_INDEX = """
SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
WHERE indrelid = to_regclass(%s) AND amname = 'gin'
"""
_CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS {table}
    (id text PRIMARY KEY, text text NOT NULL, terms tsvector NOT NULL)
"""
_CREATE_INDEX = "CREATE INDEX ON {table} USING gin (terms)"  # the server finds a free name
_INSERT = """
INSERT INTO {table} VALUES (%s, %s, %s::tsvector)
ON CONFLICT (id) DO UPDATE SET text = excluded.text, terms = excluded.terms
"""
_SELECT = """
SELECT id, text, ts_rank(terms, wanted, 1) AS score
FROM {table}, (SELECT %s::tsquery AS wanted) AS query
WHERE terms @@ wanted
ORDER BY score DESC, id COLLATE "C"
LIMIT %s
"""


def _vector(terms: list[str]) -> str:
    """The terms and their places as PostgreSQL writes a `tsvector`."""
    places: dict[str, list[int]] = collections.defaultdict(list)
    for place, term in enumerate(terms, start=1):
        if len(places[term]) < MOST_PLACES:
            places[term].append(min(place, LAST_PLACE))
    return " ".join(
        f"{_quoted(term)}:{','.join(map(str, own))}" for term, own in places.items() if _short(term)
    )


def _query(terms: list[str]) -> str:
    """Any of the terms, as PostgreSQL writes a `tsquery`; empty if there is none."""
    terms = [term for term in dict.fromkeys(terms) if _short(term)]
    left_out = function_words_of(terms)
    wanted = [term for term in terms if term not in left_out] or terms
    return " | ".join(map(_quoted, wanted[:MOST_TERMS]))


def _short(term: str) -> bool:
    return len(term.encode()) <= LONGEST_TERM


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
