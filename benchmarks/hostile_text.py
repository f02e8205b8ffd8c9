"""Does the time to read a text grow with its length, or with its square?

    python benchmarks/hostile_text.py

Repetitive texts that lead patterns astray, at two lengths; printed is how many times longer four
times the text takes: 4 is linear, 16 is quadratic.
"""

import json
import time
from pathlib import Path

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results/hostile_text.json"
UNITS = (
    "1 ",
    "9",
    ". ",
    "a. ",
    "one ",
    "5 km, ",
    "Bo ",
    "一",
    "年",
    "·人",
    "(",
    "1/",
    "May ",
    "《",
)
SHORT, TIMES = 250_000, 4  # the longer ones have a million characters


def seconds(read, text):
    start = time.process_time()
    read(text)
    return time.process_time() - start


def checked_by(checker):
    """The text as an output against nearly itself."""
    return lambda text: checker.check([kh.data.Case("Write.", source=text[:-1] + " x")], [text])


READERS = {
    "sentence_spans": kh.text.sentence_spans,
    "chunk_text": kh.text.chunk_text,
    "OverlapChecker": checked_by(kh.grounding.OverlapChecker()),
    "ValueChecker": checked_by(kh.grounding.ValueChecker()),
}


def main():
    result = {}
    for name, read in READERS.items():
        result[name] = {}
        for unit in UNITS:
            text = unit * (SHORT // len(unit))
            short, long = seconds(read, text), seconds(read, text * TIMES)
            result[name][unit] = {"seconds": round(long, 3), "times": round(long / short, 1)}
        worst = max(result[name].items(), key=lambda item: item[1]["times"])
        print(f"{name}: at worst {worst[1]['times']} times, on rows of {worst[0]!r}", flush=True)
    RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
