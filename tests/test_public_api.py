"""Is what we offer listed, sorted, documented, and loaded no sooner than needed?"""

import importlib
import inspect
import os
import pathlib
import pkgutil
import re
import subprocess
import sys

import pytest

import keras_halluc as kh

PUBLIC = {
    "callbacks": [
        "Answer",
        "AttentionMonitor",
        "CalibrationMonitor",
        "CaseMonitor",
        "CaseTableLogger",
        "ClassifierCalibrationMonitor",
        "EvalHarnessMonitor",
        "ForgettingMonitor",
        "GeneralizationMonitor",
        "GradientClipMonitor",
        "GradualUnfreezing",
        "HallucinationMonitor",
        "KnowledgeMonitor",
        "MagnitudePruning",
        "MlflowLogger",
        "Moment",
        "Monitor",
        "QuantizationAwareTraining",
        "ShiftMonitor",
        "StopOnHallucination",
    ],
    "data": [
        "Case",
        "Fact",
        "Knowledge",
        "abstain_on_unknown",
        "agreed_answers",
        "answer_inputs",
        "categorize_knowledge",
        "counterfactual_pairs",
        "drop_unknown",
        "generate_replay",
        "known_patch",
        "load_facts",
        "mix_replay",
        "negate",
        "read_cases",
        "reword",
        "swap_answers",
        "swap_entities",
        "swap_numbers",
        "swap_roles",
        "text_inputs",
        "weight_by_knowledge",
    ],
    "evaluation": ["HarnessLM"],
    "generation": [
        "ChatTemplate",
        "FamiliarityScorer",
        "FamiliarityUncertainty",
        "FunctionGenerator",
        "Generator",
        "ImagePrompt",
        "NextTokenGenerator",
        "SelectiveAnswer",
        "SelectiveGenerator",
        "TaskGenerator",
        "TokenScores",
        "UncertaintyScorer",
        "as_generator",
        "rauq_score",
    ],
    "grounding": [
        "AnswerChecker",
        "BM25Retriever",
        "COCO_OBJECTS",
        "CheckBatch",
        "CheckSummary",
        "Checker",
        "ConsistencyChecker",
        "DEFAULT_ABSTENTIONS",
        "DefaultChecker",
        "EnsembleChecker",
        "EntailmentChecker",
        "GroupRate",
        "KerasPairScorer",
        "KnowledgeBase",
        "KnowledgeChecker",
        "ObjectChecker",
        "ObjectMention",
        "ObjectRates",
        "OverlapChecker",
        "PairComparison",
        "Passage",
        "PostgresRetriever",
        "RetrievalChecker",
        "Retriever",
        "SampledAnswers",
        "SlotChecker",
        "SlotErrors",
        "SourceChecker",
        "Statement",
        "ValueChecker",
        "Verdict",
        "check",
        "compare_pairs",
        "default_checker",
        "parse_meaning",
        "rates_by_group",
    ],
    "internals": [
        "captured_attention",
        "captured_hidden",
        "internals_model",
    ],
    "layers": [
        "ClassificationHead",
        "CrossModalFusion",
        "DecisionFusion",
        "FeatureFusion",
        "GroundedAttention",
        "HallucinationProbe",
        "PairHead",
        "PointerGenerator",
        "RegressionHead",
        "SpanHead",
        "TokenNoise",
        "TokenTaggingHead",
    ],
    "metrics": [
        "AURC",
        "AbstentionRate",
        "AbstentionScore",
        "AnswerAccuracy",
        "BrierScore",
        "CheckCoverage",
        "ExpectedCalibrationError",
        "HallucinationRate",
        "Perplexity",
        "SumsMetric",
    ],
    "models": [
        "CopyPreprocessor",
        "ExtractiveQA",
        "FineTuner",
        "PairEntailment",
        "PointerGeneratorSeq2Seq",
        "QuestionPreprocessor",
        "RecipeCost",
        "RetentionRecipe",
        "SequenceClassifier",
        "SequenceRegressor",
        "TaggingPreprocessor",
        "TextPreprocessor",
        "TokenTagger",
        "average_weights",
        "averaged_weights",
        "averaging_curve",
        "enable_lora",
        "head_importance",
        "prune_heads",
    ],
    "objectives": [
        "AdversarialPerturbation",
        "Batch",
        "ConsistencyOnUnlabelled",
        "Denoising",
        "Distillation",
        "L2SP",
        "LossTruncation",
        "Objective",
        "PreferenceFactuality",
        "RDrop",
        "SelfDistillation",
        "Unlikelihood",
        "VirtualAdversarial",
    ],
    "ops": [
        "abstention_score",
        "aurc",
        "brier_score",
        "calibration_error",
        "gradient_at",
        "kl_divergence",
        "lookback_ratio",
        "masked_mean",
        "risk_coverage_area",
        "risk_coverage_curve",
        "semantic_entropy",
        "sequence_mean",
        "token_entropies",
        "token_log_probs",
        "top_k_kl_divergence",
    ],
    "presets": ["FACTS_GPT2", "load_facts_gpt2"],
    "reports": [
        "AuditReport",
        "Flip",
        "Measure",
        "ModelAnswers",
        "audit",
        "record_answers",
    ],
    "schedules": [
        "ClipCounter",
        "LinearInterpolation",
        "ScaledSchedule",
        "WarmupInverseSqrt",
        "WarmupLinear",
        "WarmupStableDecay",
        "layerwise_optimizer",
    ],
    "statistics": [
        "Estimate",
        "auroc",
        "calibration_error_by_chance",
        "classifier_test",
        "conformal_threshold",
        "mcnemar_test",
        "mean_estimate",
        "mmd_test",
        "newcombe_interval",
        "paired_bootstrap",
        "paired_rate_interval",
        "rate_estimate",
        "verdict_estimates",
        "wilson_interval",
    ],
    "tensorboard": ["EventWriter", "MarginChart", "Marked", "MultilineChart"],
    "testing": [
        "CHECKER_PROMISES",
        "CheckerContract",
        "GENERATOR_PROMISES",
        "GeneratorContract",
        "LAYER_PROMISES",
        "LayerContract",
        "METRIC_PROMISES",
        "MODES",
        "MONITOR_PROMISES",
        "MetricContract",
        "MonitorContract",
        "OBJECTIVE_PROMISES",
        "ObjectiveContract",
        "SCHEDULE_PROMISES",
        "ScheduleContract",
        "assert_checker",
        "assert_generator",
        "assert_layer",
        "assert_metric",
        "assert_monitor",
        "assert_objective",
        "assert_schedule",
        "hostile_texts",
    ],
    "text": [
        "ANSWER_STEPS",
        "BleuScorer",
        "CleanedOutput",
        "OUTPUT_STEPS",
        "OutputReader",
        "RougeScore",
        "RougeScorer",
        "Value",
        "chunk_text",
        "claim_spans",
        "contains_answer",
        "find_values",
        "jieba_names",
        "normalize_answer",
        "sentence_spans",
        "split_sentences",
        "token_f1",
        "tokenize",
        "tokenize_spans",
    ],
}
NAMES = [f"{module}.{name}" for module, names in PUBLIC.items() for name in names]
# Pure maths has its shapes in the docstring and its example in the class above it, and what is
# only inherited from is shown by what inherits it.
NO_EXAMPLE = (
    "ops.",
    "statistics.",
    "testing.",
    "generation.rauq_score",
    "objectives.Batch",
    "objectives.Objective",
    "generation.Generator",
    "grounding.Checker",
    "grounding.Retriever",
)
NOT_FOR_USERS = ("self", "kwargs")
# These register their classes, without which `keras.saving.load_model` would not find them.
LOADED_AT_ONCE = {
    "internals",
    "layers",
    "metrics",
    "models",
    "objectives",
    "ops",
    "schedules",
    "statistics",
}


