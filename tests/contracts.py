"""Every public metric, layer and schedule: how to make it, and what to feed it.

Add a class here and the contract tests of its kind run on it. All arguments must be given, none
at its default. Other kinds stand in `<kind>_contracts.py`.
"""

import dataclasses
import pathlib

import keras
import numpy as np
import pytest

import keras_halluc as kh
from keras_halluc.testing import LayerContract
from keras_halluc.testing import MetricContract
from keras_halluc.testing import ScheduleContract

BACKEND = keras.backend.backend()
COMPILED = (
    "GroundedAttention",
    "ExpectedCalibrationError",
    "SelfDistillation",
    "WarmupLinear",
)
CHEAP = ("arguments", "config")
DEAR = ("in_fit", "low_precision", "save", "gradients")  # even where nothing is compiled
COMPILING = ("direction", "in_fit", "gradients", "low_precision", "save", "rows", "padding")
CROSS_ENTROPY = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
BAD_DROPOUT = ({"dropout": -0.1}, {"dropout": 1.5}, {"dropout": "much"})


def lacking(folder, public, found, file="tests/contracts.py"):
    """What to add where, one sentence a class, or nothing.

    `public` are the names of a kind that `kh.<folder>` offers, `found` those with a contract.
    """
    kind = {"callbacks": "monitor", "generation": "generator", "grounding": "checker"}
    function = f"{kind.get(folder, folder.removesuffix('s'))}_contracts"
    changelog = (pathlib.Path(__file__).parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
    return [
        *(
            f"`kh.{folder}.{name}` has no contract: add one to `{function}` in {file}."
            for name in sorted(set(public) - set(found))
        ),
        *(
            f"{name} is not in `kh.{folder}.__all__`: add it to keras_halluc/{folder}/__init__.py, "
            f"or take its contract out of `{function}` in {file}."
            for name in sorted(set(found) - set(public))
        ),
        *(
            f"`kh.{folder}.{name}` is new: add a line to CHANGELOG.md."
            for name in sorted(public)
            if f"{name}`" not in changelog
        ),
    ]


def each(contracts, promises, kind, slow=()):
    """Parameters of `contract, promise`: every promise of every contract, all of them on PyTorch.

    Compiling takes most of the time elsewhere, so that only the first of one class of a kind is
    compiled: without that TensorFlow runs what costs little of the others, and JAX leaves them out.
    `slow` compiles all.
    Those named in `slow` are so elsewhere, but for the promises that cost little.
    """
    seen = set()
    for contract in contracts:
        name = getattr(contract, kind).__name__
        compiled = name in COMPILED and name not in seen
        seen.add(name)
        for promise in promises:
            what = f"{name}-{promise.__name__}"
            costs = name in slow and not promise.__name__.endswith(CHEAP)
            if costs and BACKEND != "torch":
                yield pytest.param(contract, promise, id=what, marks=pytest.mark.slow)
                continue
            compiling = BACKEND != "torch" and promise.__name__.endswith(COMPILING)
            rest = compiling and not compiled
            if rest and BACKEND == "tensorflow" and not promise.__name__.endswith(DEAR):
                yield pytest.param(contract, promise, id=what, marks=pytest.mark.eager)
            yield pytest.param(
                contract,
                promise,
                id=what + "-compiled" * rest,
                marks=[pytest.mark.slow] if rest else [],
            )


def metric_contracts() -> list[MetricContract]:
    """One contract for each public metric."""
    rng = np.random.default_rng(0)
    labels = np.array([0, 1, 2, 3, 4, 0, 1, 1])
    token_ids = rng.integers(0, 6, (8, 5))
    logits = (2 * rng.normal(size=(8, 5, 6))).astype("float32")
    rates = [
        MetricContract(rate, kwargs={"name": "mine", "dtype": "bfloat16"}, inputs=(labels,))
        for rate in (
            kh.metrics.AbstentionRate,
            kh.metrics.AnswerAccuracy,
            kh.metrics.CheckCoverage,
            kh.metrics.HallucinationRate,
        )
    ]
    tokens = {"from_logits": False, "ignore_class": 3, "name": "mine", "dtype": "bfloat16"}
    bad_tokens = ({"from_logits": "yes"}, {"ignore_class": "pad"}, {"ignore_class": 1.5})
    bad_bins = ({"num_bins": 0}, {"num_bins": 2.5}, {"num_bins": True})
    confidences = [
        MetricContract(
            metric,
            kwargs={**own, **tokens},
            inputs=(token_ids, _softmax(logits)),
            bad_kwargs=(*(bad_bins if own else ()), *bad_tokens),
        )
        for metric, own in (
            (kh.metrics.AURC, {"num_bins": 70}),
            (kh.metrics.BrierScore, {}),
            (kh.metrics.ExpectedCalibrationError, {"num_bins": 7}),
        )
    ]
    return [
        *rates,
        *confidences,
        MetricContract(
            kh.metrics.AbstentionScore,
            kwargs={"threshold": 0.5, "name": "mine", "dtype": "bfloat16"},
            inputs=(labels,),
            bad_kwargs=({"threshold": 1.0}, {"threshold": -0.1}, {"threshold": "much"}),
        ),
        MetricContract(
            kh.metrics.Perplexity,
            kwargs={"from_logits": False, "ignore_class": 3, "name": "mine", "dtype": "float32"},
            inputs=(token_ids, _softmax(logits)),
            bad_kwargs=({"from_logits": "yes"}, {"ignore_class": "pad"}),
        ),
    ]


def schedule_contracts() -> list[ScheduleContract]:
    """One contract for each public schedule."""
    schedules = kh.schedules
    bad_warmup = ({"warmup_steps": -1}, {"warmup_steps": 2.5})
    bad_peak = ({"peak_rate": 0.0}, {"peak_rate": "high"}, {"peak_rate": float("nan")})
    steps = {"peak_rate": 3e-4, "total_steps": 50}
    return [
        ScheduleContract(
            schedules.LinearInterpolation,
            kwargs={
                "start_rate": 3e-4,
                "end_rate": 1e-5,
                "total_epochs": 5,
                "steps_per_epoch": 3,
                "name": "mine",
            },
            bad_kwargs=tuple(
                {**bad, **{k: v for k, v in right.items() if k not in bad}}
                for right in (
                    {"start_rate": 1.0, "end_rate": 0.0, "total_epochs": 2, "steps_per_epoch": 2},
                )
                for bad in (
                    {"start_rate": -1.0},
                    {"end_rate": -1.0},
                    {"total_epochs": 0},
                    {"steps_per_epoch": 0},
                )
            ),
        ),
        ScheduleContract(
            schedules.ScaledSchedule,
            kwargs={
                "schedule": schedules.WarmupLinear(3e-4, 50, warmup_steps=7),
                "factor": 0.25,
            },
            bad_kwargs=({"factor": -1.0, "schedule": None},),
        ),
        ScheduleContract(
            schedules.WarmupInverseSqrt,
            kwargs={"peak_rate": 3e-4, "warmup_steps": 7, "name": "mine"},
            bad_kwargs=(
                *({**bad, "warmup_steps": 5} for bad in bad_peak),
                {"warmup_steps": 0, "peak_rate": 1.0},
            ),
        ),
        ScheduleContract(
            schedules.WarmupLinear,
            kwargs={**steps, "warmup_steps": 7, "end_rate": 1e-5, "name": "mine"},
            bad_kwargs=(
                *({**bad, "total_steps": 5} for bad in bad_peak),
                {"total_steps": 0, "peak_rate": 1.0},
                {"total_steps": 10.0, "peak_rate": 1.0},
                *({**bad, **steps} for bad in (*bad_warmup, {"warmup_steps": 50})),
                *({**bad, **steps} for bad in ({"end_rate": -1.0}, {"end_rate": 1.0})),
                {"name": 3, **steps},
            ),
        ),
        ScheduleContract(
            schedules.WarmupStableDecay,
            kwargs={
                **steps,
                "warmup_steps": 7,
                "decay_steps": 11,
                "end_rate": 1e-5,
                "name": "mine",
            },
            bad_kwargs=(
                *({**bad, "total_steps": 5} for bad in bad_peak),
                *({**bad, **steps} for bad in (*bad_warmup, {"warmup_steps": 51})),
                {"decay_steps": -1, **steps},
                {"end_rate": 1.0, **steps},
            ),
        ),
    ]


def layer_contracts() -> list[LayerContract]:
    """At least one contract for each public layer."""
    return [*_head_contracts(), *_source_contracts(), *_fusion_contracts(), _noise_contract()]


def _head_contracts() -> list[LayerContract]:
    rng = np.random.default_rng(0)
    rows, tokens = _normal(rng, 8, 5), _normal(rng, 8, 6, 5)
    classes, tags = rng.integers(0, 3, 8), rng.integers(0, 3, (8, 6))
    context = np.array([[0, 0, 1, 1, 1, 0]] * 8)
    spans = np.array([[0, 0], [2, 4]] * 4)
    # Only where the context is may an answer stand; what stands elsewhere does not matter.
    elsewhere = np.where((context + [1, 0, 0, 0, 0, 0])[..., None] > 0, tokens, np.nan)
    bad_classes = ({"num_classes": 1}, {"num_classes": 2.5})
    bad_dropout = tuple({**bad, "num_classes": 3} for bad in BAD_DROPOUT)
    return [
        LayerContract(
            kh.layers.ClassificationHead,
            kwargs={"num_classes": 3, "dropout": 0.3, "abstain_below": 0.5, "name": "mine"},
            inputs={"features": rows},
            targets=classes,
            loss=CROSS_ENTROPY,
            no_draws={"dropout": 0.0},
            bad_kwargs=(*bad_classes, *bad_dropout, {"abstain_below": 1.1, "num_classes": 3}),
        ),
        LayerContract(
            kh.layers.HallucinationProbe,
            kwargs={"name": "mine"},
            inputs={"features": rows},
            targets=(classes > 0).astype("float32"),
            loss="binary_crossentropy",
        ),
        LayerContract(
            kh.layers.PairHead,
            kwargs={"num_classes": 3, "hidden_dim": 7, "dropout": 0.3, "name": "mine"},
            inputs={"pair": [rows, rows[::-1].copy()]},
            targets=classes,
            loss=CROSS_ENTROPY,
            no_draws={"dropout": 0.0},
            bad_kwargs=(*bad_classes, *bad_dropout, {"hidden_dim": 0, "num_classes": 3}),
        ),
        LayerContract(
            kh.layers.RegressionHead,
            kwargs={"minimum": -1.5, "maximum": 2.0, "dropout": 0.3, "name": "mine"},
            inputs={"features": rows},
            targets=_normal(rng, 8),
            no_draws={"dropout": 0.0},
            bad_kwargs=(
                *BAD_DROPOUT,
                {"minimum": 1.0},
                {"maximum": 1.0, "minimum": 1.0},
                {"minimum": "low", "maximum": 1.0},
            ),
        ),
        LayerContract(
            kh.layers.SpanHead,
            kwargs={"dropout": 0.3, "name": "mine"},
            inputs={"features": tokens, "context_mask": context},
            targets=spans,
            loss=CROSS_ENTROPY,
            same_inputs=(
                {"features": _pad(tokens, 1, 99.0), "context_mask": _pad(context, 1, 0)},
                {"features": elsewhere, "context_mask": context},
            ),
            no_draws={"dropout": 0.0},
            no_gradient=("projection/bias",),  # it moves all logits of a softmax alike
            bad_kwargs=BAD_DROPOUT,
        ),
        LayerContract(
            kh.layers.TokenTaggingHead,
            kwargs={"num_classes": 3, "dropout": 0.3, "name": "mine"},
            inputs={"features": tokens},
            targets=tags,
            loss=CROSS_ENTROPY,
            same_inputs=({"features": _pad(tokens, 1, np.nan)},),
            no_draws={"dropout": 0.0},
            bad_kwargs=(*bad_classes, *bad_dropout),
        ),
    ]


def _source_contracts() -> list[LayerContract]:
    rng = np.random.default_rng(1)
    own, source = _normal(rng, 8, 4, 6), _normal(rng, 8, 5, 6)
    own_mask = (np.arange(4) < [[4], [2]] * 4).astype("int32")
    source_mask = (np.arange(5) < [[3], [5]] * 4).astype("int32")
    attended = {"own": own, "source": source, "source_mask": source_mask, "own_mask": own_mask}
    longer = {
        "own": _pad(own, 1, np.nan),
        "source": _pad(_junk(source, source_mask), 1, np.nan),
        "source_mask": _pad(source_mask, 1, 0),
        "own_mask": _pad(own_mask, 1, 0),
    }
    logits, attention = _normal(rng, 8, 4, 9), rng.uniform(0.1, 1.0, (8, 4, 5)).astype("float32")
    ids = rng.integers(0, 9, (8, 5)).astype("int32")
    copied = {
        "hidden": own,
        "vocabulary_logits": logits,
        "attention": attention,
        "source_ids": ids,
        "source_mask": source_mask,
        "context": _normal(rng, 8, 4, 3),
    }
    padded = {
        **{name: _pad(copied[name], 1, np.nan) for name in ("hidden", "context")},
        "vocabulary_logits": _pad(logits, 1, 0.0),
        "attention": _pad(_pad(attention, 2, np.nan), 1, 1.0),
        "source_ids": _pad(np.where(source_mask == 1, ids, -100), 1, 3),
        "source_mask": _pad(source_mask, 1, 0),
    }
    grounded = LayerContract(
        kh.layers.GroundedAttention,
        kwargs={
            "num_heads": 2,
            "key_dim": 3,
            "value_dim": 4,
            "dropout": 0.3,
            "use_bias": False,
            "attend_own": False,
            "name": "mine",
        },
        inputs=attended,
        targets=_normal(rng, 8, 4, 6),
        options={"return_attributions": True},
        same_inputs=(longer, {**attended, "source": _junk(source, source_mask)}),
        no_draws={"dropout": 0.0},
        bad_kwargs=(
            *({**bad, "num_heads": 2, "key_dim": 3} for bad in BAD_DROPOUT),
            {"num_heads": 0, "key_dim": 3},
            {"key_dim": 0, "num_heads": 3},
            {"value_dim": 0, "num_heads": 3, "key_dim": 3},
            {"use_bias": "yes", "num_heads": 3, "key_dim": 3},
            {"attend_own": None, "num_heads": 3, "key_dim": 3},
        ),
    )
    own_too = {**grounded.kwargs, "attend_own": True, "use_bias": True, "value_dim": None}
    return [
        grounded,
        dataclasses.replace(
            grounded,
            kwargs=own_too,
            at_default=("attend_own", "use_bias", "value_dim"),
            no_gradient=("key/bias",),  # it moves all scores of a softmax alike
        ),
        LayerContract(
            kh.layers.PointerGenerator,
            kwargs={"name": "mine"},
            inputs=copied,
            targets=rng.integers(0, 9, (8, 4)),
            loss=CROSS_ENTROPY,
            options={"return_generation": True},
            same_inputs=(
                padded,
                {
                    **copied,
                    "source_ids": np.where(source_mask == 1, ids, -100),
                    "attention": _junk(attention, source_mask[:, None] + np.zeros((8, 4, 5))),
                },
            ),
        ),
    ]


def _fusion_contracts() -> list[LayerContract]:
    rng = np.random.default_rng(2)
    present = np.array([[1, 1], [1, 0], [0, 1], [0, 0]] * 2).astype("int32")
    vectors = [_normal(rng, 8, 5), _normal(rng, 8, 3)]
    logits = [_normal(rng, 8, 3), _normal(rng, 8, 3)]
    sequences = [_normal(rng, 8, 4, 5), _normal(rng, 8, 6, 3)]
    masks = [(np.arange(x.shape[1]) < [[2], [x.shape[1]]] * 4).astype("int32") for x in sequences]
    junk = [_junk(x, m * p[:, None]) for x, m, p in zip(sequences, masks, present.T)]
    sentences = {"inputs": sequences, "present": present, "mask": masks}

    def contract(layer, inputs, targets, **kwargs):
        values = inputs["inputs"]
        missing = [_junk(x, p) for x, p in zip(values, present.T)]
        return LayerContract(
            layer,
            inputs=inputs,
            targets=targets,
            same_inputs=kwargs.pop("same_inputs", ({**inputs, "inputs": missing},)),
            **kwargs,
        )

    return [
        contract(
            kh.layers.CrossModalFusion,
            sentences,
            _normal(rng, 8, 8),
            kwargs={"dim": 4, "num_heads": 2, "dropout": 0.3, "name": "mine"},
            same_inputs=(
                {**sentences, "inputs": junk},
                {
                    **sentences,
                    "inputs": [_pad(x, 1, np.nan) for x in junk],
                    "mask": [_pad(mask, 1, 0) for mask in masks],
                },
            ),
            no_draws={"dropout": 0.0},
            no_gradient=("key/bias",),
            bad_kwargs=(
                {"dim": 3, "num_heads": 2},
                {"dim": 0, "num_heads": 1},
                {"num_heads": 0, "dim": 4},
                {"dropout": 2.0, "dim": 4, "num_heads": 2},
            ),
        ),
        *(
            contract(
                kh.layers.FeatureFusion,
                {"inputs": vectors, "present": present},
                _normal(rng, 8, 8 if combine == "concat" else 4),
                kwargs={"dim": 4, "combine": combine, "dropout": 0.3, "name": "mine"},
                no_draws={"dropout": 0.0},
                at_default=("combine",),
                bad_kwargs=(
                    {"dim": 0},
                    {"combine": "sum", "dim": 4},
                    *({**bad, "dim": 4} for bad in BAD_DROPOUT),
                ),
            )
            for combine in ("gated", "mean", "concat")
        ),
        *(
            contract(
                kh.layers.DecisionFusion,
                {"inputs": logits, "present": present},
                rng.integers(0, 3, 8),
                loss=CROSS_ENTROPY,
                kwargs={"rule": rule, "name": "mine"},
                at_default=("rule",),
                bad_kwargs=({"rule": "vote"},),
            )
            for rule in ("mixture", "product")
        ),
    ]


def _noise_contract() -> LayerContract:
    ids = np.random.default_rng(3).integers(5, 50, (8, 12)).astype("int32")
    return LayerContract(
        kh.layers.TokenNoise,
        kwargs={
            "vocabulary_size": 50,
            "rate": 0.4,
            "mask_token_id": 3,
            "seed": 9,
            "name": "mine",
        },
        inputs={"token_ids": ids, "padding_mask": np.ones_like(ids)},
        targets=None,
        no_draws={"rate": 0.0},
        bad_kwargs=(
            {"vocabulary_size": 0},
            {"rate": 1.1, "vocabulary_size": 50},
            {"mask_token_id": -1, "vocabulary_size": 50},
            {"seed": -1, "vocabulary_size": 50},
        ),
    )


def _normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(size=shape).astype("float32")


def _pad(array: np.ndarray, axis: int, value: float) -> np.ndarray:
    """Two more positions at the end of an axis, with this value."""
    widths = [(0, 2 * (i == axis)) for i in range(array.ndim)]
    return np.pad(array, widths, constant_values=value)


def _junk(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """NaN where the mask is 0."""
    wide = mask.reshape(mask.shape + (1,) * (values.ndim - mask.ndim))
    return np.where(wide == 1, values, np.float32(np.nan))


def _softmax(logits: np.ndarray) -> np.ndarray:
    exp = np.exp(logits)
    return np.asarray(exp / exp.sum(-1, keepdims=True), "float32")
