"""Is every number of an audit the one it says, and is what cannot be measured left out?"""

import numpy as np
import pytest
from scripted import LabelChecker
from scripted import case_list

import keras_halluc as kh
from keras_halluc import statistics
from keras_halluc.ops.verdicts import VERDICT_RATES
from keras_halluc.reports.measure import KINDS
from keras_halluc.statistics.estimates import Estimate

S, U, C, A, N = "supported", "unsupported", "contradicted", "abstained", "unmeasured"


def compare(before, after, **kwargs):
    """An audit of two lists of labels; `after` may be a dict of them."""
    count = len(getattr(before, "outputs", before))
    kwargs.setdefault("checkers", {"labels": LabelChecker()})
    kwargs.setdefault("resamples", 20)
    return kh.audit(before, after, kwargs.pop("cases", None) or case_list(count), **kwargs)


def spread(**counts):
    return [label for label, count in counts.items() for _ in range(count)]


def test_rates_are_over_what_was_measured_and_differences_over_what_was_measured_twice():
    pairs = [(S, S)] * 20 + [(S, U)] * 6 + [(U, S)] * 2 + [(A, C)] * 3 + [(C, A)] * 4
    pairs += [(N, U)] * 5 + [(S, N)] * 2
    before, after = zip(*pairs)
    report = compare(before, after)
    found = report.find("hallucination_rate")
    assert found.before == Estimate(6 / 37, *statistics.wilson_interval(6, 37, 0.95), 37)
    assert found.after == Estimate(14 / 40, *statistics.wilson_interval(14, 40, 0.95), 40)
    assert found.difference == Estimate(*statistics.paired_rate_interval(9, 6, 35, 0.95), 35)
    assert found.p_value == statistics.mcnemar_test(9, 6)
    accuracy = report.find("answer_accuracy")
    assert (accuracy.before.value, accuracy.after.value) == (28 / 37, 22 / 40)
    assert accuracy.difference == Estimate(*statistics.paired_rate_interval(2, 6, 35, 0.95), 35)
    abstained = report.find("abstention_rate")
    assert abstained.difference == Estimate(*statistics.paired_rate_interval(4, 3, 35, 0.95), 35)
    coverage = report.find("check_coverage")
    assert (coverage.before.value, coverage.after.value) == (37 / 42, 40 / 42)
    assert coverage.difference == Estimate(*statistics.paired_rate_interval(5, 2, 42, 0.95), 42)


def test_what_was_lost_and_gained():
    report = compare([S] * 10 + [U] * 6 + [N], [S] * 7 + [A] * 2 + [U] + [S] * 2 + [U] * 4 + [S])
    lost, gained = report.find("lost"), report.find("gained")
    assert lost.after == Estimate(0.3, *statistics.wilson_interval(3, 10, 0.95), 10)
    assert gained.after == Estimate(2 / 6, *statistics.wilson_interval(2, 6, 0.95), 6)
    assert (lost.before, lost.difference, lost.change) == (None, None, "")


def test_knowledge_is_taken_apart_by_category():
    knowledge = ["highly_known"] * 6 + ["weakly_known"] * 2 + ["unknown"] * 4
    before = [S] * 6 + [U] * 6
    after = [S] * 3 + [U] * 3 + [S] * 1 + [U] * 1 + [S] * 4
    report = compare(before, after, knowledge=knowledge)
    forgetting = report.find("forgetting")
    assert forgetting.after == pytest.approx(6 / 8 - 4 / 8)
    assert forgetting.difference == Estimate(*statistics.paired_rate_interval(3, 1, 8, 0.95), 8)
    rates = {
        category: report.find("answer_accuracy", group=category).after.value
        for category in ("highly_known", "weakly_known", "unknown")
    }
    assert rates == {"highly_known": 0.5, "weakly_known": 0.5, "unknown": 1.0}
    with pytest.raises(ValueError, match="`group` must be one of.*group='maybe_known'"):
        report.find("answer_accuracy", group="maybe_known")  # no case of it


