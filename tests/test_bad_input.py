"""Is every mistake an error that says what to do, before any training step?"""

import keras
import numpy as np
import pytest
import tiny_models
from scripted import LabelChecker
from scripted import StepCounter
from scripted import case_list
from scripted import fit_regression

import keras_halluc as kh
from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks import KnowledgeMonitor
from keras_halluc.data import Case
from keras_halluc.grounding import AnswerChecker

pytestmark = pytest.mark.eager

CASES = case_list(2)
SOURCES = [Case("Summarise", source="A text.")]
NAMES = ["unknown"] * 2


class NoCheck:
    """Not a checker."""

    def verify(self, cases, outputs):
        return []


class NoSample:
    """A generator that cannot sample."""

    def generate(self, prompts):
        return ["no"] * len(prompts)

    def score(self, prompts, continuations):
        return None


def yes(prompts):
    return ["yes"] * len(prompts)


def a_file(folder):
    path = folder / "taken"
    path.write_text("x", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def gpt2():
    return tiny_models.gpt2()


def letters(output=7):
    """A next-token model with so many outputs."""
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Embedding(99, 2), keras.layers.Dense(output)]
    )


# What to call with a folder and a small GPT-2, what it raises, and what it says.
AT_ONCE = {
    # HallucinationMonitor and all monitors
    "no cases": (
        lambda folder, lm: HallucinationMonitor([]),
        ValueError,
        "`cases` must not be empty",
    ),
    "cases None": (lambda folder, lm: HallucinationMonitor(None), TypeError, "list of Case"),
    "cases are dicts": (
        lambda folder, lm: HallucinationMonitor([{"prompt": "a", "references": ["b"]}]),
        TypeError,
        "must hold Case objects only.*read_cases",
    ),
    "nothing to check against": (
        lambda folder, lm: HallucinationMonitor([Case("a")]),
        ValueError,
        "must have `references` .*or `source`",
    ),
    "ids twice": (
        lambda folder, lm: HallucinationMonitor([Case("a", ("b",), id="1")] * 2),
        ValueError,
        "`id` must be different",
    ),
    "prompt is a number": (
        lambda folder, lm: HallucinationMonitor([Case(3, ("b",))]),
        TypeError,
        "`prompt` must be a str",
    ),
    "prompt is bytes": (
        lambda folder, lm: HallucinationMonitor([Case(b"a", ("b",))]),
        TypeError,
        "`prompt` must be a str",
    ),
    "references are one str": (
        lambda folder, lm: HallucinationMonitor([Case("a", "b")]),
        TypeError,
        "`references` must be a list of str",
    ),
    "sources only": (
        lambda folder, lm: HallucinationMonitor(SOURCES, AnswerChecker()),
        ValueError,
        "No case has what AnswerChecker needs: references.*1 cases, 0 with references, 1 with a",
    ),
    "checker without check": (
        lambda folder, lm: HallucinationMonitor(CASES, NoCheck()),
        TypeError,
        r"`checker` must be an object with `check\(cases, outputs\)`",
    ),
    "checker is a class": (
        lambda folder, lm: HallucinationMonitor(CASES, LabelChecker),
        TypeError,
        "`checker` must be an object",
    ),
    "generator is a str": (
        lambda folder, lm: HallucinationMonitor(CASES, generator="gpt2_base_en"),
        TypeError,
        "must be a Generator, a KerasHub CausalLM.*'gpt2_base_en'",
    ),
    "generator is a model without generate": (
        lambda folder, lm: HallucinationMonitor(CASES, generator=letters()),
        TypeError,
        "cannot generate text by itself.*NextTokenGenerator",
    ),
    "log_dir is a file": (
        lambda folder, lm: HallucinationMonitor(CASES, log_dir=a_file(folder)),
        ValueError,
        "`log_dir` must be a folder.*is a file",
    ),
    "log_dir leads through a file": (
        lambda folder, lm: HallucinationMonitor(CASES, log_dir=a_file(folder) / "run"),
        ValueError,
        "`log_dir` must be a folder",
    ),
    "log_dir is a number": (
        lambda folder, lm: HallucinationMonitor(CASES, log_dir=3),
        TypeError,
        "`log_dir` must be a path",
    ),
    "budget of 0": (
        lambda folder, lm: HallucinationMonitor(CASES, budget=0.0),
        ValueError,
        "`budget` must be > 0.*budget=0.0",
    ),
    "budget in per cent": (
        lambda folder, lm: HallucinationMonitor(CASES, budget=5),
        ValueError,
        "`budget` must be <= 1.0.*budget=5",
    ),
    "budget is NaN": (
        lambda folder, lm: HallucinationMonitor(CASES, budget=float("nan")),
        ValueError,
        "`budget` must be finite",
    ),
    "budget is True": (
        lambda folder, lm: HallucinationMonitor(CASES, budget=True),
        TypeError,
        "`budget` must be a number",
    ),
    "prefix None": (
        lambda folder, lm: HallucinationMonitor(CASES, prefix=None),
        TypeError,
        "`prefix` must be a str",
    ),
    "strict is a str": (
        lambda folder, lm: HallucinationMonitor(CASES, strict="yes"),
        ValueError,
        "`strict` must be one of",
    ),
    "verbose 3": (
        lambda folder, lm: HallucinationMonitor(CASES, verbose=3),
        ValueError,
        "`verbose` must be one of",
    ),
    "examples below 0": (
        lambda folder, lm: HallucinationMonitor(CASES, examples=-1),
        ValueError,
        "`examples` must be an integer >= 0",
    ),
    "examples 2.5": (
        lambda folder, lm: HallucinationMonitor(CASES, examples=2.5),
        TypeError,
        "`examples` must be an integer",
    ),
    # KnowledgeMonitor
    "no training facts": (
        lambda folder, lm: KnowledgeMonitor([]),
        ValueError,
        "`cases` must not be empty",
    ),
    "facts without references": (
        lambda folder, lm: KnowledgeMonitor(SOURCES),
        ValueError,
        "Every case must have references",
    ),
    "held-out facts without references": (
        lambda folder, lm: KnowledgeMonitor(CASES, NAMES, heldout=SOURCES),
        ValueError,
        "Every case must have references",
    ),
    "held-out facts that are trained on": (
        lambda folder, lm: KnowledgeMonitor(CASES, NAMES, heldout=CASES[1:]),
        ValueError,
        "`heldout` must not repeat training facts: 1 prompts are in both. Received: heldout='1'",
    ),
    "held-out facts are texts": (
        lambda folder, lm: KnowledgeMonitor(CASES, NAMES, heldout=["a"]),
        TypeError,
        "must hold Case objects only",
    ),
    "too few categories": (
        lambda folder, lm: KnowledgeMonitor(CASES, ["unknown"]),
        ValueError,
        "same length.*'cases': 2, 'knowledge': 1",
    ),
    "no such category": (
        lambda folder, lm: KnowledgeMonitor(CASES, ["known", "unknown"]),
        ValueError,
        "`knowledge` must be one of .*'highly_known'.*knowledge='known'",
    ),
    "categories are one str": (
        lambda folder, lm: KnowledgeMonitor(CASES, "unknown"),
        TypeError,
        "`knowledge` must be a list",
    ),
    # AnswerChecker
    "mode": (
        lambda folder, lm: kh.grounding.AnswerChecker("contain"),
        ValueError,
        "`mode` must be one of .*mode='contain'",
    ),
    "f1_threshold": (
        lambda folder, lm: kh.grounding.AnswerChecker("f1", f1_threshold=50),
        ValueError,
        "`f1_threshold` must be <= 1.0",
    ),
    "abstentions are one str": (
        lambda folder, lm: kh.grounding.AnswerChecker(abstentions="unknown"),
        TypeError,
        "`abstentions` must be a list of str",
    ),
    "outputs are not str": (
        lambda folder, lm: kh.grounding.AnswerChecker().check(CASES, ["a", None]),
        TypeError,
        r"`outputs` must hold str only.*outputs\[1\]=None",
    ),
    "fewer outputs than cases": (
        lambda folder, lm: kh.grounding.AnswerChecker().check(CASES, ["a"]),
        ValueError,
        "same length",
    ),
    # read_cases
    "no such file": (
        lambda folder, lm: kh.data.read_cases(folder / "missing.jsonl"),
        FileNotFoundError,
        "must be an existing file",
    ),
    "misspelt field": (
        lambda folder, lm: kh.data.read_cases([{"prompt": "a", "refrence": "b"}]),
        ValueError,
        "Did you mean `reference`",
    ),
    "an empty list": (
        lambda folder, lm: kh.data.read_cases([]),
        ValueError,
        "at least one case",
    ),
    # generators
    "nothing a generator can be made of": (
        lambda folder, lm: kh.generation.as_generator(3),
        TypeError,
        "must be a Generator",
    ),
    "a task generator of no task": (
        lambda folder, lm: kh.generation.TaskGenerator(letters()),
        TypeError,
        "`task` must be a KerasHub CausalLM or Seq2SeqLM",
    ),
    "max_new_tokens of 0": (
        lambda folder, lm: kh.generation.TaskGenerator(lm, max_new_tokens=0),
        ValueError,
        "`max_new_tokens` must be an integer >= 1",
    ),
    "batch_size of 0.5": (
        lambda folder, lm: kh.generation.TaskGenerator(lm, batch_size=0.5),
        TypeError,
        "`batch_size` must be an integer",
    ),
    "prompts are one str": (
        lambda folder, lm: kh.generation.TaskGenerator(lm).generate("who is"),
        TypeError,
        "`prompts` must be a list of str",
    ),
    "a prompt too long for the model": (
        lambda folder, lm: kh.generation.TaskGenerator(lm).generate(["a" * 80]),
        ValueError,
        "longest prompt has 81 tokens and leaves no room",
    ),
    "a tokenizer of another model": (
        lambda folder, lm: kh.generation.NextTokenGenerator(
            letters(7), tiny_models.LetterTokenizer(), max_length=4
        ).generate(["who"]),
        ValueError,
        r"tokenizer .* id \d+, but the model has 7",
    ),
    "outputs that are no scores": (
        lambda folder, lm: kh.generation.NextTokenGenerator(
            keras.Sequential([keras.Input((4,)), keras.layers.Reshape((2, 2, 1))]),
            tiny_models.LetterTokenizer(),
            max_length=4,
        ),
        ValueError,
        "`model` must return next-token scores",
    ),
    "a tokenizer without encode": (
        lambda folder, lm: kh.generation.NextTokenGenerator(letters(), len, max_length=4),
        TypeError,
        "`tokenizer` must have `encode",
    ),
    "a function that is none": (
        lambda folder, lm: kh.generation.FunctionGenerator("yes"),
        TypeError,
        "`function` must be callable",
    ),
    "a function of too few texts": (
        lambda folder, lm: kh.generation.FunctionGenerator(lambda p: ["a"]).generate(["a", "b"]),
        ValueError,
        "must return one str a prompt. Received: 1 texts for 2 prompts",
    ),
    # data
    "weights of another length": (
        lambda folder, lm: kh.data.answer_inputs(lm, ["a"], [" b"], weights=[1.0, 1.0]),
        ValueError,
        "same length.*'prompts': 1, 'weights': 2",
    ),
    "weights below 0": (
        lambda folder, lm: kh.data.answer_inputs(lm, ["a"], [" b"], weights=[-1.0]),
        ValueError,
        "`weights` must be >= 0",
    ),
    "weights that are NaN": (
        lambda folder, lm: kh.data.answer_inputs(lm, ["a"], [" b"], weights=[np.nan]),
        ValueError,
        "`weights` must be finite",
    ),
    "weights a table": (
        lambda folder, lm: kh.data.answer_inputs(lm, ["a"], [" b"], weights=np.ones((1, 2))),
        ValueError,
        "`weights` must be one finite number",
    ),
    "fewer answers than prompts": (
        lambda folder, lm: kh.data.answer_inputs(lm, ["a", "b"], [" b"]),
        ValueError,
        "same length",
    ),
    "answers are one str": (
        lambda folder, lm: kh.data.answer_inputs(lm, ["a"], " b"),
        TypeError,
        "`answers` must be a list of str",
    ),
    "inputs for a model without preprocessor": (
        lambda folder, lm: kh.data.answer_inputs(letters(), ["a"], [" b"]),
        TypeError,
        "`task` must be a KerasHub CausalLM or Seq2SeqLM with a preprocessor",
    ),
    "a sequence_length that cuts": (
        lambda folder, lm: kh.data.text_inputs(lm, ["paris is in france"], sequence_length=4),
        ValueError,
        "`sequence_length` must be >= ",
    ),
    "categories without references": (
        lambda folder, lm: kh.data.categorize_knowledge(yes, SOURCES),
        ValueError,
        "must have references.*1 without, first at index 0",
    ),
    "chance in per cent": (
        lambda folder, lm: kh.data.categorize_knowledge(yes, CASES, chance=5),
        ValueError,
        "`chance` must be <= 1.0",
    ),
    "temperature of 0": (
        lambda folder, lm: kh.data.categorize_knowledge(yes, CASES, temperature=0.0),
        ValueError,
        "`temperature` must be > 0",
    ),
    "samples below 0": (
        lambda folder, lm: kh.data.categorize_knowledge(yes, CASES, num_samples=-1),
        ValueError,
        "`num_samples` must be an integer >= 0",
    ),
    "wordings that are one list": (
        lambda folder, lm: kh.data.categorize_knowledge(yes, CASES, ["a", "b"]),
        TypeError,
        r"`prompts\[0\]` must be a list of str",
    ),
    "wordings for other cases": (
        lambda folder, lm: kh.data.categorize_knowledge(yes, CASES, [["a"]]),
        ValueError,
        "same length.*'prompts': 1, 'cases': 2",
    ),
    "samples of a generator that has none": (
        lambda folder, lm: kh.data.categorize_knowledge(NoSample(), CASES),
        TypeError,
        "`generator` must have `sample.*`num_samples=0`",
    ),
    "a checker of knowledge without check": (
        lambda folder, lm: kh.data.categorize_knowledge(yes, CASES, checker=NoCheck()),
        TypeError,
        "`checker` must be an object with",
    ),
    "nothing left": (
        lambda folder, lm: kh.data.drop_unknown(["a", "b"], NAMES),
        ValueError,
        "No example is left: all 2",
    ),
    "examples of another length": (
        lambda folder, lm: kh.data.drop_unknown(["a"], NAMES),
        ValueError,
        "same length",
    ),
    "no such category to drop": (
        lambda folder, lm: kh.data.drop_unknown(["a", "b"], NAMES, drop=("known",)),
        ValueError,
        "`drop` must be one of",
    ),
    "no weight for a category": (
        lambda folder, lm: kh.data.weight_by_knowledge(NAMES, {"highly_known": 1.0}),
        ValueError,
        r"every category that occurs; \['unknown'\] are missing",
    ),
    "a weight below 0": (
        lambda folder, lm: kh.data.weight_by_knowledge(NAMES, {"unknown": -1.0}),
        ValueError,
        r"`weights\['unknown'\]` must be >= 0",
    ),
    "no such split": (
        lambda folder, lm: kh.data.load_facts("train"),
        ValueError,
        "`split` must be one of",
    ),
    # FineTuner, SelfDistillation
    "a tuner of no model": (
        lambda folder, lm: kh.models.FineTuner("gpt2_base_en"),
        TypeError,
        "`task` must be a keras.Model",
    ),
    "objectives that are none": (
        lambda folder, lm: kh.models.FineTuner(lm, objectives=["self_distillation"]),
        TypeError,
        "`objectives` must hold Objective only",
    ),
    "one objective without a list": (
        lambda folder, lm: kh.models.FineTuner(lm, kh.objectives.SelfDistillation()),
        TypeError,
        "`objectives` must be a list of Objective",
    ),
    "objectives of one name": (
        lambda folder, lm: kh.models.FineTuner(
            lm, [kh.objectives.SelfDistillation(), kh.objectives.SelfDistillation()]
        ),
        ValueError,
        "`objectives` must have distinct names",
    ),
    "a weight of the objective below 0": (
        lambda folder, lm: kh.objectives.SelfDistillation(weight=-1.0),
        ValueError,
        "`weight` must be >= 0",
    ),
    "a temperature of the objective of 0": (
        lambda folder, lm: kh.objectives.SelfDistillation(temperature=0),
        ValueError,
        "`temperature` must be > 0",
    ),
    "replay of x alone": (
        lambda folder, lm: kh.objectives.SelfDistillation(replay=np.ones((2, 2))),
        ValueError,
        r"`replay` must be \(x, y, sample_weight\)",
    ),
    # schedules and TensorBoard
    "a rate of 0": (
        lambda folder, lm: kh.schedules.WarmupLinear(0.0, 10),
        ValueError,
        "`peak_rate` must be > 0",
    ),
    "a warm-up that never ends": (
        lambda folder, lm: kh.schedules.WarmupLinear(1e-3, 10, warmup_steps=10),
        ValueError,
        "`warmup_steps` must be less than `total_steps`",
    ),
    "steps in a float": (
        lambda folder, lm: kh.schedules.WarmupLinear(1e-3, 10.0),
        TypeError,
        "`total_steps` must be an integer",
    ),
    "steps in a numpy bool": (
        lambda folder, lm: kh.schedules.WarmupLinear(1e-3, np.True_),
        TypeError,
        "`total_steps` must be an integer",
    ),
    "steps in an array": (
        lambda folder, lm: kh.schedules.WarmupLinear(1e-3, np.array([10])),
        TypeError,
        "`total_steps` must be an integer",
    ),
    "a rate beyond all floats": (
        lambda folder, lm: kh.schedules.WarmupLinear(10**400, 10),
        ValueError,
        "`peak_rate` must be one finite number",
    ),
    "a writer into a file": (
        lambda folder, lm: kh.tensorboard.EventWriter(a_file(folder)),
        ValueError,
        "`log_dir` must be a folder",
    ),
    "a scalar that is NaN": (
        lambda folder, lm: kh.tensorboard.EventWriter(folder).scalar("a", float("nan"), 0),
        ValueError,
        "`value` must be finite",
    ),
    "an interval upside down": (
        lambda folder, lm: kh.tensorboard.EventWriter(folder).interval("a", 0.5, 0.9, 0.1, 0),
        ValueError,
        "`low` must be <= `high`",
    ),
}


