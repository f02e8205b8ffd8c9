"""Which rule hands back the better model: `StopOnHallucination` or `EarlyStopping`?

    python benchmarks/stopping.py            # 2 worlds x 10 seeds, about 60 minutes on 2 cores
    python benchmarks/stopping.py --replay   # the rules alone, on the runs there are

Plain fine-tuning of the embedded GPT-2 on known and as many new facts, for a fixed number of epochs
without stopping. A seed chooses the facts and the order of batches. After each epoch two sets of
cases are asked, one that the rules watch and one that they never see, and the loss on a validation
set is measured. In the world "new", half of either set are new facts in another wording than the
trained one, so that the rate falls for long; in "known" all are known facts that are not trained
on, so that it rises. Each run is kept in `results/stopping_runs.jsonl`; started again, the script
goes on with those that are missing. Then every rule goes through the same runs:

- `EarlyStopping("val_loss")` and `EarlyStopping("val_hallucination_rate")`, of Keras itself, with
  `restore_best_weights` and each patience;
- `StopOnHallucination`, by its defaults and with each patience.

A rule's model is the one after the epoch it restores. Counted is in how many seeds its rate, on the
cases never seen and on those watched, is within one point of that of the epoch best on these same
cases, and how many epochs were trained.
"""

import argparse
import json
import os
import random
import statistics
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

import keras_halluc as kh
from keras_halluc.callbacks.observed.answers import Answer

RESULTS = Path(__file__).parent / "results"
WORLDS = ("new", "known")
LETTERS = {label: label[0] for label in ("supported", "contradicted", "abstained")}
LETTERS |= {"unsupported": "n", "unmeasured": "-"}
LABELS = {letter: label for label, letter in LETTERS.items()}
PATIENCE = (1, 2, 3, 5)
POINT = 0.01 + 1e-9


class Recorder(keras.callbacks.Callback):
    """Keeps one letter a case and epoch, of each monitor."""

    def __init__(self, monitors):
        super().__init__()
        self.monitors = monitors
        self.seen = {name: [] for name in monitors}

    def on_epoch_end(self, epoch, logs=None):
        for name, monitor in self.monitors.items():
            self.seen[name].append("".join(LETTERS[a.verdict.label] for a in monitor.answers))


