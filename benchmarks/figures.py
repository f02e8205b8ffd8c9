"""Puts every measured figure into the pages: no figure there is typed by hand.

    python benchmarks/figures.py

Each block between `<!-- figures: NAME -->` and `<!-- end -->` of a page is made anew from
`results/`. A name is one of `BLOCKS`, or methods of `known_unknown.py` with `|` between them, with
`pararel: ` before them those of the larger world, with `zh: ` in Chinese. A test compares the pages
with the results.
"""

import re
from pathlib import Path

import checker_figures
import doubt_figures
import fit_figures
import known_unknown_report
from figure_tables import NOT_YET
from figure_tables import read

ROOT = Path(__file__).parents[1]
PAGES = tuple(
    ROOT / page
    for page in (
        "docs/methods.md",
        "docs/checkers.md",
        "docs/costs.md",
        "docs/audit.md",
        "docs/examples.md",
        "docs/which_metric.md",
        "docs/zh/costs.md",
        "README.md",
        "README.zh.md",
        "keras_halluc/presets/entailment_minilm/README.md",
    )
)
BLOCK = re.compile(r"(<!-- figures: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


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
    lines = [
        "| trained on | slot error % | BLEU | slot error minus that of noisy |",
        "|---|---|---|---|",
    ]
    errors = {(r["condition"], r["seed"]): r["slot_error_percent"] for r in found["runs"]}
    for condition in dict.fromkeys(run["condition"] for run in found["runs"]):
        own = [run for run in found["runs"] if run["condition"] == condition]
        less = [errors[condition, r["seed"]] - errors["noisy", r["seed"]] for r in own]
        paired = known_unknown_report.mean_interval(less)
        cells = [
            known_unknown_report.plus_minus(
                *known_unknown_report.mean_interval([run[key] for run in own]), digits
            )
            for key, digits in (("slot_error_percent", 1), ("bleu", 3))
        ]
        cells.append(known_unknown_report.plus_minus(*paired, sign=True) if any(less) else "")
        lines.append(f"| {condition} | {' | '.join(cells)} |")
    lines += [f"| people, {name} | {error:.1f} | | |" for name, error in people.items()]
    return "\n".join(lines)


def continual(summary):
    found = read("continual")
    if found is None:
        return NOT_YET
    lines = ["| | known | A | A, reworded | B | B, reworded |", "|---" * 6 + "|"]
    names = {(False, "base"): "before"}
    for guarded, method in ((False, "plain"), (True, "guarded")):
        names[guarded, "A"], names[guarded, "B"] = f"{method}, after A", f"{method}, after both"
    for chosen, name in names.items():
        rows = [run for run in found["runs"] if (run["guarded"], run["stage"]) == chosen]
        cells = [
            known_unknown_report.percent(
                known_unknown_report.mean_interval([row[key] for row in rows])
            )
            for key in ("known", "A", "A_reworded", "B", "B_reworded")
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


QUICK_START = {  # key -> its row in each language, and whether more is better
    "heldout_known_accuracy": {
        "en": "held-out known facts still right",
        "zh": "没拿来微调的已知事实，仍答对",
        "good": 1,
    },
    "unknown_fit": {"en": "new facts learned", "zh": "学会的新事实", "good": 1},
    "val_hallucination_rate": {
        "en": "hallucination rate (`val_hallucination_rate`)",
        "zh": "幻觉率（`val_hallucination_rate`）",
        "good": -1,
    },
}
QUICK_START_HEADS = {
    "en": "| | before | plain | guarded | guarded minus plain |",
    "zh": "| | 微调前 | 普通 | 加防护 | 加防护减普通 |",
}
COST = {
    "en": "On two cores: `FineTuner` / bare step {FineTuner / bare step:.2f}, `SelfDistillation` "
    "with a live teacher {SelfDistillation / bare step:.2f}, both monitors with their default "
    "budget {monitors_share_of_fit:.1%} of fit time ({monitors_share_of_fit, with "
    "compilation:.1%} with compilation), import {import_seconds_over_keras:.2f} s over Keras.",
    "zh": "两个核上：`FineTuner` 每步是原来的 {FineTuner / bare step:.2f} 倍，`SelfDistillation`"
    "（教师模型实时计算）是 {SelfDistillation / bare step:.2f} 倍；两个监控回调在默认预算下"
    "占 `fit` 时间的 {monitors_share_of_fit:.1%}（含编译 "
    "{monitors_share_of_fit, with compilation:.1%}）；导入比 Keras 多 "
    "{import_seconds_over_keras:.2f} 秒。",
}


def quick_start(summary, language="en"):
    """In bold where guarded is better by more than its interval."""
    found = read("quickstart_seeds")["summary"]
    lines = [QUICK_START_HEADS[language], "|---" * 5 + "|"]
    for key, row in QUICK_START.items():
        cells = {
            name: known_unknown_report.percent(
                (part["mean"], part["half_width"]), sign="minus" in name
            )
            for name, part in found[key].items()
        }
        cells["base"] = f"{100 * found[key]['base']['mean']:.1f}".removesuffix(".0")
        gain = found[key]["guarded_minus_plain"]
        if row["good"] * gain["mean"] > gain["half_width"]:
            cells["guarded"] = f"**{cells['guarded']}**"
        lines.append("| " + " | ".join([row[language], *cells.values()]) + " |")
    return "\n".join(lines)


def cost(summary, language="en"):
    return COST[language].format_map(read("overhead_tensorflow")).replace("%", " %")


def compression(summary):
    """Each variant of the embedded model: size, speed, and what it answers."""
    found = read("compression")
    if found is None:
        return NOT_YET
    lines = [
        "| | MB | gzipped | speed | answers right % | change, points | hallucination rate % | "
        "calibration error | worse / better cases |",
        "|---" * 9 + "|",
    ]
    for name, part in found.items():
        if name == "setup":
            continue
        change, flips = "", ""
        if name != "before":
            value, low, high = (100 * x for x in part["answer_accuracy minus before"])
            change = f"{value:+.1f} ({low:+.1f} to {high:+.1f})"
            flips = f"{part['cases worse']} / {part['cases better']}"
        cells = (
            "float32" if name == "before" else name,
            f"{part['MB']:.2f}",
            f"{part['MB gzipped']:.2f}",
            f"{part['speed']:.2f}",
            f"{100 * part['answer_accuracy'][0]:.1f}",
            change,
            f"{100 * part['hallucination_rate'][0]:.1f}",
            f"{part['expected_calibration_error'][0]:.3f}",
            flips,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


BLOCKS = {
    "table": methods_table,
    "own knowledge": own_knowledge,
    "dose": dose,
    "data-to-text": data_to_text,
    "noisy targets": noisy_targets,
    "continual": continual,
    "quick start": quick_start,
    "zh: quick start": lambda summary: quick_start(summary, "zh"),
    "cost": cost,
    "zh: cost": lambda summary: cost(summary, "zh"),
    "compression": compression,
    **{
        name: lambda summary, block=block: block()
        for name, block in {
            **checker_figures.BLOCKS,
            **doubt_figures.BLOCKS,
            **fit_figures.BLOCKS,
        }.items()
    },
}


def render(page):
    """The page with every block of figures made anew."""
    runs = {"": known_unknown_report.RUNS, "pararel": known_unknown_report.PARAREL_RUNS}
    summaries = {
        world: known_unknown_report.summarise(known_unknown_report.load(path), least=3)
        for world, path in runs.items()
    }

    def block(match):
        start, names, end = match.groups()
        if names in BLOCKS:
            return start + BLOCKS[names](summaries[""]) + "\n" + end
        world, _, methods = names.rpartition(": ")
        language = "zh" if world == "zh" else "en"
        summary = summaries[world.removeprefix("zh")]
        lines = [
            f"- {known_unknown_report.line(summary, name.strip(), language)}\n"
            for name in methods.split("|")
        ]
        return start + "".join(lines) + end

    return BLOCK.sub(block, page)


def main():
    for page in PAGES:
        page.write_text(render(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
