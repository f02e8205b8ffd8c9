"""Does the time to read a text grow with its length, or with its square?

    python benchmarks/reader_growth.py              # writes "after" of the results
    python benchmarks/reader_growth.py --as before  # "before", with an older package on PYTHONPATH

Every public reader of text reads texts of many kinds with 1, 10 and 100 kilobytes (characters),
each a text it has not met before. The growth is how many times longer 100 kB take than 10 kB: 10 is
linear, 100 is quadratic. Times below two milliseconds count as two. A reader that takes more than
`PATIENCE` seconds is stopped; the text it was stopped at is told. `--only` measures some readers
anew; `--kinds` and `--lengths` look at other texts.
"""

import argparse
import gc
import json
import os
import signal
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from text_readers import READERS
from text_readers import UNITS
from text_readers import text_of

RESULTS = Path(__file__).parent / "results/reader_growth.json"
LENGTHS = (1_000, 10_000, 100_000)
PATIENCE = 30  # seconds for one text
LEAST = 2e-3  # seconds; below it growth is noise
ENOUGH = 20  # times longer, at ten times the length, that still count as linear
AGAIN = 16  # a growth above it is measured anew, since others compute here too
KINDS = (  # those on which something was worse than linear once, and what people have
    *("digits", "fractions", "brackets", "slots", "spaces", "one word", "words", "sentences"),
    *("Chinese sentences", "Han numerals", "points of names", "quotes", "apostrophes", "dates"),
    *("times", "quantities", "minus", "number words", "scales", "names", "stops", "markdown"),
    *(
        "accents",
        "surrogates",
        "emoji",
        "lists",
        "reasoning",
        "tags",
        "ticks",
        "stars",
        "citations",
    ),
    *("strings of JSON", "line numbers", "lead-ins"),
)


class OutOfPatienceError(Exception):
    """A reader takes longer than anybody waits."""


def seconds(read, text):
    """Processor time of one reading, or None where it takes too long."""

    def stop(*_):
        raise OutOfPatienceError

    signal.signal(signal.SIGALRM, stop)
    gc.collect()
    gc.disable()  # a collection looks at every object of TensorFlow, whatever the text
    signal.alarm(PATIENCE)
    start = time.process_time()
    try:
        read(text)
        return time.process_time() - start
    except OutOfPatienceError:
        return None
    finally:
        signal.alarm(0)
        gc.enable()


def growth(read, unit, seed, lengths):
    """Seconds at each length, and how many times longer the last takes; None if it never ends."""
    best = [None] * len(lengths)
    for attempt in range(3):
        for i, length in enumerate(lengths):
            taken = seconds(read, text_of(unit, length, f" {seed}{attempt}"))
            if taken is None:
                return [*best[:i], None], None
            best[i] = taken if best[i] is None else min(best[i], taken)
        times = max(best[-1], LEAST) / max(best[-2], LEAST)
        if times <= AGAIN or best[-1] > 1.0:
            break
    return best, times


def measure(names, kinds=KINDS, lengths=LENGTHS):
    found = {}
    gc.collect()
    gc.freeze()
    for number, name in enumerate(names):
        by_kind = {}
        for kind in kinds:
            try:
                by_kind[kind] = growth(READERS[name], UNITS[kind], number, lengths)
            except Exception as error:
                by_kind[kind] = [type(error).__name__], None
        found[name] = summary(by_kind)
        print(name, json.dumps(found[name], ensure_ascii=False), flush=True)
    return found


def summary(kinds):
    """The worst growth, the longest time, and every kind that is worse than linear."""
    worse = {
        kind: {
            "seconds": [round(s, 3) if isinstance(s, float) else s for s in taken],
            "times": None if times is None else round(times, 1),
        }
        for kind, (taken, times) in kinds.items()
        if times is None or times > ENOUGH
    }
    ended = [(times, kind) for kind, (_, times) in kinds.items() if times is not None]
    longest = max((taken[-1], kind) for kind, (taken, times) in kinds.items() if times is not None)
    return {
        "worst_times": round(max(ended)[0], 1),
        "of": max(ended)[1],
        "longest_seconds_at_100_kB": round(longest[0], 3),
        "longest_of": longest[1],
        "worse_than_linear": worse,
    }


def write(name, found):
    """Puts what was measured into the results, in place of what they have of these readers."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    own = results.get(name, {}).get("by_reader", {}) | found
    worse = sum(len(one["worse_than_linear"]) for one in own.values())
    results[name] = {
        "readers": len(own),
        "kinds_of_text": len(KINDS),
        "lengths": LENGTHS,
        "cores": len(os.sched_getaffinity(0)),
        "worse_than_linear": worse,
        "worst_times": max(one["worst_times"] for one in own.values()),
        "by_reader": own,
    }
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{worse} of {len(own) * len(KINDS)} are worse than linear")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--as", dest="name", default="after", choices=("before", "after"))
    parser.add_argument("--only", nargs="*", default=[""], help="beginnings of names of readers")
    parser.add_argument("--kinds", nargs="*", choices=UNITS, help="then nothing is written")
    parser.add_argument("--lengths", nargs="*", type=int, help="then nothing is written")
    given = parser.parse_args()
    names = [name for name in READERS if name.startswith(tuple(given.only))]
    found = measure(names, given.kinds or KINDS, given.lengths or LENGTHS)
    if not given.kinds and not given.lengths:
        write(given.name, found)


if __name__ == "__main__":
    main()