@pytest.mark.parametrize("module", PUBLIC)
def test_module_offers_exactly_this(module):
    loaded = importlib.import_module(f"keras_halluc.{module}")
    offered, listed = set(loaded.__all__), set(PUBLIC[module])
    here, init = "PUBLIC in tests/test_public_api.py", f"keras_halluc/{module}/__init__.py"
    assert [
        *(
            f'`kh.{module}.{name}` is new: add it to "{module}" of {here}.'
            for name in sorted(offered - listed)
        ),
        *(
            f"`kh.{module}.{name}` is gone: add it to `__all__` in {init}, or take it out of "
            f"{here} and write in CHANGELOG.md what to use instead."
            for name in sorted(listed - offered)
        ),
    ] == []
    assert list(loaded.__all__) == sorted(loaded.__all__), f"Sort `__all__` in {init}."
    ours = {
        name
        for name, value in vars(loaded).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isfunction(value))
        and str(value.__module__).startswith("keras_halluc")
    }
    hidden = [f"Add `{name}` to `__all__` in {init}." for name in sorted(ours - offered)]
    assert hidden == []
    for name in loaded.__all__:
        assert getattr(loaded, name) is not None


def test_package_offers_exactly_this():
    assert kh.__all__ == sorted(["__version__", "audit", *PUBLIC])
    assert kh.audit is kh.reports.audit
    assert dir(kh) == kh.__all__
    folders = {info.name for info in pkgutil.iter_modules(kh.__path__) if info.ispkg}
    # For TensorBoard; not for users.
    unlisted = folders - set(PUBLIC) - {"tensorboard_plugin"}
    assert [f"Add {name} to PUBLIC in tests/test_public_api.py." for name in unlisted] == []
    for module in PUBLIC:
        assert getattr(kh, module) is importlib.import_module(f"keras_halluc.{module}")
    assert kh.__version__.count(".") == 2
    with pytest.raises(AttributeError, match="'keras_halluc' has no attribute 'metric'"):
        _ = kh.metric