def test_groups_are_compared_where_there_are_several():
    cases = [kh.data.Case(str(i), ("yes",), group="ab"[i % 2]) for i in range(8)]
    report = compare([S] * 8, [S, U] * 4, cases=cases, minimum=4)
    assert report.find("hallucination_rate", group="a").after.value == 0.0
    assert report.find("hallucination_rate", group="b").difference.value == 1.0
    one = [kh.data.Case(str(i), ("yes",), group="a") for i in range(8)]
    assert not [m for m in compare([S] * 8, [U] * 8, cases=one).measures if m.section == "group"]


def test_a_group_of_few_cases_has_no_rate():
    cases = [kh.data.Case(str(i), ("yes",), group="ab"[i < 9]) for i in range(19)]
    report = compare([S] * 19, [*[U] * 5, N, *[S] * 13], cases=cases, minimum=9)
    enough = report.find("hallucination_rate", group="a")
    assert (enough.after.count, enough.difference.count) == (10, 10)
    few = report.find("hallucination_rate", group="b")
    assert few.before.count == 9  # measured before, and one of them not after
    assert (few.after, few.difference) == (None, None)
    assert few.reason == "8 cases, at least 9 needed"
    assert few.reason in report.to_markdown()
    with pytest.raises(ValueError, match="`minimum` must be"):
        compare([S], [S], cases=cases[:1], minimum=0)


def test_every_rate_of_a_group():
    cases = [kh.data.Case(str(i), ("yes",), group="ab"[i % 2]) for i in range(80)]
    of_b = [S] * 16 + [U] * 4 + [C] * 2 + [A] * 10 + [N] * 8
    after = [label for pair in zip([S] * 40, of_b) for label in pair]
    report = compare([S] * 80, after, cases=cases)
    shares = {
        "hallucination_rate": (6, 32, 6, 0),
        "answer_accuracy": (16, 32, 0, 16),
        "abstention_rate": (10, 32, 10, 0),
        "check_coverage": (32, 40, 0, 8),
    }
    found = [m for m in report.measures if m.section == "group"]
    assert [(m.group, m.name) for m in found] == [(g, name) for g in "ab" for name in shares]
    assert set(shares) == set(VERDICT_RATES)
    for name, (hits, total, gained, lost) in shares.items():
        measure = report.find(name, group="b")
        assert measure.after == Estimate(
            hits / total, *statistics.wilson_interval(hits, total, 0.95), total
        )
        low_high = statistics.paired_rate_interval(gained, lost, total, 0.95)
        assert measure.difference == Estimate(*low_high, total)
        assert report.find(name, group="a").difference.value == 0.0
        assert f"| {measure.title} | b |" in report.to_markdown()


def test_a_group_may_be_called_as_a_category_is():
    names = ["unknown", "known"] * 4
    cases = [kh.data.Case(str(i), ("yes",), group=name) for i, name in enumerate(names)]
    knowledge = ["unknown"] * 4 + ["highly_known"] * 4
    after = [U, S, U, S, U, S, S, S]  # 2 of 4 unknown ones are right, 1 of 4 of that group
    report = compare([S] * 8, after, cases=cases, knowledge=knowledge, minimum=4)
    found = [
        report.find("answer_accuracy", group="unknown", section=section)
        for section in (None, "knowledge", "group")
    ]
    assert [(m.section, m.after.value, m.after.count) for m in found] == [
        ("knowledge", 0.5, 4),
        ("knowledge", 0.5, 4),
        ("group", 0.25, 4),
    ]
    with pytest.raises(ValueError, match="`section` must be one of"):
        report.find("answer_accuracy", section="groups")
    with pytest.raises(ValueError, match="`group` must be one of.*group='highly_known'"):
        report.find("answer_accuracy", group="highly_known", section="group")


def test_scores_of_the_verdicts():
    before = ["supported 1.0", "unsupported 0.25", "supported", "unmeasured", "supported 0.5"]
    after = ["supported 0.5", "unsupported 0.75", "supported 1", "supported 1", "supported 0.5"]
    found = compare(before, after).find("grounding_score")
    assert found.before.value == pytest.approx(1.75 / 3)
    assert found.after.value == pytest.approx(3.75 / 5)
    assert found.difference.value == pytest.approx(0.0) and found.difference.count == 3
    assert found.difference.low < 0.0 < found.difference.high


