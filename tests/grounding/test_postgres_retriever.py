"""Does a real PostgreSQL server keep and find passages in any script?

The server is this machine's, started here on a port of its own with an empty database.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from keras_halluc._types import Retriever
from keras_halluc.data import Case
from keras_halluc.grounding import BM25Retriever
from keras_halluc.grounding import PostgresRetriever
from keras_halluc.grounding import RetrievalChecker
from keras_halluc.grounding import ValueChecker
from keras_halluc.grounding.retrieval.search_terms import search_terms
from keras_halluc.testing import hostile_texts

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
pytestmark = pytest.mark.loopback

PATIENCE = 60  # seconds; a server is up in about 2 on a free machine
BIG = " ".join("x" * 1900 + str(i) for i in range(600))  # terms of more than a megabyte
CORPUS = {
    "fr": "Paris is the capital of France, on the river Seine.",
    "it": "Rome is the capital of Italy. Turin was it before Rome.",
    "zh": "北京是中华人民共和国的首都，位于华北平原。",
    "th": "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย",
    "quote": "O'Neill said: \"C:\\temp\" isn't a 'place'.",
}


def programs():
    """Where the server's programs are, or None."""
    debian = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
    for folder in (None, *debian[::-1]):
        found = [shutil.which(name, path=folder) for name in ("initdb", "postgres")]
        if all(found):
            return found
    return None


def server_user():
    """Whom the server runs as: it refuses to run as root."""
    if os.getuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def address():
    if programs() is None:
        pytest.skip("no PostgreSQL server on this machine (on Debian: apt install postgresql)")
    user = server_user()
    if user is None and not os.getuid():
        pytest.skip("PostgreSQL does not run as root, and there is no other user")
    initdb, postgres = programs()
    own = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="postgres"))
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        command = [initdb, "-D", folder / "data", "-U", "test", "-A", "trust", "-E", "UTF8"]
        command += ["--locale=C", "--no-sync"]
        subprocess.run(
            command, check=True, capture_output=True, timeout=PATIENCE, cwd=folder, **own
        )
        port = free_port()
        settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"]
        command = [postgres, "-D", folder / "data", "-p", str(port)]
        command += [part for setting in settings for part in ("-c", setting)]
        log = folder / "log"
        with open(log, "wb") as stream:
            process = subprocess.Popen(command, stdout=stream, stderr=stream, cwd=folder, **own)
        try:
            found = f"host=127.0.0.1 port={port} user=test dbname=postgres"
            wait_for(found, process, log)
            yield found
        finally:
            process.send_signal(signal.SIGINT)  # does not wait for connections
            process.wait(timeout=PATIENCE)
    finally:
        shutil.rmtree(folder)


def wait_for(address, process, log):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            psycopg.connect(address).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"No server came up.\n{log.read_text(errors='replace')}")


@pytest.fixture
def retriever(address):
    made = PostgresRetriever(address)
    made.connection.execute("DROP TABLE IF EXISTS passages")
    made.add(CORPUS)
    yield made
    made.connection.close()


def ids(found):
    return [passage.id for passage in found]


def add_at_once(address, table, parts):
    """Each part is added by a worker with a connection of its own, all at the same moment."""
    start, errors = threading.Barrier(len(parts)), []

    def work(part):
        with psycopg.connect(address, autocommit=True) as connection:
            made = PostgresRetriever(connection, table)
            start.wait(PATIENCE)
            try:
                made.add(part)
            except psycopg.Error as error:
                errors.append(error)

    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return errors


@pytest.mark.parametrize("round_", range(3))
def test_several_workers_add_to_a_new_table(retriever, address, round_):
    table = f"new {round_}"
    parts = [{f"{w} {i}": f"passage {i} of {w}" for i in range(150)} for w in range(8)]
    assert add_at_once(address, table, parts) == []
    made = PostgresRetriever(retriever.connection, table)
    (count,) = made.connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
    assert count == 8 * 150 and len(made.search(["passage"], k=2000)[0]) == count


def test_several_workers_replace_the_same_rows_in_any_order(retriever, address):
    ids_ = [str(i) for i in range(300)]
    orders = [ids_, ids_[::-1], ids_[150:] + ids_[:150], ids_[::2] + ids_[1::2]]
    assert add_at_once(address, "passages", [{i: f"same {i}" for i in o} for o in orders]) == []
    assert len(retriever.search(["same"], k=500)[0]) == 300


INDEXES = "SELECT count(*) FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%%USING gin%%'"


@pytest.mark.parametrize("table", ["x" * 63, "y" * 60, "é" * 31, "passages"])
def test_a_table_has_an_index_however_long_its_name(retriever, table):
    made = PostgresRetriever(retriever.connection, table)
    made.add(["A passage."])
    made.add(["Another passage."])
    assert made.connection.execute(INDEXES, (table,)).fetchone() == (1,)


@pytest.mark.parametrize("table", ["x" * 64, "é" * 32, "a." + "x" * 64, "a\0b", "\ud800"])
def test_a_name_that_the_server_would_cut_or_refuse(retriever, table):
    with pytest.raises(ValueError, match="`table` must be the name of a table, of at most 63 byte"):
        PostgresRetriever(retriever.connection, table)


