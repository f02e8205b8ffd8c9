"""Inputs that no reader was made for, drawn from a seed, and what every reader must do with them.

A trial is the name of a target and a number: `run_trial("read_cases .jsonl", 7)` is the same every
time. It passes if the input is read, or refused by an error that says what must hold.
"""

import gzip
import json
import random
import shutil
import signal
import tempfile
import types
from pathlib import Path

from tensorboard.backend.event_processing import data_ingester
from tensorboard.backend.event_processing import data_provider
from tensorboard.backend.event_processing import plugin_event_multiplexer
from tensorboard.errors import PublicError
from tensorboard.plugins import base_plugin
from text_readers import BASE
from text_readers import CHECKERS
from text_readers import READERS
from text_readers import UNITS
from werkzeug.test import Client
from werkzeug.test import TestResponse

import keras_halluc as kh
from keras_halluc.tensorboard_plugin import HallucinationPlugin
from keras_halluc.testing import hostile_texts

PATIENCE = 10  # seconds for one input
LONGEST = 3000  # characters of a text
FIELDS = ("prompt", "references", "reference", "source", "group", "id", "output")
HOSTILE = [text for text in hostile_texts() if len(text) <= 2 * LONGEST]
NUMBERS = ("9" * 400, "9" * 4000, "9" * 5000, "1e999", "-1e999", "NaN", "Infinity", "-0", "1.5")
LONG = (
    *("7" * 5000, "1." + "7" * 4400, "-" + "9" * 4400, "1,000," * 900, "½" * 4000, "三" * 4000),
    *("[" * 4000, "name[" * 900, '{"a":' * 900, "(" * 4000, "million " * 600, "二百" * 2000),
    *("einhundert" * 400, "minus " * 700, "Paris Rome " * 400, '{"a": ' + "9" * 4400 + "}"),
)
WORDS = (
    *"5 km 1½ -3 % May 2020 31 12:60 am $ € ° ² ¾ of first and a half dozen million point".split(),
    *"between U.S. Dr. Paris zwei und zwanzig vierzig Uhr 3. cent et mil siglo XX los".split(),
    *"三 点 半 年 月 日 第 分之 万 · 王 “ 《 的 廿 her his not is 's l' \u0301".split(),
    *("\ud800", "\u200d", "\x00", "I don't know"),
)


class BrokenPromiseError(Exception):
    """A reader gave what no one can use."""


def text(rng):
    """Of all of Unicode, of one kind, or of several put together and cut."""
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice(HOSTILE)
    if kind == 4:
        return rng.choice(LONG)
    if kind == 5:
        words = [rng.choice(WORDS) for _ in range(rng.randint(1, 30))]
        return rng.choice((" ", "", ", ", "\n")).join(words)
    if kind == 1:
        return rng.choice(list(UNITS.values())) * rng.choice((1, 2, 30, 300))
    parts = [rng.choice(HOSTILE + list(UNITS.values()) * 2) for _ in range(rng.randint(1, 6))]
    whole = "".join(parts)[:LONGEST]
    return whole[rng.randrange(len(whole) + 1) :] if kind == 2 else whole


