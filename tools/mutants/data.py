"""Faults in `keras_halluc/data`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "data",
    (
        (
            "an answer swapped for one of another group",
            "augment.py",
            "sorted({a for a, n in zip(answers, names) if n == name})",
            "sorted(set(answers))",
        ),
        (
            "a part of a word is an entity",
            "augment.py",
            "if entity.isascii() else re.escape(entity)",
            "if False else re.escape(entity)",
        ),
        (
            "entities that overlap change places",
            "augment.py",
            "return bisect.bisect_left(self._starts, start + len(entity))",
            "return number + 1",
        ),
        (
            "a number of thousands of digits is drawn as one",
            "augment.py",
            "if digits > MOST_DIGITS:",
            "if False:",
        ),
        (
            "fields are compared",
            "keras_halluc/_types.py",
            "default_factory=dict, compare=False, kw_only=True",
            "default_factory=dict, kw_only=True",
            "test_case_columns.py",
        ),
        (
            "two cases of one id pass",
            "cases.py",
            "first.setdefault(case.id, place) != place:",
            "first.setdefault(case.id, place) is None:",
        ),
        (
            "a number given twice",
            "cases.py",
            "            while name in taken:\n",
            "            while False:\n",
        ),
        (
            "whose her is, not looked at",
            "counterfactuals.py",
            'return "his" if owns else "him"',
            'return "him"',
        ),
        (
            "facts that were asked are not known",
            "facts.py",
            'wanted = {"known": ("asked", "known")}.get(split, (split,))',
            "wanted = (split,)",
        ),
        (
            "the prompt is learned too",
            "token_inputs.py",
            "weight[i, max(len(head) - 1, 0) : len(row) - 1] = 1.0",
            "weight[i, : len(row) - 1] = 1.0",
            "test_inputs.py",
        ),
        (
            "the first token of an answer is not learned",
            "token_inputs.py",
            "weight[i, max(len(head) - 1, 0) : len(row) - 1] = 1.0",
            "weight[i, len(head) : len(row) - 1] = 1.0",
            "test_inputs.py",
        ),
        (
            "the case itself makes its answer likely",
            "knowledge.py",
            "(answers[case.group, case.references[0]] - 1) / max(sizes[case.group] - 1, 1)",
            "answers[case.group, case.references[0]] / sizes[case.group]",
        ),
        (
            "one lucky sample is knowledge",
            "knowledge.py",
            "known = hits > 0 and _tail(hits, total, chance) <= SIGNIFICANCE",
            "known = hits > 0",
        ),
        (
            "silence agrees with silence",
            "self_consistency.py",
            'votes.pop("", None)  #',
            "pass  #",
            "test_own_answers.py",
        ),
        (
            "the patch begins an epoch late",
            "patch_dataset.py",
            "if epoch < self.switch:",
            "if epoch <= self.switch:",
            "test_replay.py",
        ),
        (
            "each epoch in the same order",
            "patch_dataset.py",
            "rng = np.random.default_rng((self.seed, epoch))",
            "rng = np.random.default_rng(self.seed)",
            "test_replay.py",
        ),
        (
            "unknown facts weigh like known ones",
            "recipes.py",
            '| {"unknown": 0.1}',
            "",
        ),
        (
            "all texts of the first prompt",
            "replay.py",
            "[pair for turn in zip(*drawn) for pair in zip(prompts, turn)]",
            "[(prompt, text) for prompt, own in zip(prompts, drawn) for text in own]",
        ),
        (
            "a conversation ends twice",
            "keras_halluc/generation/turns.py",
            "            text = bare.removesuffix(self._end)\n",
            "            pass\n",
            "test_inputs_in_turns.py",
        ),
        (
            "replay of a model without a start token begins with nothing",
            "replay.py",
            "            return token\n",
            "            pass\n",
            "test_inputs_in_turns.py",
        ),
        (
            "replay weighs like the new rows",
            "replay.py",
            "joined(counts, np.float32(weight) * old_counts)",
            "joined(counts, old_counts)",
        ),
    ),
)
