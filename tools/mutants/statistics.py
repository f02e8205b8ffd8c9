"""Faults in `keras_halluc/statistics`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "statistics",
    (
        (
            "bias of the probe held down",
            "logistic_regression.py",
            "penalty[-1] = 0.0",
            "penalty[-1] = l2",
            "tests/layers/test_hallucination_probe.py",
        ),
        (
            "a draw of one class has an area",
            "confidence_estimates.py",
            'auroc(confidence, correct) if 0.0 < correct.mean() < 1.0 else float("nan")',
            "auroc(confidence, correct) if 0.0 < correct.mean() < 1.0 else 0.5",
            "test_estimates.py",
        ),
        (
            "half of the interval",
            "confidence_estimates.py",
            "np.percentile(drawn, [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)])",
            "np.percentile(drawn, [100 * (1 - CONFIDENCE), 100 * CONFIDENCE])",
            "test_estimates.py tests/callbacks/test_calibration_monitor.py",
        ),
        (
            "an abstention score bounded below by 0",
            "confidence_estimates.py",
            "low, high = (end * (1.0 + cost) - cost for end in (inner.low, inner.high))",
            "low, high = (end * (1.0 + cost) for end in (inner.low, inner.high))",
            "tests/callbacks/test_calibration_monitor.py",
        ),
        (
            "a draw counts as won",
            "ranking.py",
            'side="left"',
            'side="right"',
        ),
        (
            "the bootstrap draws the two sides apart",
            "ranking.py",
            "statistic(*(c[at] for c in before))",
            "statistic(*before)",
        ),
        (
            "quantile without the new score",
            "conformal.py",
            "math.ceil(round((len(rows) + 1) * coverage, 9))",
            "math.ceil(round(len(rows) * coverage, 9))",
        ),
        (
            "chance draws a bin twice over",
            "calibration_chance.py",
            "rows, starts = rows[order], ",
            "starts = ",
        ),
        (
            "the interval around the rate, not around Wilson's middle",
            "intervals.py",
            "middle = (rate + spread / 2) / (1 + spread)",
            "middle = rate",
        ),
        (
            "Newcombe takes the wrong end of the other rate",
            "intervals.py",
            "below = math.hypot(rate - low, others_high - others_rate)",
            "below = math.hypot(rate - low, others_rate - others_low)",
        ),
        (
            "one tail of McNemar's test",
            "paired_rates.py",
            "p_value: float = 2 * tail / 2**changed",
            "p_value: float = tail / 2**changed",
        ),
        (
            "the last term alone of many changes",
            "paired_rates.py",
            "        total += term\n        if term < 1e-17",
            "        if term < 1e-17",
        ),
        (
            "Tango's interval turned round",
            "paired_rates.py",
            "high = -_lower_end(lost, gained, total, z)",
            "high = -_lower_end(gained, lost, total, z)",
        ),
        (
            "looking at many groups is not corrected for",
            "sign_flips.py",
            "tops = np.max([one.max(axis=1) for one in drawn], axis=0)",
            "tops = drawn[0].max(axis=1)",
            "test_worsening.py",
        ),
        (
            "a rise is tested at one place alone",
            "sign_flips.py",
            "one.max(axis=1) for one in drawn",
            "one[:, 0] for one in drawn",
            "test_worsening.py",
        ),
        (
            "a fall is taken for a rise",
            "worsening.py",
            "found[known, column] = late - early",
            "found[known, column] = early - late",
        ),
        (
            "a rise that did not last counts",
            "worsening.py",
            "for w in range(1, steps // 2 + 1) for a in range(steps - 2 * w + 1)",
            "for w in [steps // 2] for a in range(steps - 2 * w + 1)",
        ),
        (
            "the rise begins with the best step",
            "worsening.py",
            "since = start + _jump(bad[:, start:])",
            "since = start + 1",
        ),
        (
            "a wide interval is called steady",
            "worsening.py",
            "STEADY if since_best.high <= MARGIN else UNCLEAR",
            "STEADY",
        ),
        (
            "held-out rows standardised by themselves",
            "two_sample_tests.py",
            "train, test = (train - centre) / spread, (test - centre) / spread",
            "train, test = (train - centre) / spread, (test - test.mean(axis=0)) / spread",
        ),
        (
            "a row counts as like itself",
            "two_sample_tests.py",
            "    np.fill_diagonal(kernel, 0.0)\n",
            "",
        ),
        (
            "the p-value without the split that was seen",
            "two_sample_tests.py",
            "return float(areas[0]), float(np.mean(areas >= areas[0]))",
            "return float(areas[0]), float(np.mean(areas[1:] >= areas[0]))",
        ),
        (
            "an empty answer lowers the mean score",
            "estimates.py",
            'estimates["grounding_score"] = rate_estimate(score_sum, scored)',
            'estimates["grounding_score"] = rate_estimate(score_sum, max(sum(counts.values()), 1))',
        ),
    ),
)
