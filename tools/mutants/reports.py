"""Faults in `keras_halluc/reports`."""

from tools.mutants.fault import in_folder

FAULTS = in_folder(
    "reports",
    (
        (
            "spans come back as lists",
            "audit_report.py",
            'spans = tuple(tuple(span) for span in row[key]["spans"])',
            'spans = row[key]["spans"]',
            "test_report_files.py",
        ),
        (
            "before minus after",
            "calibration_measures.py",
            "interval_of(second[key] - first[key], len(both))",
            "interval_of(first[key] - second[key], len(both))",
            "test_audit.py test_audit_of_tasks.py",
        ),
        (
            "a wrong answer costs nothing",
            "calibration_measures.py",
            "return -threshold / (1.0 - threshold)",
            "return 0.0",
            "test_audit.py",
        ),
        (
            "unknown facts can be forgotten",
            "audit_models.py",
            'known = [pair for pair, name in zip(pairs, categories) if name != "unknown"]',
            "known = list(pairs)",
            "test_audit.py",
        ),
        (
            "the better flips first",
            "audit_models.py",
            "return sorted(flips, key=lambda flip: not flip.worse)",
            "return sorted(flips, key=lambda flip: flip.worse)",
            "test_audit.py",
        ),
        (
            "an abstention is worse than an error",
            "flip.py",
            'BEST_FIRST = ("right", "abstained", "hallucinated")',
            'BEST_FIRST = ("right", "hallucinated", "abstained")',
            "test_audit.py",
        ),
        (
            "an interval that touches 0 shows a change",
            "measure.py",
            "if self.difference.low <= 0.0 <= self.difference.high:",
            "if self.difference.low < 0.0 < self.difference.high:",
            "test_audit.py",
        ),
        (
            "lower is always better",
            "measure.py",
            'return "better" if side == self.better else "worse"',
            'return "better" if side == "lower" else "worse"',
            "test_audit.py",
        ),
        (
            "names are markup in the page",
            "html_page.py",
            'return html.escape(text) if isinstance(text, str) else f"<bdi>{render(text)}</bdi>"',
            'return text if isinstance(text, str) else f"<bdi>{text.text}</bdi>"',
            "test_report_files.py",
        ),
        (
            "what counts for nothing is in the divergence",
            "shift_measures.py",
            'total = np.where(weight > 0.0, divergence, 0.0).sum(axis=1, dtype="float64")',
            'total = divergence.sum(axis=1, dtype="float64")',
            "test_audit_of_tasks.py",
        ),
        (
            "the divergence the other way round",
            "shift_measures.py",
            "model = TokenDivergence(after.task, before.task)",
            "model = TokenDivergence(before.task, after.task)",
            "test_audit_of_tasks.py",
        ),
        (
            "lost is what was never right",
            "verdict_measures.py",
            "lost = [not after for before, after in right if before]",
            "lost = [not after for before, after in right]",
            "test_audit.py",
        ),
        (
            "a rate of what was measured once",
            "verdict_measures.py",
            "return before.label in over and after.label in over",
            "return before.label in over or after.label in over",
            "test_audit.py",
        ),
        (
            "shares that are no per cent",
            "number_format.py",
            'return f"{100 * value:{plus}.1f}"',
            'return f"{value:{plus}.1f}"',
            "test_report_files.py",
        ),
    ),
)