def run(world, seed, epochs, size):
    """One fit without stopping; what each rule will see of it, and what none of them will."""
    keras.utils.set_random_seed(seed)
    rng = random.Random(seed)
    known = [fact for fact in kh.data.load_facts("known") if fact.split == "known"]
    unknown = kh.data.load_facts("unknown")
    rng.shuffle(known)
    rng.shuffle(unknown)
    trained = known[:size] + unknown[:size]
    heldout = known[size:]
    validation, rest = heldout[: size // 3], heldout[size // 3 :]
    cases = [fact.case() for fact in rest[: 4 * size // 3]]
    if world == "new":
        new = [fact.case(form=1) for fact in unknown[:size]]
        rng.shuffle(new)
        cases = cases[:size] + new
    rng.shuffle(cases)
    task = kh.presets.load_facts_gpt2()
    settings = {
        "generator": kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128),
        "budget": None,
        "verbose": 0,
    }
    half = len(cases) // 2
    monitors = {
        "watched": kh.callbacks.HallucinationMonitor(cases[:half], **settings),
        "unseen": kh.callbacks.HallucinationMonitor(cases[half:], prefix="unseen_", **settings),
    }
    recorder = Recorder(monitors)

    def rows(facts):
        return kh.data.answer_inputs(
            task, [fact.prompt() for fact in facts], [fact.answer for fact in facts], 32
        )

    x, y, weight = rows(trained)
    tuner = kh.models.FineTuner(task)
    tuner.compile(keras.optimizers.AdamW(3e-4, weight_decay=0.0, clipnorm=1.0))
    history = tuner.fit(
        x,
        y,
        sample_weight=weight,
        validation_data=rows(validation),
        batch_size=64,
        epochs=epochs,
        callbacks=[*monitors.values(), recorder],
        verbose=0,
    ).history
    return {"world": world, "seed": seed, "val_loss": history["val_loss"], **recorder.seen}


def rate(letters):
    measured = [letter for letter in letters if letter != "-"]
    return sum(letter in "cn" for letter in measured) / len(measured)


class Epochs:
    """Stands for the model while a rule is replayed: its weights are the number of the epoch."""

    stop_training = False
    epoch = 0

    def get_weights(self):
        return [self.epoch]

    def set_weights(self, weights):
        self.epoch = weights[0]


def replay(rule, record, watched=None):
    """The epoch whose weights the rule hands back, and how many epochs it trained.

    Args:
        rule: the Keras callback itself.
        record: dict of a run.
        watched: the monitor whose answers the rule reads, if it reads any.
    """
    model = Epochs()
    rule.set_model(model)
    rule.on_train_begin()
    for epoch, letters in enumerate(record["watched"]):
        model.epoch = epoch
        if watched is not None:
            verdicts = [kh.grounding.Verdict(LABELS[letter]) for letter in letters]
            rows = zip(range(len(letters)), watched.cases, letters, verdicts)
            watched.answers = [Answer(*row) for row in rows]
            watched.answers_step = epoch + 1
        logs = {"val_loss": record["val_loss"][epoch], "val_hallucination_rate": rate(letters)}
        rule.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    trained = epoch + 1
    rule.on_train_end()
    return model.epoch, trained


def replays(record):
    """`(name of the rule, epoch handed back, epochs trained)` of every rule."""
    for patience in PATIENCE:
        for key in ("val_loss", "val_hallucination_rate"):
            rule = keras.callbacks.EarlyStopping(
                key, mode="min", patience=patience, restore_best_weights=True
            )
            yield f"EarlyStopping({key}, patience={patience})", *replay(rule, record)
    cases = [kh.data.Case(str(i), ("x",)) for i in range(len(record["watched"][0]))]
    monitor = kh.callbacks.HallucinationMonitor(cases, generator=lambda prompts: prompts)
    for name, kwargs in [("StopOnHallucination()", {})] + [
        (f"StopOnHallucination(patience={patience})", {"patience": patience})
        for patience in (*PATIENCE, None)
    ]:
        rule = kh.callbacks.StopOnHallucination(monitor, verbose=0, **kwargs)
        yield name, *replay(rule, record, monitor)


def summarize(records):
    """Of each world and rule: seeds within a point of the best, and means."""
    found = {}
    for world in dict.fromkeys(record["world"] for record in records):
        rows = {}
        for record in (r for r in records if r["world"] == world):
            curves = [[rate(x) for x in record[part]] for part in ("unseen", "watched")]
            for name, kept, trained in replays(record):
                excess = [curve[kept] - min(curve) for curve in curves]
                rows.setdefault(name, []).append((*excess, kept, trained))
        found[world] = {
            name: {
                "seeds": len(parts),
                "within_a_point": sum(unseen <= POINT for unseen, *_ in parts),
                "within_a_point_watched": sum(watched <= POINT for _, watched, *_ in parts),
                "mean_excess": statistics.fmean(unseen for unseen, *_ in parts),
                "kept_epochs": [kept + 1 for *_, kept, _ in parts],
                "trained_epochs": [trained for *_, trained in parts],
            }
            for name, parts in rows.items()
        }
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS), choices=WORLDS)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--size", type=int, default=300, help="known facts to train on")
    parser.add_argument("--folder", type=Path, default=RESULTS)
    parser.add_argument("--replay", action="store_true", help="make no new runs")
    args = parser.parse_args()
    path = args.folder / "stopping_runs.jsonl"
    records = [json.loads(line) for line in path.open()] if path.exists() else []
    for seed in range(0 if args.replay else args.seeds):
        for world in args.worlds:
            if any((r["world"], r["seed"]) == (world, seed) for r in records):
                continue
            records.append(run(world, seed, args.epochs, args.size))
            with path.open("a") as file:
                file.write(json.dumps(records[-1]) + "\n")
            curve = [round(100 * rate(letters), 1) for letters in records[-1]["unseen"]]
            print(world, seed, curve, flush=True)
    if not records:
        raise SystemExit(f"There are no runs yet in {path}.")
    result = summarize(records)
    (args.folder / "stopping.json").write_text(json.dumps(result, indent=1) + "\n")
    for world, rules in result.items():
        print(world)
        for name, row in rules.items():
            epochs = statistics.fmean(row["trained_epochs"])
            print(
                f"  {name:50s} within a point {row['within_a_point']:2d} of {row['seeds']} "
                f"(watched {row['within_a_point_watched']:2d}), mean excess "
                f"{100 * row['mean_excess']:4.1f} points, {epochs:4.1f} epochs trained"
            )


if __name__ == "__main__":
    main()