def test_flips_are_what_stands_otherwise_the_worse_first():
    before = [U, S, S, U, N, A, A, S]
    after = [S, S, U, C, S, C, S, A]
    report = compare(before, after)
    found = [(flip.index, flip.worse) for flip in report.flips]
    assert found == [(2, True), (5, True), (7, True), (0, False), (6, False)]
    flip = report.flips[0]
    assert (flip.prompt, flip.before, flip.verdict_after.label) == ("2", S, U)


def test_change_follows_the_interval_and_the_good_end():
    report = compare([S] * 30, {"worse": [U] * 30, "silent": [A] * 30, "same": [S] * 30})
    assert report.find("hallucination_rate", "worse").change == "worse"
    assert report.find("answer_accuracy", "worse").change == "worse"
    assert report.find("abstention_rate", "silent").change == "higher"
    assert report.find("hallucination_rate", "silent").change == "not shown"
    chance = compare([S] * 30, [S] * 28 + [U] * 2).find("answer_accuracy")
    assert chance.difference.value < 0.0 and chance.change == "not shown"
    back = compare([U] * 30, [S] * 30)
    assert back.find("hallucination_rate").change == "better"


def test_identical_answers_differ_in_nothing():
    labels = spread(supported=20, unsupported=12, abstained=4, unmeasured=4)
    knowledge = ["highly_known", "unknown"] * 20
    answers = kh.reports.ModelAnswers(labels, [0.5] * 40)
    report = compare(answers, answers, knowledge=knowledge)
    assert report.flips == ()
    compared = [m for m in report.measures if m.difference is not None]
    assert len(compared) == 14
    for measure in compared:
        assert measure.difference.value == 0.0
        assert measure.difference.low <= 0.0 <= measure.difference.high
        assert measure.change == "not shown" and measure.p_value in (None, 1.0)
    assert report.find("outputs_changed").after.value == 0.0
    assert report.find("hallucination_rate").difference.high > 0.0  # few cases prove little


def test_nothing_measured_is_neither_zero_nor_nan():
    report = compare([S, U], [N, N], knowledge=["unknown", "unknown"])
    for name in ("hallucination_rate", "answer_accuracy", "grounding_score", "forgetting", "lost"):
        measure = report.find(name)
        assert not measure.measured and measure.difference is None and measure.p_value is None
        assert measure.reason and measure.change == ""
    assert report.find("check_coverage").after.value == 0.0
    assert report.find("hallucination_rate").before.value == 0.5


def test_the_reason_of_the_checker_is_handed_on():
    class Silent:
        def check(self, cases, outputs):
            return [kh.grounding.Verdict(N, reason="the case has no source") for _ in cases]

    report = compare([S], [S], checkers=Silent())
    assert report.checkers == ("Silent",)
    reason = report.find("hallucination_rate").reason
    assert reason == "no case was measured: the case has no source"


def test_each_checker_and_each_variant_has_its_own_numbers():
    class Inverted(LabelChecker):
        def check(self, cases, outputs):
            return super().check(cases, [{S: U, U: S}[output] for output in outputs])

    report = compare(
        [S] * 4,
        {"a": [S, S, S, U], "b": [U] * 4},
        checkers={"labels": LabelChecker(), "inverted": Inverted()},
    )
    rates = {
        (variant, checker): report.find("answer_accuracy", variant, checker).after.value
        for variant in "ab"
        for checker in ("labels", "inverted")
    }
    assert rates == {
        ("a", "labels"): 0.75,
        ("a", "inverted"): 0.25,
        ("b", "labels"): 0.0,
        ("b", "inverted"): 1.0,
    }
    assert len([m for m in report.measures if m.name == "output_length"]) == 2  # of no checker


def test_the_worth_of_answers():
    found = compare([S] * 3 + [U, N, U], [S, U, A, A, S, N]).find("abstention_score_t75")
    assert found.before.value == pytest.approx((3 - 6) / 5)
    assert found.after.value == pytest.approx((2 - 3) / 5)
    assert found.difference.value == pytest.approx((0 - 4 - 1 + 3) / 4)
    assert found.difference.count == 4


