"""Which families of KerasHub work with what, and what is refused: the matrix of docs/families.md.

    KERAS_BACKEND=tensorflow python benchmarks/families.py
    KERAS_BACKEND=torch python benchmarks/families.py --families "GPT-2" BART

Runs the checks of `tests/family_checks.py` on a random model of each family (`tests/model_zoo.py`)
and writes what came out into `benchmarks/results/families.json`, for this backend, and the page.
`--page` writes the page alone. A value that is wrong, or an error that does not say the way out,
is a cell "wrong", which `make test` does not let pass.
"""

import argparse
import json
import os
import pathlib
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROOT = pathlib.Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/results/families.json"
PAGE = ROOT / "docs/families.md"
MARKS = {"ok": "✓", "error": "error", "wrong": "✗"}
KINDS = {
    "causal": "Causal language models",
    "seq2seq": "Encoder-decoder models",
    "encoder": "Encoders that classify",
}
COLUMNS = {
    "scoring": "`TaskGenerator.score` against a log-softmax of one forward pass",
    "generation": "greedy texts against the likeliest tokens of repeated passes, and samples",
    "uncertainty": "every score of `UncertaintyScorer`, and hidden states",
    "attention": "`AttentionMonitor` in `fit`",
    "monitors": "`HallucinationMonitor`, `KnowledgeMonitor`, `CalibrationMonitor`, "
    "`ForgettingMonitor` with its divergence, and `GeneralizationMonitor`, in one `fit`",
    "texts": "`FineTuner` on raw texts: the loss is the mean over their tokens",
    "objectives": "`FineTuner` with each objective",
    "knowledge": "`categorize_knowledge`",
    "audit": "`kh.audit` of two models",
    "lora": "`enable_lora`, training, and the adapters switched off as a teacher",
    "int8": "`task.quantize`, then generation and scoring",
    "int4": "the same",
    "preset": "`save_to_preset` and `from_preset`",
    "classes": "`predict`, `ClassifierCalibrationMonitor`, `GeneralizationMonitor` and the "
    "divergence of `ForgettingMonitor`",
}
HEAD = """# Families of models

<!-- Written by benchmarks/families.py: run it to change this page. -->

Every family of `keras_hub.models` that answers in text or classifies it, as a random model of a few
thousand weights, on {backends} (Keras {keras}, KerasHub {keras_hub}). Each cell is a check of
`tests/family_checks.py`:

- ✓: what keras_halluc says is what the model itself says in plain forward passes, one row at a
  time, without padding.
- error: it is refused, with an error that says what must hold and what to do. The number leads to
  the reason. Where a column has several parts, such as the objectives, one of them is refused and
  the rest is ✓.
- ✗: a defect we know of.

`make test` runs one family of each kind, `make test-all` the whole page.
"""
GENERATION = """
## Generation

Cached generation of KerasHub may compute other logits than a forward pass of the same model.
`TaskGenerator` finds that out at first use. It warns, and generates by a forward pass for each
token instead. In KerasHub {keras_hub} that is so for {slow}.
"""


def render(results):
    """The page, as text."""
    parts = [HEAD.format(backends=_backends(results), **results["versions"])]
    notes = []
    for kind, title in KINDS.items():
        names = [name for name, of in results["kinds"].items() if of == kind]
        columns = list(results["columns"][kind])
        parts.append(f"\n## {title}\n\n")
        parts.append("| family | " + " | ".join(columns) + " |\n")
        parts.append("|---|" + "---|" * len(columns) + "\n")
        for name in names:
            cells = [_cell(results, name, column, notes) for column in columns]
            parts.append(f"| {name} | " + " | ".join(cells) + " |\n")
    parts.append("\n## What the columns check\n\n")
    parts += [f"- {column}: {text}\n" for column, text in COLUMNS.items()]
    parts.append("\n## Reasons\n\n")
    parts += [f"{number}. {note}\n" for number, note in enumerate(notes, 1)]
    parts.append(GENERATION.format(slow=", ".join(results["slow"]), **results["versions"]))
    parts.append("\n## Not in the table\n\n")
    parts += [f"- `{name}`: {why}\n" for name, why in sorted(results["outside"].items())]
    return "".join(parts)


def _backends(results):
    """Those that ran all families, and which families others ran."""
    whole = len(results["kinds"])
    named = {_name(backend): list(own) for backend, own in results["backends"].items()}
    all_of = " and ".join(name for name, own in named.items() if len(own) == whole)
    some = [f"{', '.join(own)} on {name} too" for name, own in named.items() if len(own) < whole]
    return "; ".join([all_of, *some])


def _name(backend):
    return {"tensorflow": "TensorFlow", "torch": "PyTorch", "jax": "JAX"}[backend]


def _cell(results, name, column, notes):
    """The same on all backends, or each with its name."""
    found = {
        backend: own[name][column] for backend, own in results["backends"].items() if name in own
    }
    marks = []
    for backend, (cell, reason) in found.items():
        mark = MARKS[cell]
        if reason:
            if reason not in notes:
                notes.append(reason)
            mark += f" {notes.index(reason) + 1}"
        marks.append((mark, backend))
    if len({mark for mark, _ in marks}) == 1:
        return marks[0][0]
    return ", ".join(f"{mark} {_name(backend)}" for mark, backend in marks)


def run(names, checks):
    """Checks some families on this backend; what was found is added to the file after each."""
    sys.path.insert(0, str(ROOT / "tests"))
    import family_checks
    import keras
    import keras_hub
    import model_zoo

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.run_functions_eagerly(True)
    warnings.filterwarnings("ignore", module="keras")
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results["versions"] = {"keras": keras.__version__, "keras_hub": keras_hub.__version__}
    results["kinds"] = {family.name: family.kind for family in model_zoo.FAMILIES}
    results["columns"] = {
        kind: [check.__name__ for check in checks] for kind, checks in family_checks.CHECKS.items()
    }
    results["outside"] = model_zoo.OUTSIDE
    results.setdefault("slow", [])
    backends = results.setdefault("backends", {})
    own = backends.setdefault(keras.backend.backend(), {})
    for family in model_zoo.FAMILIES:
        if names and family.name not in names:
            continue
        found = dict(own.get(family.name, {}))
        for check in family_checks.CHECKS[family.kind]:
            if checks and check.__name__ not in checks:
                continue
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                found[check.__name__] = _tried(check, family)
            slow = any("cached generation of" in str(one.message) for one in said)
            if slow and family.name not in results["slow"]:
                results["slow"].append(family.name)
            print(
                f"{family.name:14} {check.__name__:12} {' '.join(found[check.__name__])}",
                flush=True,
            )
        own[family.name] = found
        order = [name for name in results["kinds"] if name in own]
        backends[keras.backend.backend()] = own = {name: own[name] for name in order}
        text = json.dumps(results, indent=1, ensure_ascii=False)
        RESULTS.write_text(text + "\n", encoding="utf-8")


def _tried(check, family):
    import family_outcome

    try:
        return list(family_outcome.outcome(check, family))
    except Exception as error:
        return ["wrong", family_outcome.first_sentence(f"{type(error).__name__}: {error}")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--families", nargs="*", default=[], help="names; all by default")
    parser.add_argument("--checks", nargs="*", default=[], help="columns; all by default")
    parser.add_argument("--page", action="store_true", help="write the page alone")
    arguments = parser.parse_args()
    if not arguments.page:
        run(arguments.families, arguments.checks)
    PAGE.write_text(render(json.loads(RESULTS.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
