"""Puts every measured figure into the pages: no figure there is typed by hand.

    python benchmarks/figures.py

Each block between `<!-- figures: NAME -->` and `<!-- end -->` of a page is made anew from
`results/`. A name is one of `BLOCKS`, or methods of `known_unknown.py` with `|` between them, with
`pararel: ` before them those of the larger world. A test compares the pages with the results.
"""

import json
import re
from pathlib import Path

import known_unknown_report

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/results"
PAGES = (ROOT / "docs/methods.md", ROOT / "README.md")
BLOCK = re.compile(r"(<!-- figures: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
NOT_YET = "Not measured yet."


def read(name):
    """The results of that name, or None where they are not there yet."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def methods_table(summary):
    return known_unknown_report.table(summary)


def own_knowledge(summary):
    return known_unknown_report.own_line(summary["base"])


def dose(summary):
    found = read("dose_curve")["model"]
    shown = {
        name: f"{part['value']:.2f} (95 % interval {part['interval'][0]:.2f} to "
        f"{part['interval'][1]:.2f})"
        for name, part in found.items()
    }
    return (
        f"Accuracy on held-out known facts = {shown['b0']} + {shown['b_known']} times the share "
        f"of known facts fitted, and {shown['b_unknown']} times that of unknown facts; R squared "
        f"{shown['r_squared']}."
    )


def data_to_text(summary):
    lines = ["| test set | | BLEU | slot error % |", "|---|---|---|---|"]
    for domain in ("restaurant", "hotel"):
        found = read(f"rnnlg_{domain}")
        if found is None:
            continue
        rows = {
            **{name: part for name, part in found.items() if name.startswith(("greedy", "best"))},
            **{f"{name} (published)": part for name, part in found["published"].items()},
        }
        for name, part in rows.items():
            bleu, error = part.values() if isinstance(part, dict) else part
            lines.append(f"| {domain} | {name} | {bleu:.3f} | {error:.2f} |")
        lines.append(
            f"| {domain} | what people wrote | | {found['human slot error percent']:.2f} |"
        )
    return "\n".join(lines) if len(lines) > 2 else NOT_YET


def noisy_targets(summary):
    found = read("e2e_noise")
    if found is None:
        return NOT_YET
    people = found["human_slot_error_percent"]
    lines = ["| trained on | slot error % | BLEU |", "|---|---|---|"]
    for condition in dict.fromkeys(run["condition"] for run in found["runs"]):
        own = [run for run in found["runs"] if run["condition"] == condition]
        error, half = known_unknown_report.mean_interval([r["slot_error_percent"] for r in own])
        bleu, spread = known_unknown_report.mean_interval([r["bleu"] for r in own])
        lines.append(f"| {condition} | {error:.1f} ± {half:.1f} | {bleu:.3f} ± {spread:.3f} |")
    lines += [f"| people, {name} | {error:.1f} | |" for name, error in people.items()]
    return "\n".join(lines)


def continual(summary):
    found = read("continual")
    if found is None:
        return NOT_YET
    lines = ["| | known | A | A, reworded | B | B, reworded |", "|---" * 6 + "|"]
    for name, part in found["after both stages"].items():
        cells = [part[key] for key in ("known", "A", "A_reworded", "B", "B_reworded")]
        shown = " | ".join(known_unknown_report.percent(cell) for cell in cells)
        lines.append(f"| {name} | {shown} |")
    return "\n".join(lines)


BLOCKS = {
    "table": methods_table,
    "own knowledge": own_knowledge,
    "dose": dose,
    "data-to-text": data_to_text,
    "noisy targets": noisy_targets,
    "continual": continual,
}


def render(page):
    """The page with every block of figures made anew."""
    runs = {"": known_unknown_report.RUNS, "pararel": known_unknown_report.PARAREL_RUNS}
    summaries = {
        world: known_unknown_report.summarise(known_unknown_report.load(path))
        for world, path in runs.items()
    }

    def block(match):
        start, names, end = match.groups()
        if names in BLOCKS:
            return start + BLOCKS[names](summaries[""]) + "\n" + end
        world, _, methods = names.rpartition(": ")
        lines = [
            f"- {known_unknown_report.line(summaries[world], name.strip())}\n"
            for name in methods.split("|")
        ]
        return start + "".join(lines) + end

    return BLOCK.sub(block, page)


def main():
    for page in PAGES:
        page.write_text(render(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
