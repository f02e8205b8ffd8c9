"""`audit`: a comparison of a model before and after fine-tuning, or as compressed."""

import datetime
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._progress import Progress
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_verbose
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Generator
from keras_halluc._types import Verdict
from keras_halluc.data.cases import require_cases
from keras_halluc.data.knowledge import CATEGORIES
from keras_halluc.data.knowledge import Knowledge
from keras_halluc.data.recipes import category_names
from keras_halluc.generation import as_generator
from keras_halluc.generation.batches import CHUNK
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding.required_arguments import require_checker
from keras_halluc.grounding.required_arguments import require_verdict
from keras_halluc.reports.audit_report import AuditReport
from keras_halluc.reports.calibration_measures import abstention_measure
from keras_halluc.reports.calibration_measures import calibration_measures
from keras_halluc.reports.flip import BEST_FIRST
from keras_halluc.reports.flip import Flip
from keras_halluc.reports.flip import standing
from keras_halluc.reports.measure import Measure
from keras_halluc.reports.model_answers import ModelAnswers
from keras_halluc.reports.model_answers import answers_of
from keras_halluc.reports.model_name import model_name
from keras_halluc.reports.model_name import model_of
from keras_halluc.reports.shift_measures import divergence_measure
from keras_halluc.reports.shift_measures import text_measures
from keras_halluc.reports.verdict_measures import forgetting_measure
from keras_halluc.reports.verdict_measures import kept_measures
from keras_halluc.reports.verdict_measures import rate_measure
from keras_halluc.reports.verdict_measures import score_measure
from keras_halluc.reports.versions import versions

GROUNDING = ("hallucination_rate", "answer_accuracy", "abstention_rate", "check_coverage")


def audit(
    before: Any,
    after: Any,
    cases: Sequence[Case],
    checkers: Checker | Mapping[str, Checker] | None = None,
    knowledge: Sequence[Knowledge | str] | None = None,
    details: Mapping[str, Mapping[str, str | float]] | None = None,
    resamples: int = 1000,
    seed: int = 0,
    minimum: int = 30,
    verbose: bool | int | str = "auto",
) -> AuditReport:
    """Compares a model before and after on the same cases: after fine-tuning, or as compressed.

    The report begins with a sentence that says what was gained and what was lost. Measured are
    grounding (the rates of `HallucinationMonitor`), knowledge (what was lost, what was
    gained, forgetting), calibration of the answers' probabilities and the shift of answers and
    token probabilities; each with a 95 % interval, a paired one for differences, and the cases that
    flipped. What cannot be measured says why. See `docs/audit.md` for when not to trust it.

    Args:
        before: the model before: a `Generator`, KerasHub task or callable; a list of outputs, one a
            case; or what `kh.reports.record_answers` returned. A task is trained in place, so
            record its answers before `fit`.
        after: the same of the model after, or a dict of several, by name.
        cases: list of `Case`.
        checkers: `Checker`, or a dict of several, by name. None is `AnswerChecker()`.
        knowledge: what `categorize_knowledge` returned of the model before, or category names, one
            a case. None leaves out forgetting and accuracy by category.
        details: dict from a name of `after`, or `"before"`, to a dict of more to show, such as
            `{"int8": {"MB": 1.4}}`.
        resamples: int >= 1, of the bootstrap; at most 200 are taken for calibration. Defaults to
            `1000`.
        seed: int >= 0, of the bootstrap.
        minimum: int >= 1, cases of a `group` that a rate of it has to be taken over; with fewer it
            is left out, and the report says so. Defaults to `30`.
        verbose: `"auto"`, 0, 1 or 2. 0 is silent; where it takes more than a few seconds, 1
            (`"auto"`) shows a progress bar, and 2 a line at the end.

    Returns:
        `AuditReport`.

    Raises:
        ValueError: if `before` and `after` are one model.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case(f"{i} + 1 =", references=(str(i + 1),)) for i in range(40)]
    >>> right, wrong = [case.references[0] for case in cases], ["7"] * 40
    >>> report = kh.audit(right, {"tuned": wrong}, cases)
    >>> report.find("hallucination_rate").change, len(report.flips)
    ('worse', 39)
    """
    cases = require_cases(cases)
    named = dict(after) if isinstance(after, Mapping) else {"after": after}
    if not named or "before" in named or not all(isinstance(name, str) for name in named):
        raise ValueError(
            "`after` must be a model, or a dict of models by name, none of them named 'before'. "
            + received("after", sorted(map(str, named)))
        )
    judges = dict(checkers) if isinstance(checkers, Mapping) else _named(checkers)
    if not judges:
        raise ValueError(f"`checkers` must hold a checker at least. {received('checkers', judges)}")
    for name, checker in judges.items():
        require_checker(f"checkers[{name!r}]", checker)
    categories = None if knowledge is None else category_names(knowledge)
    if categories is not None:
        require_same_length(cases=cases, knowledge=categories)
    shown = _require_details(details or {}, ("before", *named))
    require_int("resamples", resamples, minimum=1)
    require_int("seed", seed, minimum=0)
    require_int("minimum", minimum, minimum=1)
    verbose = require_verbose(verbose)
    for name, model in named.items():
        _require_another(name, before, model)

    base_generator, base = _ask("before", before, cases, verbose)
    base_verdicts = {key: _judge(judge, cases, base, verbose) for key, judge in judges.items()}
    measures: list[Measure] = []
    flips: list[Flip] = []
    models = {"before": base.model}
    for name, model in named.items():
        generator, answers = _ask(name, model, cases, verbose)
        models[name] = answers.model
        for key, judge in judges.items():
            verdicts = _judge(judge, cases, answers, verbose)
            pairs = list(zip(base_verdicts[key], verdicts))
            measures += _verdict_measures(name, key, cases, pairs, categories, resamples, seed)
            measures += _group_measures(name, key, cases, pairs, minimum)
            sides = (base, base_verdicts[key]), (answers, verdicts)
            measures += calibration_measures(name, key, *sides, resamples, seed)
            measures.append(abstention_measure(name, key, pairs, resamples, seed))
            flips += _flips(name, key, cases, (base.outputs, answers.outputs), pairs)
        measures += text_measures(name, base.outputs, answers.outputs, resamples, seed)
        measures.append(
            divergence_measure(name, base_generator, generator, cases, base, resamples, seed)
        )
    return AuditReport(
        cases=len(cases),
        variants=tuple(named),
        checkers=tuple(judges),
        measures=tuple(measures),
        flips=tuple(flips),
        details=shown,
        models=models,
        date=datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        versions=versions(),
    )


