"""Blocks of figures about fits on real text, and about when to stop, for `figures.py`.

Each takes no argument, reads one file of `results/` and returns Markdown.
"""

import statistics

from figure_tables import interval
from figure_tables import read
from figure_tables import table


def named(run):
    """`"scratch, seed 0"` as a reader would say it; the folder in the wheel is just `model`."""
    return run.replace("scratch", "from scratch").replace(" model,", " from all-MiniLM-L6-v2,")


def sentiment():
    """Reviews in Chinese: accuracy, and calibration before and after the temperature."""
    found = read("chinese_sentiment")
    head = [
        "",
        "test accuracy %",
        "calibration error",
        "calibrated",
        "by chance",
        "gap at the kept epoch",
    ]
    rows = [
        [
            named(run),
            f"{100 * part['test_accuracy']:.1f}",
            f"{part['expected_calibration_error']:.3f}",
            f"{part['expected_calibration_error_calibrated']:.3f}",
            f"{part['expected_calibration_error_by_chance']:.3f}",
            f"{part['generalization_gap'][part['epoch_kept'] - 1]:.2f}",
        ]
        for run, part in found.items()
    ]
    return table(head, rows)


def tagging():
    """Hallucinated words of summaries: F1, and above that of marking every word."""
    found = read("hallucinated_words")
    head = ["", "F1", "above marking all", "calibration error", "calibrated"]
    errors = ("expected_calibration_error", "expected_calibration_error_calibrated")
    rows = {}
    for run, ways in found.items():
        for way, part in ways.items():
            shown = f"{way}, {named(run)}" if "temperature" in part else way  # a rule has no seed
            rows[shown] = [
                shown,
                interval(part["f1"], *part["f1_interval"], 3),
                interval(part["above_always"], *part["above_always_interval"], 3),
                *(f"{part[key]:.3f}" if key in part else "" for key in errors),
            ]
    return table(head, rows.values())


def answers():
    """Answers that stand in a text, or none."""
    found = read("extractive_qa")
    keys = ("exact_match", "f1", "f1_answerable", "no_answer_accuracy")
    head = ["", "exact match", "F1", "F1 where there is one", "told that there is none"]
    rows = {}
    for run, part in found.items():
        for name, values in part["scores"].items():
            rule = name.startswith(("always", "best"))  # the same in every run
            shown = name if rule else f"{name}; {named(run)}"
            rows[shown] = [shown, *(f"{values[key]:.1f}" for key in keys)]
    return table(head, rows.values())


def stopping():
    """Rules that stop: in how many seeds they hand back a model within a point of the best."""
    found = read("stopping")
    head = [
        "cases",
        "rule",
        "within a point, watched",
        "within a point, other cases",
        "points above the best, other cases",
        "epochs trained",
    ]
    rows = [
        [
            world,
            f"`{name}`",
            f"{part['within_a_point_watched']} of {part['seeds']}",
            f"{part['within_a_point']} of {part['seeds']}",
            f"{100 * part['mean_excess']:.1f}",
            f"{statistics.fmean(part['trained_epochs']):.1f}",
        ]
        for world, rules in found.items()
        for name, part in sorted(rules.items(), key=lambda rule: rule[0].split(", patience")[0])
        if not name.startswith("StopOnHallucination(patience=") or "None" in name
    ]
    return table(head, rows)


def objective_costs():
    """What each objective costs, over plain fine-tuning in the same run."""
    measured = read("objectives_cost_tensorflow")["objectives"]
    compiled = read("objectives_cost_tensorflow_xla")["objectives"]
    measured |= {f"{name}, by XLA": part for name, part in compiled.items() if name != "plain"}
    head = ["", "step", "aimed at", "variables", "a row"]
    rows = [
        [
            name,
            f"{part['step / plain']:.2f}",
            f"{part['budget']:.2f}" if part["budget"] else "",
            f"{part['variables / plain']:.2f}",
            f"{part['row / plain row']:.1f}",
        ]
        for name, part in measured.items()
    ]
    return table(head, rows)


BLOCKS = {
    "objective costs": objective_costs,
    "sentiment": sentiment,
    "tagging": tagging,
    "answers": answers,
    "stopping": stopping,
}