def test_texts_are_compared_and_measured_in_words():
    class Anything:
        def check(self, cases, outputs):
            return [kh.grounding.Verdict(S)] * len(cases)

    before, after = ["one two", "three", " same"], ["one two three", "Three", "same "]
    report = compare(before, after, checkers=Anything())
    assert report.find("outputs_changed").after.value == pytest.approx(2 / 3)
    length = report.find("output_length")
    assert (length.before, length.after) == pytest.approx((4 / 3, 5 / 3))
    assert length.difference.value == pytest.approx(1 / 3)
    divergence = report.find("base_divergence")
    assert not divergence.measured and "KerasHub tasks" in divergence.reason


def test_every_measure_has_a_name_in_words_and_the_good_end_of_the_monitors():
    from keras_halluc.tensorboard.directions import BETTER

    report = compare([S] * 2, [U] * 2, knowledge=["unknown"] * 2)
    assert {measure.name for measure in report.measures} == set(KINDS)
    for name, kind in KINDS.items():
        for key in (name, f"val_{name}"):
            assert BETTER.get(key, kind.better) == kind.better


class TestCalibration:
    """Confidences are given; the statistics are taken again with plain loops."""

    @pytest.fixture(scope="class")
    def data(self):
        rng = np.random.default_rng(0)
        sides = []
        for power in (1.0, 0.5):  # the second is too sure
            chance = rng.uniform(size=80)
            sides.append((chance**power, rng.uniform(size=80) < chance))
        return sides

    def answers(self, side):
        confidence, right = side
        labels = [S if r else U for r in right]
        return kh.reports.ModelAnswers(labels, [float(c) for c in confidence])

    def test_numbers(self, data):
        report = compare(self.answers(data[0]), self.answers(data[1]))
        for name, loop in (
            ("confidence", lambda c, r: sum(c) / len(c)),
            ("brier_score", lambda c, r: sum((p - w) ** 2 for p, w in zip(c, r)) / len(c)),
            ("expected_calibration_error", expected_calibration_error),
            ("aurc", risk_coverage_area),
            ("auroc", chance_of_order),
        ):
            measure = report.find(name)
            before, after = (loop(*side) for side in data)
            assert measure.before.value == pytest.approx(before, rel=1e-5), name
            assert measure.after.value == pytest.approx(after, rel=1e-5), name
            assert measure.after.low < measure.after.value < measure.after.high
            assert measure.difference.value == pytest.approx(after - before, abs=1e-5), name
            assert measure.difference.low <= measure.difference.value <= measure.difference.high
            assert measure.difference.count == 80
        assert report.find("confidence").change == "higher"

    def test_abstentions_and_the_unmeasured_do_not_count(self, data):
        answers = self.answers(data[0])
        labels = [A, N, *answers.outputs]
        more = kh.reports.ModelAnswers(labels, [0.9, 0.9, *answers.confidences])
        found = compare(more, more.outputs).find("brier_score")
        alone = compare(answers, answers.outputs).find("brier_score")
        assert found.before == alone.before

    def test_too_few_say_nothing(self, data):
        few = kh.reports.ModelAnswers([S] * 29, [0.9] * 29)
        measure = compare(few, few.outputs).find("aurc")
        assert measure.before is None
        assert compare(few.outputs, few).find("aurc").reason.startswith("29 answers have")
        assert "give models" in measure.reason

    def test_no_order_of_right_and_wrong_where_all_are_right(self, data):
        sure = self.answers(data[0])
        right = kh.reports.ModelAnswers([S] * 80, sure.confidences)
        measure = compare(sure, right).find("auroc")
        assert measure.before is not None
        assert (measure.after, measure.difference) == (None, None)
        assert measure.reason == "all answers are right, or all are wrong"

    def test_a_function_has_no_confidence(self):
        report = compare([S] * 40, lambda prompts: [S] * len(prompts))
        assert report.find("answer_accuracy").after.value == 1.0
        assert "no token probabilities" in report.find("brier_score").reason