@pytest.mark.parametrize("name", AT_ONCE)
def test_raises_at_once(name, tmp_path, gpt2):
    call, error, match = AT_ONCE[name]
    with pytest.raises(error, match=match):
        call(tmp_path, gpt2)


# What only `fit` can find out: before its first step.
IN_FIT = {
    "a model that cannot generate": (
        lambda: HallucinationMonitor(CASES),
        TypeError,
        "cannot generate text by itself: a Sequential has no `generate`.*NextTokenGenerator",
    ),
    "the same, and it is asked what it knows": (
        lambda: KnowledgeMonitor(CASES),
        TypeError,
        "cannot generate text by itself",
    ),
    "a function that returns one text": (
        lambda: HallucinationMonitor(CASES, generator=lambda prompts: "yes"),
        TypeError,
        r"`function\(prompts\)` must be a list of str",
    ),
    "a function that returns tokens": (
        lambda: HallucinationMonitor(CASES, generator=lambda prompts: [[1, 2]] * len(prompts)),
        TypeError,
        r"`function\(prompts\)` must hold str only",
    ),
    "a checker that calls labels by other names": (
        lambda: HallucinationMonitor(CASES, LabelChecker(), generator=yes),
        ValueError,
        "`verdict.label` must be one of .*verdict.label='yes'",
    ),
    "the order of callbacks": (
        lambda: [
            keras.callbacks.EarlyStopping("val_hallucination_rate", mode="min"),
            HallucinationMonitor(CASES, generator=yes),
        ],
        ValueError,
        "HallucinationMonitor must come before EarlyStopping",
    ),
    "the same monitor twice": (
        lambda: [HallucinationMonitor(CASES, generator=yes) for _ in range(2)],
        ValueError,
        "both write",
    ),
}


@pytest.mark.parametrize("name", IN_FIT)
def test_raises_before_the_first_step(name):
    make, error, match = IN_FIT[name]
    made, steps = make(), StepCounter()
    with pytest.raises(error, match=match):
        fit_regression([steps, *(made if isinstance(made, list) else [made])])
    assert steps.steps == 0


def test_there_are_enough_of_them():
    assert len(AT_ONCE) + len(IN_FIT) >= 40


def test_answers_in_another_language_than_the_references_are_no_error():
    cases = [Case("Where is Paris?", ("法国",)), Case("巴黎在哪里？", ("France",))]
    answers = {"Where is Paris?": "France", "巴黎在哪里？": "法国"}
    monitor = HallucinationMonitor(
        cases, generator=lambda prompts: [answers[prompt] for prompt in prompts], verbose=0
    )
    history = fit_regression([monitor]).history.history
    assert history["val_hallucination_rate"] == [1.0, 1.0]
    assert history["val_check_coverage"] == [1.0, 1.0]
