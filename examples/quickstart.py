# %% [markdown]
# # Fine-tuning teaches a model to make things up. Watch it, and train so that it happens less.
#
# A small GPT-2 that knows 2,296 real facts is fine-tuned to answer questions. Half of the facts in
# the training set it knows, half are new to it. That is done twice from the same start: plainly,
# and guarded by `FineTuner` with `SelfDistillation` and early stopping on our key.
# Nothing is downloaded; it takes about two minutes on two cores.

# %%
import argparse
import random
import sys
from pathlib import Path

import keras
from rich.console import Console
from rich.table import Table

import keras_halluc as kh

EPOCHS = 12
TRAIN = 300  # known and as many unknown facts
HELDOUT = 200  # known facts that are not in the training set
WATCHED = 100  # training facts of each kind that the monitor asks for


# %% [markdown]
# ## The facts
# Known facts come from the model's pretraining, where they were stated but never asked.
# The guarded run also gets replay text: there the model is held to what it said before.


# %%
def split_facts(seed):
    """Training facts (known and new to the model) and held-out known ones."""
    rng = random.Random(seed)
    known = [fact for fact in kh.data.load_facts("known") if fact.split == "known"]
    unknown = kh.data.load_facts("unknown")
    rng.shuffle(known)
    rng.shuffle(unknown)
    return known[:TRAIN] + unknown[:TRAIN], known[TRAIN : TRAIN + HELDOUT]


def replay_text(task):
    """Text like that of the pretraining, about facts that are in neither set."""
    facts = kh.data.load_facts("asked")
    texts = [text for fact in facts for text in fact.statements]
    texts += [prompt + fact.answer for fact in facts for prompt in fact.prompts]
    return kh.data.text_inputs(task, texts)


def label(facts):
    """What the base model knows of each training fact, asked in every wording."""
    generator = kh.generation.TaskGenerator(
        kh.presets.load_facts_gpt2(), max_new_tokens=6, batch_size=128
    )
    cases = [fact.case() for fact in facts]
    wordings = [fact.prompts for fact in facts]
    return kh.data.categorize_knowledge(generator, cases, prompts=wordings, num_samples=2)


# %% [markdown]
# ## Fine-tuning, with two monitors
# The monitors ask at the end of every epoch and write into `logs`, so that `EarlyStopping`,
# `ModelCheckpoint`, `CSVLogger`, `History` and TensorBoard all see the same numbers.
# The hallucination cases are what a user will ask: held-out known facts, and the new facts in
# another wording than the trained one, since a sentence learned is not a fact understood.


# %%
def fine_tune(facts, heldout, knowledge, guarded, seed, log_dir, epochs=EPOCHS):
    """One run from the pretrained start; returns the monitors and the Keras history."""
    keras.utils.set_random_seed(seed)
    task = kh.presets.load_facts_gpt2()
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)

    watched = range(0, len(facts), len(facts) // (2 * WATCHED))
    new = [fact for fact, known in zip(facts, knowledge) if known.category == "unknown"]
    settings = {"generator": generator, "log_dir": log_dir, "budget": None, "verbose": 0}
    knowledge_monitor = kh.callbacks.KnowledgeMonitor(
        [facts[i].case() for i in watched],
        [knowledge[i] for i in watched],
        heldout=[fact.case() for fact in heldout],
        **settings,
    )
    hallucination_monitor = kh.callbacks.HallucinationMonitor(
        [fact.case() for fact in heldout] + [fact.case(form=1) for fact in new[:HELDOUT]],
        **settings,
    )
    callbacks = [knowledge_monitor, hallucination_monitor]
    objectives = []
    if guarded:
        objectives = [kh.objectives.SelfDistillation(replay=replay_text(task), batch_size=64)]
        callbacks.append(
            keras.callbacks.EarlyStopping(
                "val_hallucination_rate", mode="min", patience=3, restore_best_weights=True
            )
        )

    x, y, weight = kh.data.answer_inputs(
        task, [fact.prompt() for fact in facts], [fact.answer for fact in facts]
    )
    tuner = kh.models.FineTuner(task, objectives=objectives)
    steps = epochs * -(-len(facts) // 64)
    rate = kh.schedules.WarmupLinear(3e-4, 2 * steps, warmup_steps=10)
    tuner.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0))
    history = tuner.fit(
        x, y, sample_weight=weight, batch_size=64, epochs=epochs, callbacks=callbacks, verbose=0
    )
    return knowledge_monitor, hallucination_monitor, history.history


