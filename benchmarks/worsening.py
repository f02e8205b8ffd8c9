"""How often is it said right since when a run gets worse, and how often of a run that does not?

    python benchmarks/worsening.py    # half a minute; writes results/worsening.json

Planted runs of 160 cases in four groups at nine measurements, of which one group gets worse from
the fourth epoch on or none does, at several rates of noise: at each measurement a case comes out as
the opposite of what it is by nature with that probability. Seeds are 0 to 999.
"""

import collections
import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from planted_runs import planted_run

from keras_halluc.statistics.worsening import worsening

RESULTS = Path(__file__).parent / "results/worsening.json"
RUNS = 1000
NOISE = (0.02, 0.05, 0.1, 0.2, 0.4)


def measure(noise, worse):
    """Counts over all runs: of each status, and of the epoch since when `g0` is called worse."""
    status, since = collections.Counter(), collections.Counter()
    for seed in range(RUNS):
        trend = worsening(*planted_run(seed, noise=noise, worse=worse, jump=0.4))
        status[trend.status] += 1
        since.update(rise.since for rise in trend.rises if rise.group == "g0")
    return {"status": dict(sorted(status.items())), "since": dict(sorted(since.items()))}


def main():
    found = {
        name: {str(noise): measure(noise, worse) for noise in NOISE}
        for name, worse in (("none gets worse", ()), ("g0 from epoch 4 on", ("g0",)))
    }
    RESULTS.write_text(json.dumps({"runs": RUNS, **found}, indent=1) + "\n", encoding="utf-8")
    for name, by_noise in found.items():
        for noise, one in by_noise.items():
            print(f"{name}, noise {noise}: {one['status']}, since {one['since']}")


if __name__ == "__main__":
    main()
