"""What does compression do to hallucination? The embedded model, made smaller in ten ways.

    python benchmarks/audit_compression.py                        # about 10 minutes on one core
    python benchmarks/audit_compression.py --html compression.html  # the whole report as a page

Asked are 300 facts the model knows from statements, of which it never saw a question, and 100 facts
it never saw. Each variant starts from the embedded GPT-2:

- `int8`, `int4`: Keras' own `quantize`, weights and (int8) activations, nothing trained
- `int4, aware`: 40 steps with the pretraining text through rounded weights, at a quarter of the
  rate of the others (at the whole of it nothing was gained), then `quantize`; `int4, retrained`
  takes the same steps without rounding, to tell the two apart
- `pruned 30 %`, `50 %`, `70 %`: `MagnitudePruning` of the kernels while 40 steps go on with the
  pretraining text; `retrained` takes the same steps without pruning, to tell the two apart
- `heads 25 %`: a quarter of the attention heads silenced by `prune_heads`, nothing trained
- `distilled`: two of the four layers, taught by the whole model (`Distillation`) in 90 steps

Size is that of the weights file, and of the same file under gzip, which alone sees zeros. Speed is
prompts a CPU second as a ratio to float32, the best of ten interleaved rounds: on a shared machine
the time on the wall says more of its other work. Run it on one thread (`OMP_NUM_THREADS=1`).
"""

import argparse
import gzip
import json
import os
import random
import sys
import tempfile
import time
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import keras_hub

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results" / "compression.json"
SEED, KNOWN, UNKNOWN = 0, 300, 100
BATCH, LENGTH, RATE = 256, 28, 5e-4
GENTLE = RATE / 4
PRUNE_STEPS, DISTILL_STEPS = 40, 90
MEASURES = (
    "answer_accuracy",
    "hallucination_rate",
    "forgetting",
    "expected_calibration_error",
    "brier_score",
    "aurc",
    "base_divergence",
    "outputs_changed",
    "lost",
    "gained",
)


def make_cases():
    """Cases grouped by whether the model was told the fact."""
    rng = random.Random(SEED)
    told = [fact for fact in kh.data.load_facts("known") if fact.split == "known"]
    facts = rng.sample(told, KNOWN) + rng.sample(kh.data.load_facts("unknown"), UNKNOWN)
    cases = [
        kh.data.Case(fact.prompt(), (fact.object,), group=fact.split, id=case.id)
        for fact, case in ((fact, fact.case()) for fact in facts)
    ]
    return cases, [fact.prompts for fact in facts]


def pretraining_rows(task):
    """The text the model was made of, in the order of one shuffle."""
    asked = kh.data.load_facts("asked")
    texts = [text for fact in kh.data.load_facts("known") for text in fact.statements]
    texts += [prompt + fact.answer for fact in asked for prompt in fact.prompts]
    random.Random(SEED).shuffle(texts)
    return kh.data.text_inputs(task, texts, LENGTH)


def train(task, steps, objectives=(), callbacks=(), rate=RATE):
    """`steps` steps over the pretraining text, from its start."""
    keras.utils.set_random_seed(SEED)
    x, y, weight = pretraining_rows(task)
    rows = min(steps * BATCH, len(y) // BATCH * BATCH)
    tuner = kh.models.FineTuner(task, objectives=list(objectives))
    tuner.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0))
    tuner.fit(
        {key: value[:rows] for key, value in x.items()},
        y[:rows],
        sample_weight=weight[:rows],
        batch_size=BATCH,
        epochs=steps * BATCH // rows,
        callbacks=list(callbacks),
        verbose=0,
    )
    return task


def quantized(mode, task=None):
    task = task or kh.presets.load_facts_gpt2()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one for each layer without weights to quantise
        task.backbone.quantize(mode)  # the task itself has a tokenizer, which Keras refuses
    return task


def retrained(mode, *callbacks):
    task = train(kh.presets.load_facts_gpt2(), PRUNE_STEPS, callbacks=callbacks, rate=GENTLE)
    return quantized(mode, task)