@pytest.mark.parametrize(
    "query, first",
    [
        ("What is the capital of France?", "fr"),
        ("ITALY", "it"),
        ("中国的首都在哪里？", "zh"),
        ("เมืองหลวงของประเทศไทย", "th"),
        ("O'Neill's C:\\temp", "quote"),
        ("the of", "fr"),
    ],
)
def test_finds_in_every_script(retriever, query, first):
    (found,) = retriever.search([query], k=3)
    assert found[0].id == first and found[0].text == CORPUS[first]
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_nothing_fits(retriever):
    assert retriever.search(["", "?", "Oslo", "\x00\ud800"], k=3) == [[]] * 4
    assert retriever.search([], k=3) == []
    assert isinstance(retriever, Retriever)


def test_finds_the_passages_that_bm25_finds(retriever):
    queries = ["capital", "Rome 首都", "Seine Turin isn't", "กรุงเทพ"]
    in_memory = BM25Retriever(CORPUS).search(queries, k=9)
    for own, other in zip(retriever.search(queries, k=9), in_memory):
        assert set(ids(own)) == set(ids(other))
    assert [len(found) for found in retriever.search(["capital"] * 2, k=1)] == [1, 1]


def test_the_same_in_every_batch_and_for_another_reader(retriever, address):
    queries = ["capital", "首都", "", "Rome"]
    found = retriever.search(queries, k=2)
    assert found == [retriever.search([query], k=2)[0] for query in queries]
    with psycopg.connect(address) as connection:
        assert PostgresRetriever(connection).search(queries[::-1], k=2) == found[::-1]


def test_of_equals_the_smaller_id_comes_first(retriever):
    retriever.add({"z": "same words", "B": "same words", "a": "same words"})
    assert ids(retriever.search(["same"], k=5)[0]) == ["B", "a", "z"]


def test_a_passage_takes_the_place_of_the_one_with_its_id(retriever):
    retriever.add({"fr": "Lyon is a city in France.", "new": "Oslo"})
    (found,) = retriever.search(["France"], k=3)
    assert [p.text for p in found] == ["Lyon is a city in France."]
    assert retriever.search(["Paris"], k=3) == [[]] and ids(retriever.search(["Oslo"], 1)[0])


def test_other_tables_and_schemas(retriever):
    retriever.connection.execute("CREATE SCHEMA IF NOT EXISTS other")
    for table in ('odd "name"; --', "other.passages"):
        made = PostgresRetriever(retriever.connection, table)
        made.add(["A passage of its own."])
        assert ids(made.search(["passage"], k=9)[0]) == ["0"]
    assert "0" not in ids(retriever.search(["passage"], k=9)[0])


def test_a_transaction_of_the_user_is_left_as_it_was(retriever, address):
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TEMP TABLE mine (x int)")
        PostgresRetriever(connection).search(["Rome"], k=1)
        connection.rollback()
        assert connection.execute("SELECT to_regclass('mine')").fetchone() == (None,)


def test_hostile_texts_as_corpus_and_as_queries(retriever):
    texts = [text for text in hostile_texts() if "\0" not in text and len(text) <= 20_000]
    texts = [text for text in texts if not any("\ud800" <= char <= "\udfff" for char in text)]
    retriever.add({f"hostile {i}": text for i, text in enumerate(texts)})
    short = [text for text in hostile_texts() if len(text) < 3000]
    for text, found in zip(short, retriever.search(short, k=3)):
        if search_terms(text) and text in texts and max(map(len, search_terms(text))) < 500:
            assert found, text
    count = retriever.connection.execute("SELECT count(*) FROM passages").fetchone()
    assert count == (len(texts) + len(CORPUS),)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", BIG])
def test_what_the_server_cannot_store(retriever, text):
    with pytest.raises(ValueError, match=r"PostgreSQL stores no NUL.*passages\['id'\]"):
        retriever.add({"new": "Oslo", "id": text})
    assert retriever.search(["Oslo"], k=1) == [[]]  # nothing of a batch that fails


def test_a_long_query(retriever):
    assert ids(retriever.search(["Rome " + " ".join(map(str, range(5_000)))], k=1)[0]) == ["it"]


def test_as_source_of_a_checker(retriever):
    checker = RetrievalChecker(retriever, ValueChecker(), k=1)
    retriever.add({"bridge": "The Harbour Bridge was opened on 19 March 1932."})
    cases = [Case("When was the Harbour Bridge opened?"), Case("Who invented tea?")]
    verdicts = checker.check(
        cases[:1] * 2 + cases[1:], ["In 1932.", "It was opened on 19 March 1923.", "In 5."]
    )
    assert [verdict.label for verdict in verdicts] == ["supported", "contradicted", "unmeasured"]


@pytest.mark.parametrize(
    "arguments, error, match",
    [
        ((3,), TypeError, "`connection` must be the address"),
        (("host=127.0.0.1", ""), ValueError, "`table` must be the name"),
        (("host=127.0.0.1", "a..b"), ValueError, "`table` must be the name"),
        (("host=127.0.0.1", None), ValueError, "`table` must be the name"),
    ],
)
def test_bad_arguments(arguments, error, match):
    with pytest.raises(error, match=match):
        PostgresRetriever(*arguments)


def test_bad_searches(retriever):
    for queries, k, error in (("a", 1, TypeError), ([1], 1, TypeError), (["a"], 0, ValueError)):
        with pytest.raises(error, match="Received"):
            retriever.search(queries, k)
    with pytest.raises(psycopg.errors.UndefinedTable):
        PostgresRetriever(retriever.connection, "no_such").search(["a"], k=1)


def test_without_the_library_the_way_out_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ImportError, match=r"pip install 'psycopg\[binary\]'"):
        PostgresRetriever("host=127.0.0.1")
