"""Runs whose rate gets worse in known groups from a known step on, or does not."""

import numpy as np


def planted_run(
    seed=0, cases=160, groups=4, steps=9, rate=0.2, noise=0.05, worse=(), since=4, jump=0.35
):
    """`(bad, groups, steps)` as `worsening` takes them.

    Each case is hallucinated or not by nature; at every step the opposite comes with probability
    `noise`. In the groups of `worse`, a share `jump` of the cases is hallucinated from `since` on.
    """
    rng = np.random.default_rng(seed)
    names = [f"g{i % groups}" for i in range(cases)]
    nature = rng.random(cases) < rate
    struck = (rng.random(cases) < jump) & np.isin(names, worse)
    bad = np.empty((cases, steps))
    for step in range(steps):
        now = nature | struck if step >= since else nature
        bad[:, step] = now ^ (rng.random(cases) < noise)
    return bad, names, list(range(steps))
