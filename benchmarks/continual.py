"""Fine-tuned on new facts, and then on others: what is left of the first and of what it knew?

    python benchmarks/continual.py          # 3 seeds, some 2 hours on a core

The embedded GPT-2 learns 300 new facts (A) and then 300 others (B), each time with 300 known ones,
plainly or guarded as `replay_reworded_practice` of `known_unknown.py`: the model that has learned A
writes the text to replay for B, and the questions about A, without their answers, are among those
it practises. After each stage: held-out known facts, A and B in the trained wording and in others.
"""

import argparse
import json
from pathlib import Path

import facts_world as world_of

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results"
STAGE = 300


def accuracies(world, facts):
    """Share right of each list of facts, asked as trained and in two other ways."""
    found = {}
    for name, own in facts.items():
        _, verdicts = world_of.ask(world, [fact.case() for fact in own])
        found[name] = world_of.share(verdicts)
        if name in ("A", "B"):
            cases = [fact.case(form) for fact in own for form in (1, 2)]
            found[f"{name}_reworded"] = world_of.share(world_of.ask(world, cases)[1])
    return found


def stages(seed, task, base, generator, guard):
    """Both stages from the base model; one dict a stage."""
    task.set_weights(base)
    world = world_of.make_world(seed, task, base, generator)
    facts = {"known": world.test, "A": world.new, "B": world.never}
    rows = [{"stage": "base", **accuracies(world, facts)}]
    for stage in ("A", "B"):
        if stage == "B":
            world.known, world.new = world.practice[:STAGE], facts["B"]
            world.practice = world.practice[STAGE:] + facts["A"]
            world.written = world.practised = None
        if guard:
            inputs = kh.data.mix_replay(
                world_of.reworded_rows(world), world_of.practice_rows(world)
            )
            world_of.guarded(world, inputs, 15)
        else:
            world_of.train(world)
        rows.append({"stage": stage, **accuracies(world, facts)})
    return [{"seed": seed, "guarded": guard, **row} for row in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    args = parser.parse_args()
    task = kh.presets.load_facts_gpt2()
    base = task.get_weights()
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    path = RESULTS / "continual.json"
    rows = json.loads(path.read_text())["runs"] if path.exists() else []
    for seed in args.seeds:
        for guard in (False, True):
            if any((row["seed"], row["guarded"]) == (seed, guard) for row in rows):
                continue
            rows += stages(seed, task, base, generator, guard)
            print(*rows[-3:], sep="\n", flush=True)
            path.write_text(json.dumps({"runs": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
