"""The small GPT-2 of the data-to-text benchmarks: made, fine-tuned, and judged by its slots."""

import json

import keras
import keras_hub
import numpy as np
from tokenizers import Tokenizer
from tokenizers import models
from tokenizers import pre_tokenizers
from tokenizers import trainers

import keras_halluc as kh

SPECIAL = ["<|pad|>", "<|endoftext|>"]


def make_task(texts, dropout=0.1, max_length=160):
    """A GPT-2 of 3 layers with a byte-level vocabulary learned from `texts`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=1500,
            special_tokens=SPECIAL,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    model = json.loads(tokenizer.to_str())["model"]
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    hub = keras_hub.tokenizers.GPT2Tokenizer(vocabulary=model["vocab"], merges=merges)
    backbone = keras_hub.models.GPT2Backbone(
        vocabulary_size=len(model["vocab"]),
        num_layers=3,
        num_heads=4,
        hidden_dim=128,
        intermediate_dim=512,
        dropout=dropout,
        max_sequence_length=max_length,
    )
    return keras_hub.models.GPT2CausalLM(
        backbone, keras_hub.models.GPT2CausalLMPreprocessor(hub, sequence_length=128)
    )


class Buckets(keras.utils.PyDataset):
    """Batches of rows of about one length, cut to it; in another order each epoch."""

    def __init__(self, x, y, weight, batch):
        super().__init__()
        self.arrays = x["token_ids"], x["padding_mask"], y, weight
        self.lengths = np.asarray(x["padding_mask"]).sum(axis=1)
        self.batch = batch
        self.rng = np.random.default_rng(0)
        self.on_epoch_end()

    def on_epoch_end(self):
        rows = self.rng.permutation(len(self.lengths))
        rows = rows[np.argsort(-(-self.lengths[rows] // 16), kind="stable")]
        self.rows = [rows[i : i + self.batch] for i in range(0, len(rows), self.batch)]
        self.rng.shuffle(self.rows)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        rows = self.rows[index]
        width = -(-self.lengths[rows].max() // 16) * 16
        ids, mask, y, weight = (np.asarray(array)[rows, :width] for array in self.arrays)
        return {"token_ids": ids, "padding_mask": mask}, y, weight


def fit(task, prompts, targets, epochs, rate, callbacks=(), objectives=(), batch=64, buckets=False):
    """Fine-tunes on the targets' tokens, at a rate that falls to 0; returns the history.

    With `buckets` rows of about one length make a batch, which saves the padding.
    """
    x, y, weight = kh.data.answer_inputs(task, prompts, targets)
    tuner = kh.models.FineTuner(task, objectives=list(objectives))
    steps = epochs * -(-len(y) // batch)
    schedule = kh.schedules.WarmupLinear(rate, steps, warmup_steps=steps // 20)
    tuner.compile(keras.optimizers.AdamW(schedule, global_clipnorm=1.0))
    if buckets:
        rows = Buckets(x, y, weight, batch)
        return tuner.fit(rows, epochs=epochs, verbose=2, callbacks=[*callbacks]).history
    return tuner.fit(
        x,
        y,
        sample_weight=weight,
        batch_size=batch,
        epochs=epochs,
        verbose=2,
        callbacks=[*callbacks],
    ).history


class SlotChecker:
    """Supported: every slot of the case's source is said, and no other.

    Args:
        errors: function of a source and an output, `(missing, added, slots)`.
    """

    requires = ("source",)

    def __init__(self, errors):
        self.errors = errors

    def check(self, cases, outputs):
        verdicts = []
        for case, output in zip(cases, outputs):
            missing, added, count = self.errors(case.source, output)
            label = "contradicted" if added else "unsupported" if missing else "supported"
            score = max(0.0, 1.0 - (missing + added) / max(count, 1))
            reason = f"{missing} missing, {added} added of {count}"
            verdicts.append(kh.grounding.Verdict(label, score, reason=reason))
        return verdicts


def slot_error(errors, sources, outputs):
    """(missing + added) / slots, over all outputs."""
    counts = [errors(source, output) for source, output in zip(sources, outputs)]
    return sum(m + a for m, a, _ in counts) / sum(n for *_, n in counts)