def json_text(rng, depth=0):
    """JSON, or what begins like it."""
    kind = rng.randrange(12)
    if kind < 3 or depth > 3:
        return json.dumps(text(rng)[:200], ensure_ascii=rng.random() < 0.5)
    if kind == 3:
        return rng.choice(NUMBERS)
    if kind == 4:
        levels = rng.choice((90, 150, 900, 100_000))
        return "[" * levels + "]" * levels * rng.randrange(2)
    if kind == 5:
        return '{"a":' * rng.choice((90, 900, 50_000))
    if kind == 6:
        return rng.choice(("null", "true", "false", "", "[]", "{}", '"', "{"))
    if kind == 7:
        return str(rng.randrange(-5, 10**6))
    items = [json_text(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind < 10:
        return f"[{', '.join(items)}]"
    keys = [json.dumps(rng.choice((*FIELDS, text(rng)[:20]))) for _ in items]
    return "{" + ", ".join(f"{key}: {item}" for key, item in zip(keys, items)) + "}"


def encoded(content):
    return content.encode("utf-8", "surrogatepass")


def mutated(rng, data):
    """Bytes with some of them lost, doubled, exchanged or put in."""
    for _ in range(rng.randrange(3)):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((1, 3, 30, 1000)))
        kind = rng.randrange(5)
        new = (b"", data[start:end] * 2, encoded(json_text(rng)), bytes(rng.sample(range(256), 3)))
        data = data[:start] if kind == 4 else data[:start] + new[kind] + data[end:]
    return data


def row(rng, output=False):
    """A line that makes a case, or nearly."""
    fields = {"prompt": '"q"', "references": '["a", "b"]', "source": '"It rained."'}
    fields |= {"output": '"It rained."'} if output else {}
    for name in rng.sample(FIELDS, rng.randrange(3)):
        fields[name] = json_text(rng)
    return "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"


def lines(rng, output=False):
    made = [row(rng, output) for _ in range(rng.randint(1, 5))]
    return mutated(rng, encoded(rng.choice(("\n", "\r\n", "\n\n", "\r")).join(made)))


def json_list(rng):
    return mutated(rng, encoded("[" + ", ".join(row(rng) for _ in range(rng.randrange(4))) + "]"))


def csv_table(rng, names):
    header = list(names) + rng.sample(("group", "id", "x", *names), rng.randrange(3))
    rows = [[text(rng)[:300] for _ in header] for _ in range(rng.randrange(4))]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in own) for own in rows]
    return mutated(rng, encoded("\n".join([",".join(header), *quoted])))


def packed_table(rng):
    table = csv_table(rng, ("prompt", "references")).replace(b",", b"\t")
    return mutated(rng, gzip.compress(table))


def list_text(rng):
    """A list as Python, numpy, JSON or nobody writes it."""
    items = [text(rng)[:30] for _ in range(rng.randrange(4))]
    written = rng.choice((repr, str, json.dumps))
    between = rng.choice((", ", " ", "\n", ",", " ... "))
    opening, closing = rng.choice(("[]", "()", "{}", "[)", ("{'text': [", "]}"), ("[", "")))
    return opening + between.join(map(written, items)) + closing


def refused_clearly(call):
    """What the call gives, or None where it says what must hold instead."""
    try:
        return call()
    except (ValueError, TypeError) as error:
        if " must " not in str(error) or len(str(error)) > 3000:
            raise
        return None


def require_verdicts(verdicts, outputs):
    for verdict, output in zip(verdicts, outputs, strict=True):
        usable = verdict.label in kh._types.LABELS
        usable = usable and (verdict.score is None or 0.0 <= verdict.score <= 1.0)
        usable = usable and all(0 <= s <= e <= len(output) for s, e, _ in verdict.spans)
        if not usable:
            raise BrokenPromiseError(repr(verdict)[:300])


def try_reader(read):
    return lambda rng, folder: read(text(rng) or " ")


def try_checker(checker):
    def trial(rng, folder):
        count = rng.randint(1, 3)
        made = [
            kh.data.Case(text(rng), (text(rng),) * rng.randrange(3), rng.choice((None, text(rng))))
            for _ in range(count)
        ]
        outputs = [text(rng) for _ in range(count)]
        require_verdicts(checker.check(made, outputs), outputs)

    return trial


def try_file(suffix, draw, read):
    def trial(rng, folder):
        path = folder / f"file{suffix}"
        path.write_bytes(draw(rng))
        refused_clearly(lambda: read(path))

    return trial


def try_cells(rng, folder):
    row = {"prompt": "q", "references": list_text(rng), "source": list_text(rng)}
    cases = refused_clearly(lambda: kh.data.read_cases([row]))
    for case in cases or ():
        if not all(type(answer) is str for answer in case.references):
            raise BrokenPromiseError("a reference is no text")


