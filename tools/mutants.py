"""Do the tests bite? Plants one fault after another in a copy of the tree and runs the tests on it.

    KERAS_BACKEND=torch python tools/mutants.py            # all; torch starts fastest
    KERAS_BACKEND=torch python tools/mutants.py duplicates # those with the word in their name

Prints a table and ends with 1 where a fault was not caught, or where its place is gone. A new
layer or metric adds its faults to `MUTANTS`.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[1]
COPIED = ("keras_halluc", "tests", "conftest.py", "setup.cfg", "pyproject.toml")
TESTS_FAILED = 1  # what pytest ends with; anything else above 0 is trouble of its own
CONTRACTS = "tests/layers/test_layer_contracts.py"


class Mutant(NamedTuple):
    """A fault: this text of a file becomes that, and one of these tests must see it."""

    name: str
    file: str
    old: str
    new: str
    tests: str


def layer(name: str, file: str, old: str, new: str, tests: str = "") -> Mutant:
    """A fault in a layer, with its own test file and the contracts by default."""
    own = f"tests/layers/test_{file}"
    return Mutant(name, f"keras_halluc/layers/{file}", old, new, tests or own)


MUTANTS = (
    layer(
        "masked values let through",
        "masks.py",
        "return ops.where(ops.expand_dims(mask, -1), values, ops.zeros_like(values))",
        "return values",
        CONTRACTS,
    ),
    layer(
        "mask ignored",
        "masks.py",
        'return ops.cast(mask, "bool")',
        'return ops.ones_like(ops.cast(mask, "bool"))',
        CONTRACTS,
    ),
    layer(
        "argument lost from the config",
        "classification_head.py",
        "config.update(num_classes=self.num_classes, abstain_below=self.abstain_below)",
        "config.update(num_classes=self.num_classes)",
        CONTRACTS,
    ),
    layer(
        "wrong axis",
        "decision_fusion.py",
        "ops.log_softmax(ops.stack(clean, axis=1), axis=-1)",
        "ops.log_softmax(ops.stack(clean, axis=1), axis=1)",
        "tests/layers/test_fusion.py",
    ),
    layer(
        "temperature not saved",
        "classification_head.py",
        "    def calibrate(",
        "    def save_own_variables(self, store):\n        pass\n\n"
        "    def load_own_variables(self, store):\n        pass\n\n    def calibrate(",
    ),
    layer(
        "temperature in training too",
        "classification_head.py",
        "return logits if training else logits / self.temperature",
        "return logits / self.temperature",
    ),
    layer(
        "calibrated twice over",
        "classification_head.py",
        "fit_temperature(scores * before, classes)",
        "fit_temperature(scores, classes)",
    ),
    layer(
        "duplicates overwritten in the copy",
        "pointer_generator.py",
        "ops.segment_sum(",
        "ops.segment_max(",
    ),
    layer(
        "softmax in bfloat16",
        "pointer_generator.py",
        "shift_logits(vocabulary_logits)",
        'shift_logits(ops.cast(vocabulary_logits, "bfloat16"))',
    ),
    layer(
        "no floor under a probability of 0",
        "pointer_generator.py",
        "LOG_SMALLEST = math.log(SMALLEST)",
        "LOG_SMALLEST = -math.inf",
    ),
    layer(
        "copies of padding",
        "pointer_generator.py",
        "ops.logical_and(known, source_mask)",
        "known",
    ),
    layer(
        "causal mask missing",
        "grounded_attention.py",
        "ops.expand_dims(positions, 0) <= ops.expand_dims(positions, 1)",
        "ops.expand_dims(positions, 0) <= ops.expand_dims(positions, 1) + 99",
    ),
    layer(
        "own position not attended",
        "grounded_attention.py",
        "ops.expand_dims(positions, 0) <= ops.expand_dims(positions, 1)",
        "ops.expand_dims(positions, 0) < ops.expand_dims(positions, 1)",
    ),
    layer(
        "padding counted in the lookback ratio",
        "grounded_attention.py",
        'count = ops.sum(ops.cast(counted, "float32"), axis=-1)',
        'count = ops.sum(ops.ones_like(ops.cast(counted, "float32")), axis=-1)',
    ),
    layer(
        "end before start",
        "span_head.py",
        "    rows = np.arange(len(starts))\n",
        "    rows = np.arange(len(starts))\n"
        "    s = np.where(inside, starts, -np.inf).argmax(1)\n"
        "    e = np.where(inside, ends, -np.inf).argmax(1)\n"
        "    best = starts[rows, s] + ends[rows, e]\n"
        "    return s, e, best, starts[:, 0] + ends[:, 0] - best\n",
    ),
    layer(
        "span over a hole in the context",
        "span_head.py",
        "run = run[:, :-1] & inside[:, more:]",
        "run = inside[:, :-more] & inside[:, more:]",
    ),
    layer(
        "no answer not allowed",
        "span_head.py",
        "allowed = ops.logical_or(allowed, first)",
        "allowed = ops.logical_or(allowed, allowed)",
    ),
    layer(
        "difference with its sign",
        "pair_head.py",
        "ops.abs(u - v)",
        "u - v",
        "tests/layers/test_small_heads.py",
    ),
    layer(
        "bounds not kept",
        "regression_head.py",
        "(self.maximum - self.minimum) * ops.sigmoid(value)",
        "self.maximum * ops.sigmoid(value)",
        "tests/layers/test_small_heads.py",
    ),
    layer(
        "dropout outside training",
        "heads.py",
        "self.drop(features, training=training)",
        "self.drop(features, training=True)",
        CONTRACTS,
    ),
    layer(
        "dropout never",
        "heads.py",
        "self.drop(features, training=training)",
        "self.drop(features, training=False)",
        CONTRACTS,
    ),
    layer(
        "features of the probe not standardised",
        "hallucination_probe.py",
        'standard = (ops.cast(features, "float32") - self.mean) / self.scale',
        'standard = ops.cast(features, "float32") - self.mean',
    ),
    layer(
        "bias of the probe held down",
        "logistic_regression.py",
        "penalty[-1] = 0.0",
        "penalty[-1] = l2",
        "tests/layers/test_hallucination_probe.py",
    ),
    layer(
        "present ignored",
        "modalities.py",
        'return ops.cast(present, "bool")',
        'return ops.ones_like(ops.cast(present, "bool"))',
        CONTRACTS,
    ),
    layer(
        "gates over missing modalities",
        "feature_fusion.py",
        'ops.where(there, ops.cast(scores, "float32"), FORBIDDEN)',
        'ops.cast(scores, "float32")',
        "tests/layers/test_fusion.py",
    ),
    layer(
        "mean over padding",
        "cross_modal_fusion.py",
        'ops.sum(ops.cast(count, "float32"), axis=1, keepdims=True)',
        'ops.sum(ops.ones_like(ops.cast(values, "float32"))[..., 0], axis=1, keepdims=True)',
        CONTRACTS,
    ),
    layer(
        "Keras masks ignored beside present",
        "cross_modal_fusion.py",
        "for given in (mask, inputs_mask):",
        "for given in (mask,):",
        "tests/layers/test_fusion.py",
    ),
    layer(
        "weights of classifiers not learnt",
        "decision_fusion.py",
        "ops.convert_to_tensor(self.votes)",
        "ops.stop_gradient(ops.convert_to_tensor(self.votes))",
        CONTRACTS,
    ),
    Mutant(
        "uncertainty: a draw counts as won",
        "keras_halluc/ops/ranking.py",
        'side="left"',
        'side="right"',
        "tests/ops/test_ranking.py",
    ),
    Mutant(
        "uncertainty: ties in the order they came",
        "keras_halluc/ops/selective_prediction.py",
        "np.repeat(wrong, count)",
        '1.0 - correct[np.argsort(-confidence, kind="stable")]',
        "tests/ops/test_selective_prediction.py",
    ),
    Mutant(
        "uncertainty: a bin is judged as if it began at its end",
        "keras_halluc/ops/selective_prediction.py",
        "before, wrong_before = ops.cumsum(weight) - weight, ops.cumsum(wrong) - wrong",
        "before, wrong_before = ops.cumsum(weight), ops.cumsum(wrong)",
        "tests/ops/test_selective_prediction.py",
    ),
    Mutant(
        "uncertainty: quantile without the new score",
        "keras_halluc/ops/conformal.py",
        "math.ceil(round((len(rows) + 1) * coverage, 9))",
        "math.ceil(round(len(rows) * coverage, 9))",
        "tests/ops/test_conformal.py",
    ),
    Mutant(
        "uncertainty: the first look counts for the head",
        "keras_halluc/ops/recurrent_confidence.py",
        "looks[:, :, 1:].sum",
        "looks.sum",
        "tests/ops/test_recurrent_confidence.py",
    ),
    Mutant(
        "uncertainty: looks at the token after",
        "keras_halluc/generation/teacher_forced_pass.py",
        "offset=-1",
        "offset=1",
        "tests/generation/test_uncertainty_scorer.py",
    ),
    Mutant(
        "uncertainty: repeated samples weigh twice",
        "keras_halluc/grounding/consistency/answer_sampler.py",
        "first = [text not in texts[:i] for i, text in enumerate(texts)]",
        "first = [True for _ in texts]",
        "tests/grounding/test_consistency_checker.py",
    ),
    Mutant(
        "uncertainty: one way entailed is the same",
        "keras_halluc/grounding/entailment/pair_scores.py",
        "min(both) >=",
        "max(both) >=",
        "tests/grounding/test_consistency_checker.py",
    ),
    Mutant(
        "uncertainty: an abstention votes",
        "keras_halluc/grounding/ensemble_checker.py",
        'measured = [o for o in opinions if o.verdict.label not in ("abstained", "unmeasured")]',
        'measured = [o for o in opinions if o.verdict.label != "unmeasured"]',
        "tests/grounding/test_ensemble_checker.py",
    ),
)


def run(mutant: Mutant, folder: pathlib.Path) -> str:
    """`"caught"`, `"ESCAPED"`, or what stood in the way."""
    path = folder / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        return f"NO PLACE: {text.count(mutant.old)} times in {mutant.file}"
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", *mutant.tests.split()],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
        )
    finally:
        path.write_text(text, encoding="utf-8")
    if done.returncode == TESTS_FAILED:
        failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
        return "caught by " + failed[0].split("::")[-1].split(" - ")[0]
    return "ESCAPED" if done.returncode == 0 else f"NOT RUN: {done.stdout[-200:]}"


def main() -> int:
    """Runs the mutants named on the command line, or all."""
    wanted = " ".join(sys.argv[1:])
    escaped = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in COPIED:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / part)
        print("| fault | file | found | s |\n|---|---|---|---|")
        for mutant in MUTANTS:
            if wanted not in mutant.name:
                continue
            start = time.perf_counter()
            found = run(mutant, folder)
            escaped += not found.startswith("caught")
            seconds = time.perf_counter() - start
            print(f"| {mutant.name} | {pathlib.Path(mutant.file).name} | {found} | {seconds:.0f} |")
            sys.stdout.flush()
    return min(escaped, 1)


if __name__ == "__main__":
    sys.exit(main())