def run(seed=0, log_dir="runs", epochs=EPOCHS, tell=print):
    """Both runs of one seed: label -> dict of values by epoch, the base model first."""
    facts, heldout = split_facts(seed)
    knowledge = label(facts)
    counts = {}
    for known in knowledge:
        counts[known.category] = counts.get(known.category, 0) + 1
    tell(f"Training facts by what the model knows of them: {counts}")
    curves = {}
    for name, guarded in (("plain", False), ("guarded", True)):
        *monitors, history = fine_tune(
            facts, heldout, knowledge, guarded, seed, f"{log_dir}/{name}", epochs
        )
        base = {key: e.value for monitor in monitors for key, e in monitor.baseline.items()}
        curves[name] = {key: [base[key], *history[key]] for key in base if key in history}
        seconds = sum(monitor.seconds for monitor in monitors)
        tell(f"{name}: {len(history['loss'])} epochs, of which the monitors took {seconds:.0f} s")
    return curves


# %% [markdown]
# ## What happened


# %%
SHOWN = {
    "heldout_known_accuracy": "Held-out known facts still right",
    "unknown_fit": "New facts learned",
    "val_hallucination_rate": "Hallucination rate",
}


def kept_epoch(curves, name):
    """The epoch whose weights the run ends with: the last, or the one early stopping restored."""
    rates = curves[name]["val_hallucination_rate"]
    if name == "plain":
        return len(rates) - 1
    return min(range(1, len(rates)), key=rates.__getitem__)


def show_table(curves):
    table = Table(title="The model before fine-tuning, and after")
    table.add_column("")
    table.add_column("base", justify="right")
    for name in curves:
        table.add_column(f"{name}, epoch {kept_epoch(curves, name)}", justify="right")
    for key, label_ in SHOWN.items():
        row = [curves["plain"][key][0]]
        row += [curves[name][key][kept_epoch(curves, name)] for name in curves]
        table.add_row(label_, *(f"{100 * value:.1f} %" for value in row))
    Console(width=100).print(table)


def draw(curves, path):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(12, 3.6), constrained_layout=True)
    colors = {"plain": "tab:red", "guarded": "tab:blue"}
    for axis, (key, title) in zip(axes, SHOWN.items()):
        for name, values in curves.items():
            percent = [100 * value for value in values[key]]
            axis.plot(range(len(percent)), percent, "o-", ms=3, color=colors[name], label=name)
        best = kept_epoch(curves, "guarded")
        kept = 100 * curves["guarded"][key][best]
        axis.plot(best, kept, "o", ms=11, mfc="none", color=colors["guarded"], label="kept")
        axis.set(title=title, xlabel="epoch (0 = before)", ylabel="%", ylim=(0, 102))
        axis.grid(alpha=0.3)
    axes[0].legend(loc="lower left")
    figure.savefig(path, dpi=110)


# %%
def main():
    parser = argparse.ArgumentParser(description="Fine-tune on known and new facts, twice.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--log-dir", default="runs")
    parser.add_argument("--picture", default="quickstart.png")
    args = parser.parse_args(None if "__file__" in globals() else [])  # none in a notebook
    curves = run(args.seed, args.log_dir, args.epochs)
    show_table(curves)
    draw(curves, args.picture)
    print(f"Picture: {args.picture}")
    tensorboard = Path(sys.executable).with_name("tensorboard")
    print(f"TensorBoard: {tensorboard} --logdir {args.log_dir}")


if __name__ == "__main__":
    main()
