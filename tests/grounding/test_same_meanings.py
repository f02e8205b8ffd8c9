"""Are samples that say the same in another form one meaning, and others another one?"""

import pytest

from keras_halluc.data import Case
from keras_halluc.generation import FunctionGenerator
from keras_halluc.grounding import ConsistencyChecker


def checker(samples):
    def ask(prompts):
        return [samples[0]] * len(prompts)

    def sample(prompts, num_samples, temperature, seed):
        return [samples[:num_samples] for _ in prompts]

    return ConsistencyChecker(FunctionGenerator(ask, sample), num_samples=len(samples))


def clusters(samples):
    return checker(samples).sample_answers(["?"])[0].clusters


@pytest.mark.parametrize(
    "samples",
    [
        ["5 km", "5 kilometres", "5 kilometers", "5km"],
        ["$29", "29", "29.00", "29 dollars"],
        ["March 3, 2024", "3 March 2024", "2024-03-03", "03.03.2024"],
        ["5 pm", "17:00", "5 p.m.", "17h00"],
        ["eighteen", "18", "18.", "18.0"],
        ["Beyoncé", "Beyonce", "BEYONCE", "beyoncé"],
        ["J. K. Rowling", "J.K. Rowling", "JK Rowling", "j.k. rowling"],
        ["0.5", "1/2", "50%", "½"],
        ["10^6", "10⁶", "1,000,000", "a million"],
        ["3-1", "3:1", "3–1", "3 : 1"],
        ["2 hours", "120 minutes", "2 h", "two hours"],
        ["World War II", "World War 2", "world war II", "World War 2."],
    ],
)
def test_one_meaning(samples):
    assert clusters(samples) == (0,) * len(samples)
    (verdict,) = checker(samples).check([Case("?")], [samples[-1]])
    assert (verdict.label, verdict.score) == ("supported", 1.0)
    assert "semantic entropy 0.00 nats" in verdict.reason


@pytest.mark.parametrize(
    "samples",
    [
        ["C", "C++", "C#"],
        ["10²", "102", "10^3"],
        ["≥5", "≤5", "5"],
        ["1:2", "1/2", "2:1"],
        ["A+", "A-", "A"],
        ["5 km", "5 miles", "5 kg"],
        ["3 May 1998", "1998", "May 1997"],
        ["-5", "5", "±5"],
        ["12", "12 million", "1.2 million"],
        ["5 am", "5 pm", "6 pm"],
        ["3.11.4", "3.11.3", "3.11"],
        ["pêche", "péché", "pèché"],
    ],
)
def test_as_many_meanings_as_samples(samples):
    assert sorted(clusters(samples)) == list(range(len(samples)))