def pruned(sparsity):
    pruning = kh.callbacks.MagnitudePruning(sparsity, end_step=PRUNE_STEPS // 2, frequency=2)
    return train(kh.presets.load_facts_gpt2(), PRUNE_STEPS, callbacks=[pruning])


def without_heads(share):
    task = kh.presets.load_facts_gpt2()
    facts = kh.data.load_facts("asked")[::16]
    rows = kh.data.answer_inputs(task, [f.prompt() for f in facts], [f.answer for f in facts])
    kh.models.prune_heads(task, share, kh.models.head_importance(task, *rows))
    return task


def distilled():
    """Embeddings, first and last layer of the teacher, taught to say what all four say."""
    teacher = kh.presets.load_facts_gpt2()
    config = teacher.backbone.get_config() | {"num_layers": 2, "name": "student"}
    backbone = keras_hub.models.GPT2Backbone.from_config(config)
    kept = [0, teacher.backbone.num_layers - 1]
    pairs = [
        (backbone.transformer_layers[i], teacher.backbone.transformer_layers[j])
        for i, j in enumerate(kept)
    ]
    pairs += [
        (getattr(backbone, name), getattr(teacher.backbone, name))
        for name in ("token_embedding", "position_embedding", "layer_norm")
    ]
    for ours, theirs in pairs:
        ours.set_weights(theirs.get_weights())
    task = keras_hub.models.GPT2CausalLM(backbone, teacher.preprocessor)
    return train(task, DISTILL_STEPS, [kh.objectives.Distillation(teacher=teacher)])


VARIANTS = {
    "int8": lambda: quantized("int8"),
    "int4": lambda: quantized("int4"),
    "int4, retrained": lambda: retrained("int4"),
    "int4, aware": lambda: retrained("int4", kh.callbacks.QuantizationAwareTraining("int4")),
    "retrained": lambda: train(kh.presets.load_facts_gpt2(), PRUNE_STEPS),
    "pruned 30 %": lambda: pruned(0.3),
    "pruned 50 %": lambda: pruned(0.5),
    "pruned 70 %": lambda: pruned(0.7),
    "heads 25 %": lambda: without_heads(0.25),
    "distilled": distilled,
}


def sizes(task):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.weights.h5")
        task.save_weights(path)
        stored = path.read_bytes()
    return {"MB": len(stored) / 1e6, "MB gzipped": len(gzip.compress(stored)) / 1e6}


def speeds(generators, prompts, rounds=10):
    """Prompts a CPU second of each generator, over that of the first; all have compiled."""
    best = dict.fromkeys(generators, float("inf"))
    names = list(generators)
    for _ in range(rounds):
        names = [*names[3:], *names[:3]]  # none always comes first, or after the largest
        for name in names:
            start = time.process_time()
            generators[name].generate(prompts)
            best[name] = min(best[name], time.process_time() - start)
    first = next(iter(best.values()))
    return {name: first / seconds for name, seconds in best.items()}


def interval(value):
    """A number, with the ends of its interval where it has one."""
    return [value.value, value.low, value.high] if hasattr(value, "low") else value


def row(report, variant):
    """Value and difference of each measure of a variant."""
    found = {}
    for name in MEASURES:
        measure = report.find(name, variant)
        found[name] = interval(measure.after)
        if measure.difference is not None:
            found[f"{name} minus before"] = interval(measure.difference)
    worse = [flip.worse for flip in report.flips if flip.variant == variant]
    return {**found, "cases worse": sum(worse), "cases better": len(worse) - sum(worse)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--html", help="where to write the report as a page")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    args = parser.parse_args()
    start = time.process_time()
    cases, wordings = make_cases()
    tasks = {"before": kh.presets.load_facts_gpt2()}
    for name in args.variants:
        tasks[name] = VARIANTS[name]()
        print(f"{name}: {time.process_time() - start:.0f} CPU seconds", flush=True)
    generators = {
        name: kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=100)
        for name, task in tasks.items()
    }
    knowledge = kh.data.categorize_knowledge(generators["before"], cases, wordings, num_samples=0)
    details = {name: sizes(task) for name, task in tasks.items()}
    prompts = [case.prompt for case in cases]
    after = {name: generators[name] for name in args.variants}
    for generator in after.values():
        generator.generate(prompts)  # compiles
    for name, ratio in speeds(generators, prompts).items():
        details[name]["speed"] = ratio
    report = kh.audit(generators["before"], after, cases, knowledge=knowledge, details=details)
    print(report.to_markdown().split("\n## ")[1])
    if args.html:
        report.to_html(args.html)
    before = {name: report.find(name).before for name in MEASURES}
    results = {
        "setup": f"{KNOWN} known and {UNKNOWN} unknown facts, {keras.backend.backend()}, "
        f"seed {SEED}, {time.process_time() - start:.0f} CPU seconds",
        "before": {
            **details["before"],
            **{name: interval(value) for name, value in before.items() if value is not None},
        },
        **{name: {**details[name], **row(report, name)} for name in args.variants},
    }
    if args.variants == list(VARIANTS):
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