def _named(checker: Checker | None) -> dict[str, Checker]:
    checker = AnswerChecker() if checker is None else checker
    return {type(checker).__name__: checker}


def _require_details(
    details: Mapping[str, Mapping[str, str | float]], names: Sequence[str]
) -> dict[str, dict[str, str | float]]:
    for name in details:
        require_choice("details", name, names)
    return {
        name: {
            str(key): value
            if isinstance(value, str)
            else require_number(f"details[{name!r}][{key!r}]", value)
            for key, value in values.items()
        }
        for name, values in details.items()
    }


def _require_another(name: str, before: Any, after: Any) -> None:
    """A task that was trained in place is the same object, with nothing left of what it was."""
    models = [model_of(model) for model in (before, after)]
    if models[0] is models[1] and not isinstance(models[0], (list, tuple, ModelAnswers)):
        raise ValueError(
            f"`before` and `after` must be two models; {name!r} is the one before. If it was "
            "trained in place, record its answers first: before = kh.reports.record_answers(model, "
            f"cases). {received('after', after)}"
        )


def _ask(
    name: str, model: Any, cases: list[Case], verbose: int
) -> tuple[Generator | None, ModelAnswers]:
    if isinstance(model, (list, tuple)):
        model = ModelAnswers(tuple(model), model=model_name(model))
    if isinstance(model, ModelAnswers):
        require_same_length(cases=cases, **{f"{name}.outputs": model.outputs})
        return None, model
    generator = as_generator(model)
    return generator, answers_of(generator, cases, name, verbose)


def _judge(
    checker: Checker, cases: list[Case], answers: ModelAnswers, verbose: int
) -> list[Verdict]:
    progress = Progress(f"{type(checker).__name__}: checking", len(cases), verbose)
    verdicts: list[Verdict] = []
    for start in range(0, len(cases), CHUNK):
        rows = slice(start, start + CHUNK)
        found = checker.check(cases[rows], list(answers.outputs[rows]))
        require_same_length(cases=cases[rows], verdicts=found)
        verdicts += map(require_verdict, found)
        progress.update(len(verdicts))
    return verdicts


def _verdict_measures(
    variant: str,
    checker: str,
    cases: list[Case],
    pairs: list[tuple[Verdict, Verdict]],
    categories: list[str] | None,
    resamples: int,
    seed: int,
) -> list[Measure]:
    of = variant, checker
    measures = [rate_measure(name, "grounding", *of, pairs) for name in GROUNDING]
    measures.append(score_measure(*of, pairs, resamples, seed))
    measures += kept_measures(*of, pairs)
    if categories is not None:
        known = [pair for pair, name in zip(pairs, categories) if name != "unknown"]
        measures.append(forgetting_measure(*of, known))
        for category in CATEGORIES:
            chosen = [pair for pair, name in zip(pairs, categories) if name == category]
            if chosen:
                measures.append(rate_measure("answer_accuracy", "knowledge", *of, chosen, category))
    return measures


def _group_measures(
    variant: str,
    checker: str,
    cases: list[Case],
    pairs: list[tuple[Verdict, Verdict]],
    minimum: int,
) -> list[Measure]:
    chosen: dict[str, list[tuple[Verdict, Verdict]]] = {}
    for case, pair in zip(cases, pairs):
        if case.group is not None:
            chosen.setdefault(case.group, []).append(pair)
    return [
        rate_measure(name, "group", variant, checker, chosen[group], group, minimum)
        for group in (sorted(chosen) if len(chosen) > 1 else [])
        for name in GROUNDING
    ]


def _flips(
    variant: str,
    checker: str,
    cases: list[Case],
    outputs: tuple[Sequence[str], Sequence[str]],
    pairs: list[tuple[Verdict, Verdict]],
) -> list[Flip]:
    """Cases that got worse first, in the order of the cases."""
    flips = [
        Flip(variant, checker, i, case.id, case.prompt, outputs[0][i], outputs[1][i], *pair)
        for i, (case, pair) in enumerate(zip(cases, pairs))
        if standing(pair[0]) != standing(pair[1])
        and all(standing(verdict) in BEST_FIRST for verdict in pair)
    ]
    return sorted(flips, key=lambda flip: not flip.worse)
