"""Faults in `keras_halluc/callbacks/results`, and in what monitors print."""

from tools.mutants.fault import in_folder

RESULTS = "test_results.py"
VIEW = "test_notebook_view.py"

FAULTS = in_folder(
    "callbacks",
    (
        (
            "a flip against an epoch that did not measure the case",
            "results/flips.py",
            "            if answer.verdict.measured:\n",
            "            if True:\n",
            RESULTS,
        ),
        (
            "lost and gained change places",
            "results/flips.py",
            'return "" if was == is_now else GAINED if is_now else LOST',
            'return "" if was == is_now else LOST if is_now else GAINED',
            f"{RESULTS} {VIEW}",
        ),
        (
            "results of an earlier fit stay",
            "results/record.py",
            "        self.measured, self.base, self._latest = {}, None, {}\n\n    def add",
            "        self.base = None\n\n    def add",
            RESULTS,
        ),
        (
            "the same answer is kept again",
            "results/record.py",
            "kept.append(before if before is not None and before == answer else answer)",
            "kept.append(answer)",
            RESULTS,
        ),
        (
            "a resumed run forgets its values",
            "monitors/monitor_state.py",
            '            "history": self._record.to_json(),\n',
            '            "history": {"base": None, "rows": []},\n',
            "test_resumed.py",
        ),
        (
            "the best epoch is the worst",
            "results/sentence.py",
            "return 0 if not good else 1 if good == LOWER else -1",
            "return 0 if not good else -1 if good == LOWER else 1",
            RESULTS,
        ),
        (
            "the model before training counts as an epoch",
            "results/record.py",
            "for epoch, value in self.series(key) if epoch != self.base]",
            "for epoch, value in self.series(key)]",
            RESULTS,
        ),
        (
            "what a model wrote is markup",
            "results/notebook.py",
            '    return f"<bdi>{render(text)}</bdi>"\n',
            '    return f"<bdi>{text if isinstance(text, str) else render(text)}</bdi>"\n',
            VIEW,
        ),
        (
            "marks outside of a clipped text",
            "results/notebook.py",
            "(a, min(b, LONGEST), kind)",
            "(a, b, kind)",
            VIEW,
        ),
        (
            "a curve upside down",
            "results/curve.py",
            "(HEIGHT - TOP - BOTTOM) * (high - value)",
            "(HEIGHT - TOP - BOTTOM) * (value - low)",
            VIEW,
        ),
        (
            "a sentence that splits the bar",
            "session/said_later.py",
            "            self._waiting.append(sentence)\n",
            "            say(sentence)\n",
            RESULTS,
        ),
        (
            "the progress line stays behind",
            "session/progress_line.py",
            "        if self._width:\n",
            "        if False:\n",
            "test_case_monitor.py",
        ),
        (
            "progress only after the first batch",
            "session/progress_line.py",
            "        self.update(0)\n",
            "",
            "test_case_monitor.py",
        ),
    ),
)
