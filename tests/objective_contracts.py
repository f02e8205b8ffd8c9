"""Every public objective: how to make it, and a task of a few weights to train with it.

Add an objective here and the contract tests run on it.
"""

import functools

import keras
import numpy as np

import keras_halluc as kh
from keras_halluc.testing import ObjectiveContract

VOCABULARY = 12
ROWS, LENGTH = 6, 5


def task(seed=0, dropout=0.0):
    """Next-token logits of a causal convolution; inputs are named as KerasHub names them."""
    keras.utils.set_random_seed(seed)
    ids = keras.Input((LENGTH,), dtype="int32", name="token_ids")
    mask = keras.Input((LENGTH,), dtype="int32", name="padding_mask")
    x = keras.layers.Embedding(VOCABULARY, 8, embeddings_initializer="normal", name="words")(ids)
    x = keras.layers.Dropout(dropout, seed=1)(x)
    x = keras.layers.Conv1D(8, 2, padding="causal", activation="tanh", name="mix")(x)
    x = keras.layers.Multiply()([x, keras.layers.Reshape((LENGTH, 1))(mask)])
    outputs = keras.layers.Dense(VOCABULARY, name="logits")(x)
    return keras.Model({"token_ids": ids, "padding_mask": mask}, outputs)


def rows(seed):
    """`(x, y, sample_weight)`; the second half of every second row is padding."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, VOCABULARY, (ROWS, LENGTH + 1)).astype("int32")
    mask = (np.arange(LENGTH) < [[LENGTH], [3]] * (ROWS // 2)).astype("int32")
    x = {"token_ids": ids[:, :-1] * mask, "padding_mask": mask}
    return x, ids[:, 1:] * mask, mask.astype("float32")


def junk():
    """`rows(0)` with other tokens in the last row, and where the padding is."""
    x, y, _ = rows(0)
    others = np.random.default_rng(9).integers(1, VOCABULARY, (2, ROWS, LENGTH)).astype("int32")
    keep = x["padding_mask"].astype(bool)
    keep[-1] = False
    x = {**x, "token_ids": np.where(keep, x["token_ids"], others[0])}
    return x, np.where(keep, y, others[1])


def objective_contracts() -> list[ObjectiveContract]:
    """At least one contract for each public objective."""
    contract = functools.partial(ObjectiveContract, task=task, data=rows(0), junk=junk())
    named = {"weight": 0.3, "name": "mine"}
    objectives = kh.objectives
    bad_seed = ({"seed": -1}, {"seed": 0.5})
    return [
        contract(
            objectives.AdversarialPerturbation,
            {**named, "method": "freelb", "epsilon": 0.3, "steps": 2, "step_size": 0.2, "seed": 3},
            bad_kwargs=(
                {"method": "fgsm"},
                {"epsilon": 0.0},
                {"steps": 0},
                {"step_size": 0.0},
                *bad_seed,
            ),
        ),
        contract(
            objectives.AdversarialPerturbation,
            {**named, "method": "fgm", "epsilon": 0.3},
            at_default=("method",),
        ),
        contract(
            objectives.AdversarialPerturbation,
            {**named, "method": "pgd", "epsilon": 0.3, "steps": 2},
        ),
        contract(
            objectives.ConsistencyOnUnlabelled,
            {
                **named,
                "unlabelled": rows(1),
                "rate": 0.3,
                "mask_token_id": 3,
                "confidence": 0.0,
                "temperature": 0.5,
                "batch_size": 4,
                "seed": 3,
            },
            bad_kwargs=tuple(
                {**bad, "unlabelled": rows(1)}
                for bad in (
                    {"rate": 1.1},
                    {"mask_token_id": -1},
                    {"confidence": -0.1},
                    {"temperature": 0.0},
                    {"batch_size": 0},
                    *bad_seed,
                )
            ),
        ),
        contract(
            objectives.Denoising,
            {**named, "rate": 0.4, "mask_token_id": 3, "seed": 3},
            bad_kwargs=({"rate": 1.1}, {"mask_token_id": -1}, *bad_seed),
        ),
        contract(
            objectives.Distillation,
            lambda: {**named, "teacher": task(1), "temperature": 1.5},
            bad_kwargs=({"teacher": "gpt2"},),
        ),
        contract(
            objectives.L2SP,
            {**named, "variables": "mix|logits"},
            bad_kwargs=({"variables": "("}, {"variables": 3}),
        ),
        contract(
            objectives.LossTruncation,
            {"share": 0.25, "window": 16, "warmup_steps": 1, "name": "mine"},
            reweighs=True,
            bad_kwargs=({"share": 0.0}, {"share": 1.0}, {"window": 7}, {"warmup_steps": -1}),
        ),
        contract(
            objectives.PreferenceFactuality,
            {
                **named,
                "chosen": rows(1),
                "rejected": rows(2),
                "beta": 0.2,
                "batch_size": 4,
                "seed": 3,
            },
            bad_kwargs=tuple(
                {**bad, "chosen": rows(1), "rejected": rows(2)}
                for bad in ({"beta": 0.0}, {"batch_size": 0}, *bad_seed)
            ),
        ),
        contract(objectives.RDrop, named, task=functools.partial(task, dropout=0.3)),
        contract(
            objectives.SelfDistillation,
            {**named, "temperature": 2.0, "mask_gold": True},
            bad_kwargs=(
                {"temperature": 0.0},
                {"mask_gold": "yes"},
                {"teacher": "big"},
                {"top_k": 0},
                {"snapshot_epoch": 0},
                {"batch_size": 0},
                *bad_seed,
            ),
        ),
        contract(
            objectives.SelfDistillation,
            {**named, "teacher": "cached", "top_k": 4},
            zero_at_first=True,  # its record is of the model as `fit` begins
        ),
        contract(
            objectives.SelfDistillation,
            {**named, "snapshot_epoch": 1},
            zero_at_first=True,  # there is no teacher before that epoch ends
        ),
        contract(
            objectives.SelfDistillation,
            {**named, "replay": rows(1), "batch_size": 4, "seed": 3},
        ),
        contract(
            objectives.SelfDistillation,
            {
                **named,
                "replay": rows(1),
                "batch_size": 4,
                "seed": 3,
                "teacher": "cached",
                "top_k": 4,
            },
        ),
        contract(
            objectives.Unlikelihood,
            {**named, "negatives": rows(1), "batch_size": 4, "seed": 3},
            bad_kwargs=({"batch_size": 0}, *bad_seed),
        ),
        contract(objectives.Unlikelihood, named),
        contract(
            objectives.VirtualAdversarial,
            {**named, "epsilon": 0.5, "probe": 0.2, "steps": 2, "seed": 3},
            bad_kwargs=(
                {"epsilon": 0.0},
                {"probe": 0.0},
                {"steps": 0},
                {"batch_size": 0},
                *bad_seed,
            ),
        ),
        contract(
            objectives.VirtualAdversarial,
            {**named, "unlabelled": rows(1), "batch_size": 4, "seed": 3},
        ),
    ]
