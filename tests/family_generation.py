"""Checks of what a family says: texts, scores, uncertainty, attention, knowledge, the audit."""

import family_reference as reference
import keras
import numpy as np
from family_asks import ANSWERS
from family_asks import NEW
from family_asks import PROMPTS
from family_asks import assert_same_scores
from family_asks import assert_same_texts
from family_asks import divergence
from family_asks import generator_of
from family_asks import greedy_texts
from family_asks import rows_of
from family_outcome import each

import keras_halluc as kh


def scoring(family):
    assert_same_scores(family.make())


def generation(family):
    task = family.make()
    generator = generator_of(task)
    assert_same_texts(task, generator.generate(PROMPTS))
    samples = generator.sample(PROMPTS, 2, seed=1)
    assert [len(texts) for texts in samples] == [2, 2]
    assert generator.sample(PROMPTS, 2, seed=1) == samples


def uncertainty(family):
    task = family.make()
    generator = generator_of(task)

    def equal(*scores):
        found = kh.generation.UncertaintyScorer(generator, scores)(PROMPTS, ANSWERS)
        for i, (prompt, answer) in enumerate(zip(PROMPTS, ANSWERS)):
            expected = _uncertainties(task, prompt, answer, "rauq" in scores)
            for score in scores:
                np.testing.assert_allclose(found[score][i], expected[score], rtol=1e-3, atol=1e-3)

    def states():
        scorer = kh.generation.UncertaintyScorer(generator, ["length"])
        found = scorer.hidden_states(PROMPTS, ANSWERS)
        assert found.shape[:2] == (2, 2) and np.isfinite(found).all()

    each(
        lambda: equal("log_prob", "mean_log_prob", "entropy", "length"),
        lambda: equal("margin"),
        lambda: equal("rauq"),
        states,
    )


def _uncertainties(task, prompt, answer, looks):
    rows, ids = reference.answer_rows(task, prompt, answer)
    chosen = rows[np.arange(len(ids)), ids]
    ordered = np.sort(np.exp(rows), axis=-1)
    found = {
        "log_prob": -chosen.sum(),
        "mean_log_prob": -chosen.mean(),
        "entropy": -(np.exp(rows) * rows).sum(axis=-1).mean(),
        "margin": 1.0 - (ordered[:, -1] - ordered[:, -2]).mean(),
        "length": len(ids),
    }
    if looks:
        found["rauq"] = _rauq(np.exp(chosen), task, prompt, answer)
    return found


def _rauq(probabilities, task, prompt, answer, alpha=0.2):
    maps, begin, end = reference.attention_of(task, prompt, answer)
    layers = len(maps)
    worst = -np.inf
    for heads in maps[layers // 3 : -(-2 * layers // 3) + 1]:
        looks = np.array([[head[i, i - 1] for i in range(begin + 1, end)] for head in heads])
        best = looks[looks.sum(axis=1).argmax()] if looks.size else []
        confidence, total = probabilities[0], -np.log(probabilities[0])
        for probability, look in zip(probabilities[1:], best):
            confidence = alpha * probability + (1 - alpha) * look * confidence
            total -= np.log(confidence)
        worst = max(worst, total / len(probabilities))
    return worst


def attention(family):
    task = family.make()
    cases = [kh.data.Case(prompt) for prompt in PROMPTS]
    settings = {"budget": None, "strict": True, "verbose": 0, "generator": generator_of(task)}
    monitor = kh.callbacks.AttentionMonitor(cases, pictures=0, **settings)
    x, y, weight = rows_of(task)
    tuner = kh.models.FineTuner(task)
    tuner.compile(keras.optimizers.SGD(0.0), run_eagerly=True)
    data = {"sample_weight": weight, "callbacks": [monitor], "verbose": 0}
    found = tuner.fit(x, y, **data).history["lookback_ratio"][-1]
    ratios = []
    for prompt, answer in zip(PROMPTS, greedy_texts(task)):
        maps, begin, end = reference.attention_of(task, prompt, answer)
        assert maps.shape[1:3] == (maps.shape[1], end)
        assert (maps >= 0.0).all() and (maps.sum(axis=-1) < 1.0 + 1e-4).all()
        assert np.abs(np.triu(maps, 1)).max() < 1e-6
        rows = maps[:, :, begin:end]
        own = np.arange(1, end - begin + 1)
        on_prompt = rows[..., :begin].sum(axis=-1) / begin
        on_answer = rows[..., begin:].sum(axis=-1) / own
        ratios.append((on_prompt / (on_prompt + on_answer)).mean())
    np.testing.assert_allclose(found, np.mean(ratios), rtol=1e-3)


def knowledge(family):
    task = family.make()
    own, _ = reference.greedy(task, PROMPTS[0], NEW)
    cases = [
        kh.data.Case(PROMPTS[0], references=(reference.decoded(task, own),)),
        kh.data.Case(PROMPTS[1], references=("nothing of that kind",)),
    ]
    found = kh.data.categorize_knowledge(generator_of(task), cases, num_samples=2, verbose=0)
    assert [one.category for one in found] == ["highly_known", "unknown"]
    assert found[1].sampled_accuracy == 0.0


def audit(family):
    before, after = family.make(), family.make(seed=1)
    texts = [greedy_texts(task) for task in (before, after)]
    cases = [kh.data.Case(p, references=(text,)) for p, text in zip(PROMPTS, texts[0])]
    generators = [generator_of(task) for task in (before, after)]
    report = kh.audit(*generators, cases, resamples=5, verbose=0)
    accuracy = report.find("answer_accuracy")
    assert accuracy.before.value == 1.0
    right = kh.grounding.AnswerChecker().check(cases, texts[1])
    assert accuracy.after.value == np.mean([verdict.label == "supported" for verdict in right])
    measured = report.find("base_divergence")
    assert not measured.reason, measured.reason
    expected = divergence(before, after, texts[0])
    np.testing.assert_allclose(measured.after.value, expected, rtol=1e-3)
