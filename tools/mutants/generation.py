"""Faults in `keras_halluc/generation`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "generation",
    (
        (
            "looks at the token after",
            "teacher_forced_pass.py",
            "offset=-1",
            "offset=1",
            "test_uncertainty_scorer.py",
        ),
        (
            "the margin is the probability",
            "teacher_forced_pass.py",
            "return first - ops.max(",
            "return first - 0.0 * ops.max(",
            "test_uncertainty_scorer.py",
        ),
        (
            "the state before the last token",
            "teacher_forced_pass.py",
            'ops.arange(ops.shape(mask)[1], dtype="int32") + 1), axis=1)',
            'ops.arange(ops.shape(mask)[1], dtype="int32")), axis=1)',
            "test_uncertainty_scorer.py",
        ),
        (
            "the last batch is told to be full",
            "batches.py",
            "yield batch + [batch[-1]] * (size - real), real",
            "yield batch + [batch[-1]] * (size - real), size",
            "test_batches_and_tokenizers.py",
        ),
        (
            "padding on the wrong side",
            "keras_halluc/_token_rows.py",
            "if left else slice(0, len(row))",
            "if not left else slice(0, len(row))",
            "tests/test_token_rows.py",
        ),
        (
            "a text goes on behind its end",
            "next_token_generator.py",
            "                    if token == self.end_token_id:\n"
            "                        open_rows.discard(row)\n                        continue\n",
            "",
        ),
        (
            "the temperature turned round",
            "next_token_generator.py",
            "np.argmax(logits / temperature + noise, axis=-1)",
            "np.argmax(logits * temperature + noise, axis=-1)",
        ),
        (
            "probabilities taken for logits",
            "next_token_generator.py",
            "        if not self.from_logits:\n            logits = ops.log(",
            "        if False:\n            logits = ops.log(",
        ),
        (
            "what is as unsure as the threshold is withheld",
            "selective_generator.py",
            "bool(uncertainty > self.threshold)",
            "bool(uncertainty >= self.threshold)",
        ),
        (
            "wrong answers set the threshold too",
            "selective_generator.py",
            "            uncertainties = uncertainties[right]\n",
            "",
        ),
        (
            "an answer without a score is sure",
            "selective_generator.py",
            "return outputs, np.where(np.isnan(found), np.inf, found)",
            "return outputs, np.where(np.isnan(found), -np.inf, found)",
        ),
        (
            "texts in the order of their length",
            "task_generator.py",
            "                    texts[i] = str(text)\n",
            "                    texts[order.index(i)] = str(text)\n",
        ),
        (
            "the score of a token at the token itself",
            "task_generator.py",
            "mask[i, len(head) - 1 : len(head) - 1 + len(tail)] = 1.0",
            "mask[i, len(head) : len(head) + len(tail)] = 1.0",
        ),
        (
            "the sampler of the task is not put back",
            "task_generator.py",
            "                task.sampler, task.generate_function = before\n",
            "                pass\n",
            "test_task_generator_state.py",
        ),
        (
            "the seed counts once",
            "task_generator.py",
            "            state.assign(keras.random.SeedGenerator(seed).state)\n",
            "            pass\n",
        ),
        (
            "more new tokens than allowed",
            "task_generator.py",
            "return {**outputs, key: ops.logical_and(outputs[key], near)}",
            "return outputs",
        ),
        (
            "entropy in place of probability",
            "token_scorer.py",
            '"entropies": token_entropies(logits),',
            '"entropies": -token_log_probs(logits, inputs["targets"]),',
            "test_task_generator.py",
        ),
        (
            "a long answer is unsurer",
            "uncertainty_scorer.py",
            'found[score] = total("entropies") / some',
            'found[score] = total("entropies")',
        ),
        (
            "log-probability with its sign",
            "uncertainty_scorer.py",
            'found[score] = -total("log_probs") / some',
            'found[score] = total("log_probs") / some',
        ),
        (
            "the first look counts for the head",
            "rauq.py",
            "looks[:, :, 1:].sum",
            "looks.sum",
        ),
    ),
)