def skip(path):
    return kh.grounding.check(
        path, None, kh.grounding.OverlapChecker(), on_error="skip", to=path.parent / "to", verbose=0
    )


def try_resume(rng, folder):
    """A file that `check` did not write stays as it is; one that it wrote loses no whole line."""
    to, rows = folder / "to.jsonl", [("q", ("a",))] * 4
    cases = kh.data.read_cases(rows)
    kwargs = {"checker": kh.grounding.AnswerChecker(), "to": to, "verbose": 0}
    kh.grounding.check(cases, ["a"] * 4, **kwargs)
    others = (lines(rng), encoded(row(rng, True)), encoded(text(rng)), encoded(json_text(rng)))
    own = rng.random() < 0.5
    content = mutated(rng, to.read_bytes()) if own else rng.choice(others)
    to.write_bytes(content)
    refused_clearly(lambda: kh.grounding.check(cases, ["a"] * 4, resume=True, **kwargs))
    kept = content[: content.rfind(b"\n") + 1] if own else content
    if not to.read_bytes().startswith(kept):
        raise BrokenPromiseError("a file was written over")


def try_swaps(rng, folder):
    words = [word for _ in range(4) if (word := text(rng)[: rng.choice((1, 5, 40))]).strip()]
    content = rng.choice(words or ["a"]).join(text(rng) for _ in range(3))
    refused_clearly(lambda: kh.data.swap_entities(content, words))
    refused_clearly(lambda: kh.data.swap_roles(content, words))
    refused_clearly(lambda: kh.data.swap_numbers(content, rng.randrange(9)))
    case = kh.data.Case(content, source=text(rng))
    refused_clearly(lambda: kh.data.counterfactual_pairs([case], [tuple(words[:2])], True))


def try_base(rng, folder):
    triples = [(text(rng), text(rng)[:50], text(rng)) for _ in range(3)]
    base = refused_clearly(lambda: kh.grounding.KnowledgeBase(triples))
    for asked in (base, BASE):
        if asked is not None:
            asked.subjects_in(text(rng))
            asked.objects(text(rng), text(rng))


def _report():
    case = kh.data.Case("1 + 1 =", references=("2",), id="sum")
    return kh.audit(["2"], {"tuned": ["3"]}, [case], verbose=0).to_json()


REPORT = _report().encode()


def try_report(rng, folder):
    content = mutated(rng, mutated(rng, REPORT)).decode("utf-8", "replace")
    report = refused_clearly(lambda: kh.reports.AuditReport.from_json(content))
    if report is not None and not isinstance(report, kh.reports.AuditReport):
        raise BrokenPromiseError("no report")


def hostile_run(rng, folder):
    """A run as a monitor writes it, of hostile texts, and then some of its bytes exchanged."""
    part = folder / "logs/run/hallucination"
    made = [
        kh.data.Case("q", ("a",), text(rng)[:50], text(rng)[:9], str(i) + text(rng)[:9])
        for i in range(3)
    ]
    with kh.tensorboard.EventWriter(part) as writer:
        for step in range(2):
            outputs = [text(rng) for _ in made]
            verdicts = [
                kh.grounding.Verdict(
                    rng.choice(kh._types.LABELS),
                    rng.choice((None, 0.0, 0.5)),
                    tuple((i, len(o), "unsupported") for i in range(min(len(o), 3))),
                    text(rng),
                )
                for o in outputs
            ]
            writer.interval("val_hallucination_rate", 0.5, 0.4, 0.6, step)
            writer.cases(made, outputs, verdicts, step)
            writer.progress(step, 2)
    (path,) = part.glob("cases.*.jsonl")
    content = path.read_bytes()
    head = {"ids": json_text(rng), "step": json_text(rng), "labels": '["x"]', "scores": "[1]"}
    head["bytes"] = rng.choice((json_text(rng), "[3]", "[-1]", "[9999999]", "[true]"))
    hostile = "{" + ", ".join(f'"{key}": {value}' for key, value in head.items()) + "}\n"
    parts = [content, encoded(hostile), encoded(json_text(rng) + "\n")]
    rng.shuffle(parts)
    path.write_bytes(mutated(rng, b"".join(parts)))
    return folder / "logs"