def chance_of_order(confidence, right):
    pairs = [(p, q) for p, r in zip(confidence, right) for q, w in zip(confidence, right) if r > w]
    return sum((p > q) + 0.5 * (p == q) for p, q in pairs) / len(pairs)


def expected_calibration_error(confidence, right, bins=15):
    gap = 0.0
    for b in range(bins):
        inside = [i for i, c in enumerate(confidence) if min(int(c * bins), bins - 1) == b]
        gap += abs(sum(right[i] for i in inside) - sum(confidence[i] for i in inside))
    return gap / len(confidence)


def risk_coverage_area(confidence, right):
    order = sorted(range(len(right)), key=lambda i: -confidence[i])
    errors, risks = 0, []
    for kept, i in enumerate(order, 1):
        errors += not right[i]
        risks.append(errors / kept)
    return sum(risks) / len(risks)


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"after": ["a"]}, ValueError, "same length.*cases.*after.outputs"),
        ({"after": {}}, ValueError, "`after` must be a model, or a dict of models by name"),
        ({"after": {"before": ["a", "b"]}}, ValueError, "none of them named 'before'"),
        ({"after": {1: ["a", "b"]}}, ValueError, "`after` must be"),
        ({"after": 3}, TypeError, "`model` must be a Generator"),
        ({"before": ["a", 3]}, TypeError, "`outputs` must hold str only"),
        ({"checkers": "answers"}, TypeError, r"`checkers\['str'\]` must have a method `check`"),
        ({"checkers": {}}, ValueError, "`checkers` must hold a checker"),
        ({"knowledge": ["unknown"]}, ValueError, "same length"),
        ({"knowledge": ["clever", "unknown"]}, ValueError, "clever"),
        ({"details": {"int8": {}}}, ValueError, "`details` must be one of"),
        ({"details": {"after": {"MB": float("nan")}}}, ValueError, "must be finite"),
        ({"details": {"after": {"MB": None}}}, TypeError, "must be a number"),
        ({"resamples": 0}, ValueError, "`resamples` must be an integer >= 1"),
        ({"seed": -1}, ValueError, "`seed` must be an integer >= 0"),
        ({"cases": ["a", "b"]}, TypeError, "Case"),
    ],
)
def test_bad_input(changes, error, match):
    arguments = {"before": ["a", "b"], "after": ["a", "b"], "cases": case_list(2), **changes}
    with pytest.raises(error, match=match):
        kh.audit(**arguments)


def test_one_model_twice_is_a_mistake():
    def model(prompts):
        return ["yes"] * len(prompts)

    with pytest.raises(ValueError, match="record_answers"):
        kh.audit(model, {"tuned": kh.generation.FunctionGenerator(model)}, case_list(2))
    before = kh.reports.record_answers(model, case_list(2))
    assert kh.audit(before, model, case_list(2)).find("answer_accuracy").difference.value == 0.0


def test_a_prompt_is_asked_once():
    asked = []

    def model(prompts):
        asked.extend(prompts)
        return [prompt.upper() for prompt in prompts]

    cases = [kh.data.Case(prompt, ("A",)) for prompt in ("a", "bb", "a")]
    answers = kh.reports.record_answers(model, cases)
    assert answers.outputs == ("A", "BB", "A") and sorted(asked) == ["a", "bb"]


@pytest.mark.parametrize("confidences", [(1.5,), (float("nan"),), (-0.1,)])
def test_a_confidence_is_a_probability(confidences):
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        kh.reports.ModelAnswers(("a",), confidences)


def test_numbers_of_numpy_in_verdicts(tmp_path):
    class Own:
        def check(self, cases, outputs):
            spans = ((np.int64(0), np.int64(1), "unsupported"),)
            return [kh.grounding.Verdict("unsupported", np.float32(0.5), spans) for _ in outputs]

    audit = kh.audit(["2"], ["3"], [kh.data.Case("1 + 1 =", ("2",))], checkers=Own())
    assert '"grounding_score"' in audit.to_json()
