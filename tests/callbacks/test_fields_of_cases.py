"""Fields of cases: whatever they hold, monitors measure, log and share the cases."""

import json
import pickle
import threading

import numpy as np

import keras_halluc as kh
from keras_halluc.callbacks.observed.asking import ask

LOCK = threading.Lock()  # cannot be pickled, nor be written as JSON
CASES = [
    kh.data.Case("1 + 1 =", ("2",), fields={"lock": LOCK, "year": 2024}),
    kh.data.Case("2 + 2 =", ("4",), fields={"pixels": np.zeros((2, 2)), "rate": float("nan")}),
]


class TwoProcesses:
    """Both processes of a run in one, with what travels between them pickled as it is there."""

    count = 2

    def share(self, items):
        self.number += 1
        return items[self.number :: 2]

    def gathered(self, function):
        self.number = -1
        return [pickle.loads(pickle.dumps(function())) for _ in range(2)]


def test_processes_share_answers_and_each_has_the_cases():
    answers, _ = ask(
        lambda prompts: [str(len(prompts)) for _ in prompts],
        kh.grounding.AnswerChecker().check,
        CASES,
        [0, 1],
        8,
        {},
        lambda count: None,
        TwoProcesses(),
    )
    assert [answer.case for answer in answers] == CASES
    assert [answer.output for answer in answers] == ["1", "1"]
    assert answers[0].case.fields["lock"] is LOCK


def test_a_monitor_logs_fields_as_what_json_can_hold(tmp_path):
    monitor = kh.callbacks.HallucinationMonitor(
        CASES, generator=lambda prompts: ["2"] * len(prompts), log_dir=str(tmp_path), verbose=0
    )
    monitor.on_train_begin()
    assert [answer.verdict.label for answer in monitor.answers] == ["supported", "unsupported"]
    monitor.on_train_end()
    (path,) = tmp_path.rglob("cases.*.jsonl")
    fields = [line["fields"] for line in map(json.loads, path.open()) if "fields" in line]
    assert fields == [
        {"lock": str(LOCK), "year": 2024},
        {"pixels": str(np.zeros((2, 2))), "rate": "nan"},
    ]
