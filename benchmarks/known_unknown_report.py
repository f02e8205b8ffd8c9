"""What did `known_unknown.py` find? Means over seeds and the front.

    python benchmarks/known_unknown_report.py

Reads `results/known_unknown_runs.jsonl`; writes `results/known_unknown.json` and the picture of the
front. `figures.py` puts its lines and its table into the pages.
"""

import json
import math
import statistics
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = ROOT / "benchmarks/results/known_unknown_runs.jsonl"
PARAREL_RUNS = ROOT / "benchmarks/results/known_unknown_pararel_runs.jsonl"
SUMMARY = ROOT / "benchmarks/results/known_unknown.json"
PICTURE = ROOT / "docs/known_unknown.png"
STUDENT_975 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 10: 2.262}
COLUMNS = {
    "kept": "kept",
    "kept_reworded": "kept, reworded",
    "new": "new",
    "new_reworded": "new, reworded",
    "new_stated": "new, stated",
    "hallucination_rate": "hallucination",
    "abstain_known": "abstains, known",
    "abstain_never_seen": "abstains, never seen",
    "ece": "ECE",
    "aurc": "AURC",
}
LINES = {
    "en": "`{method}`: kept {kept} points, new facts {new} %, in other wordings {new_reworded} %, "
    "hallucination rate {hallucination_rate} %{time}.",
    "zh": "`{method}`：原有知识 {kept} 个百分点，新事实 {new} %，换种问法 {new_reworded} %，"
    "幻觉率 {hallucination_rate} %{time}。",
}
TIMES = {"en": "; {:.1f} times the time of plain", "zh": "；用时为 plain 的 {:.1f} 倍"}
SEEDS = {"en": "; {} seeds", "zh": "；{} 个种子"}
OWN = ("known_stated", "practice_agreed", "practice_agreed_right")  # of the base model


def load(path=RUNS):
    """The rows of a file of runs; none where it is not there yet."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def run_of(row):
    """Seed, and which of the base models: rows are compared within both."""
    return row["seed"], row.get("pretraining", 0)


def mean_interval(values):
    """Mean and half width of its 95 % Student interval over seeds."""
    if len(values) < 2:
        return values[0], math.nan
    half = STUDENT_975[len(values)] * statistics.stdev(values) / math.sqrt(len(values))
    return statistics.fmean(values), half


def summarise(rows, least=None):
    """Method -> measure -> mean, half width; changes are paired with the base model by seed.

    Only methods measured on every seed, or on `least` of them, and nothing before plain
    fine-tuning is.
    """
    rows = [row for row in rows if row["seed"] < 100]  # seed 100 chose the settings
    base = {run_of(row): row for row in rows if row["method"] == "base"}
    plain = {run_of(row): row for row in rows if row["method"] == "plain"}
    every = len({row["seed"] for row in base.values()})
    summary = {}
    if set(plain) != set(base):
        return summary
    for method in dict.fromkeys(row["method"] for row in rows):
        found = [row for row in rows if row["method"] == method]
        own = list({row["seed"]: row for row in found[::-1]}.values())  # the first of each seed
        if len(own) < min(least or every, every):
            continue
        part = {"seeds": len(own)}
        for row in own:
            for key in ("known", "known_reworded"):
                row[key.replace("known", "kept")] = row[key] - base[run_of(row)][key]
        for key in ("known", *COLUMNS, *(OWN if method == "base" else ())):
            part[key] = mean_interval([row[key] for row in own])
        part["share_of_plain_reworded"] = mean_interval(
            [row["new_reworded"] / plain[run_of(row)]["new_reworded"] for row in own]
        )
        # Of one run of the machine alone: the others had work beside them.
        timed = [row for row in own if "train_seconds" in row and "pretraining" not in row]
        if timed:
            ratios = [row["train_seconds"] / plain[run_of(row)]["train_seconds"] for row in timed]
            part["time_ratio"] = (statistics.median(ratios), math.nan)
        summary[method] = part
    return summary


def plus_minus(mean, half, digits=1, sign=False):
    shown = f"{mean:+.{digits}f}" if sign else f"{mean:.{digits}f}"
    return f"{shown} (one seed)" if math.isnan(half) else f"{shown} ± {half:.{digits}f}"


def percent(pair, digits=1, sign=False):
    return plus_minus(*(100 * number for number in pair), digits, sign)


def table(summary, names=None):
    lines = ["| method | " + " | ".join(COLUMNS.values()) + " | time |"]
    lines.append("|---" * (len(COLUMNS) + 2) + "|")
    for method in names or summary:
        part = summary[method]
        cells = [percent(part[c], sign=c.startswith("kept")) for c in COLUMNS]
        ratio = f"{part['time_ratio'][0]:.1f}" if "time_ratio" in part else ""
        lines.append(f"| {method} | " + " | ".join(cells) + f" | {ratio} |")
    return "\n".join(lines)


def line(summary, method, language="en"):
    """The figures of one card."""
    if method not in summary:
        return f"`{method}`: not measured on all seeds yet."
    part = summary[method]
    shown = {
        key: percent(part[key], sign=key == "kept")
        for key in ("kept", "new", "new_reworded", "hallucination_rate")
    }
    time = TIMES[language].format(part["time_ratio"][0]) if "time_ratio" in part else ""
    if part["seeds"] < summary["plain"]["seeds"]:
        time += SEEDS[language].format(part["seeds"])
    return LINES[language].format(method=method, time=time, **shown)


def own_line(base):
    """What the base model knows without being asked as in training."""
    return (
        f"Asked as in training, the base model answers {percent(base['known'])} % of the held-out "
        f"facts, and completes {percent(base['known_stated'])} % of the statements of them. On "
        f"{percent(base['practice_agreed'])} % of the questions without labels its wordings agree, "
        f"and of these answers {percent(base['practice_agreed_right'])} % are right."
    )


def on_front(summary, across):
    """Methods that no other beats in both what is kept and what is new."""
    points = {m: (p["kept"][0], p[across][0]) for m, p in summary.items()}
    return [
        m
        for m, (kept, new) in points.items()
        if not any(k >= kept and n >= new and (k, n) != (kept, new) for k, n in points.values())
    ]


def draw(summary, path=PICTURE):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(14, 6.2), constrained_layout=True, sharey=True)
    titles = {"new": "trained wording", "new_reworded": "wordings that were not trained"}
    for axis, (across, title) in zip(axes, titles.items()):
        front = on_front(summary, across)
        for method, part in summary.items():
            (x, dx), (y, dy) = part[across], part["kept"]
            best = method in front
            axis.errorbar(
                100 * x,
                100 * y,
                100 * dy,
                100 * dx,
                fmt="o",
                ms=6 if best else 4,
                lw=0.7,
                color="tab:blue" if best else "tab:gray",
                alpha=1.0 if best else 0.6,
            )
            axis.annotate(
                method, (100 * x, 100 * y), (4, 3), textcoords="offset points", fontsize=6
            )
        axis.axhline(0, color="black", lw=0.8, ls=":")
        axis.set(title=f"New facts recalled, {title}", xlabel="% of new facts", xlim=(0, 130))
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("held-out known facts, points against the base model")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def main():
    summary = summarise(load())
    SUMMARY.write_text(json.dumps(summary, indent=1) + "\n")
    draw(summary)
    print(table(summary))


if __name__ == "__main__":
    main()