@pytest.mark.parametrize("name", NAMES)
def test_docstring(name):
    module, attribute = name.split(".")
    thing = getattr(getattr(kh, module), attribute)
    if not callable(thing):  # a constant has no docstring of its own
        return
    text = thing.__doc__ or ""
    assert text.strip() and text.strip().strip("`")[0].isalpha()
    assert text.strip().splitlines()[0].endswith((".", "?", "`"))
    if not name.startswith(NO_EXAMPLE):
        shown = "Example:" in text and ">>> " in text
        assert shown, f"The docstring of `kh.{name}` needs a section `Example:` that runs."
    if getattr(thing, "_is_protocol", False):
        return
    parameters = [
        parameter
        for parameter in inspect.signature(thing).parameters
        if parameter not in NOT_FOR_USERS
    ]
    if parameters:
        arguments = text.partition("Args:")[2]
        missing = [parameter for parameter in parameters if f"{parameter}:" not in arguments]
        assert missing == [], f"Add these to `Args:` in the docstring of `kh.{name}`."


SAVED = ("layers", "metrics", "models", "objectives", "schedules")
# bases, what only a step sees, and what is no model itself
NOT_SAVED = ("Batch", "Objective", "RecipeCost", "RetentionRecipe", "SumsMetric")


@pytest.mark.parametrize("module", SAVED)
def test_what_is_saved_with_a_model_is_registered_under_our_name(module):
    import keras

    things = {name: getattr(getattr(kh, module), name) for name in PUBLIC[module]}
    registered = {
        name: keras.saving.get_registered_name(thing)
        for name, thing in things.items()
        if inspect.isclass(thing) and name not in NOT_SAVED
    }
    assert [
        f'Put `@register("{name}")` above `kh.{module}.{name}`.'
        for name, found in registered.items()
        if found != f"keras_halluc>{name}"
    ] == []


@pytest.fixture(scope="module")
def loaded():
    """Names of the modules a fresh process loads with each statement, one after the other."""
    statements = ("import keras", "import keras_halluc as kh", "kh.text.tokenize('a')")
    code = "import sys\nseen = set()\n"
    for statement in statements:
        code += f"{statement}\nprint('NEW', *set(sys.modules) - seen)\nseen = set(sys.modules)\n"
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(pathlib.Path(kh.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split()[1:] for line in found.stdout.splitlines() if line.startswith("NEW")]
    return dict(zip(("keras", "keras_halluc", "text"), map(set, lines), strict=True))


def ours(modules):
    names = {name.split(".")[1] for name in modules if name.startswith("keras_halluc.")}
    return {name for name in names if not name.startswith("_")}


def test_import_loads_no_backend_and_no_optional_library(loaded):
    assert "keras" in loaded["keras"] and "keras_halluc" in loaded["keras_halluc"]
    assert ours(loaded["keras_halluc"]) <= LOADED_AT_ONCE
    assert not {name.split(".")[0] for name in loaded["keras_halluc"]} & {
        "tensorflow",
        "jax",
        "torch",
        "keras_hub",
        "tensorboard",
        "rapidfuzz",
        "sacrebleu",
        "matplotlib",
    }


def test_a_module_is_loaded_with_its_first_use_and_no_other(loaded):
    assert ours(loaded["text"]) == {"text"}


def test_no_function_is_named_as_its_file():
    """Importing the file later would put the module in the function's place."""
    package = pathlib.Path(kh.__file__).parent
    for init in package.rglob("__init__.py"):
        text = init.read_text(encoding="utf-8")
        for module, name in re.findall(r"from keras_halluc([\w.]*) import (\w+)", text):
            assert module.rpartition(".")[2] != name, f"{init.parent.name}: {name}"