def try_plugin(rng, folder):
    """Every route answers in JSON that a browser reads, or says what is wrong with the question."""
    logs = hostile_run(rng, folder)
    multiplexer = plugin_event_multiplexer.EventMultiplexer(
        tensor_size_guidance=data_ingester.DEFAULT_TENSOR_SIZE_GUIDANCE
    )
    multiplexer.AddRunsFromDirectory(str(logs))
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(logs))
    flags = types.SimpleNamespace(logdir_spec="")
    context = base_plugin.TBContext(data_provider=provider, logdir=str(logs), flags=flags)
    apps = HallucinationPlugin(context).get_plugin_apps()
    part = {"part": "run/hallucination"}
    page = _ask(apps["/cases"], part)
    for row in page["rows"] if page.get("steps") else []:
        row["id"].encode()  # what no address can hold freezes the page
        _ask(apps["/case"], part | {"id": row["id"]})
    _ask(apps["/runs"], {})
    asked = {name: _argument(rng) for name in ("step", "offset", "limit", "search", "label")}
    asked |= {"id": text(rng)[:50], "run": "run", "key": text(rng)[:9]}
    for route in ("/cases", "/case", "/curves"):
        try:
            _ask(apps[route], part | asked)
        except PublicError as error:
            if error.http_code not in (400, 404):
                raise


def _argument(rng):
    return rng.choice(("", "0", "1", "-1", "x", "9" * 400, "9" * 5000, "１", text(rng)[:50]))


def _ask(app, query):
    query = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    answer = Client(app, TestResponse).get("/", query_string=query)

    def refuse(name):
        raise BrokenPromiseError(f"{name} is no JSON for a browser")

    return json.loads(answer.get_data(), parse_constant=refuse)


def _targets():
    triple = ("subject", "relation", "object")
    made = {name: try_reader(read) for name, read in READERS.items() if "data.read" not in name}
    made |= {f"{name}, any case": try_checker(checker) for name, checker in CHECKERS.items()}
    for suffix, draw in ((".jsonl", lines), (".json", json_list)):
        made[f"read_cases {suffix}"] = try_file(suffix, draw, kh.data.read_cases)
        made[f"KnowledgeBase {suffix}"] = try_file(
            suffix, draw, lambda path: kh.grounding.KnowledgeBase(path, "prompt")
        )
    made["read_cases .csv"] = try_file(
        ".csv", lambda rng: csv_table(rng, ("prompt", "references")), kh.data.read_cases
    )
    made["read_cases .tsv.gz"] = try_file(".tsv.gz", packed_table, kh.data.read_cases)
    made["read_cases, lists in cells"] = try_cells
    made["KnowledgeBase .csv"] = try_file(
        ".csv", lambda rng: csv_table(rng, triple), kh.grounding.KnowledgeBase
    )
    made["check, skip"] = try_file(".jsonl", lambda rng: lines(rng, True), skip)
    made["check, resume"] = try_resume
    made["swaps"] = try_swaps
    made["KnowledgeBase, asked"] = try_base
    made["AuditReport.from_json"] = try_report
    made["the routes of the tab"] = try_plugin
    return made


TARGETS = _targets()


def run_trial(target, number):
    """None where the reader kept its promise, else what went wrong."""

    def stop(*_):
        raise BrokenPromiseError(f"takes more than {PATIENCE} seconds")

    folder = Path(tempfile.mkdtemp())
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    try:
        TARGETS[target](random.Random(f"{target} {number}"), folder)
        return None
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    finally:
        signal.alarm(0)
        shutil.rmtree(folder, ignore_errors=True)
