"""Is what a user's own function returns checked before it counts?"""

import pytest

from keras_halluc.generation import FunctionGenerator


def test_one_call_with_all_prompts():
    calls = []

    def answer(prompts):
        calls.append(prompts)
        return tuple(p.upper() for p in prompts)

    assert FunctionGenerator(answer).generate(("a", "你好 😀")) == ["A", "你好 😀"]
    assert calls == [["a", "你好 😀"]]


@pytest.mark.parametrize(
    ("returned", "error", "match"),
    [
        (["a"], ValueError, "1 texts for 2 prompts"),
        (["a", "b", "c"], ValueError, "3 texts for 2 prompts"),
        ([], ValueError, "0 texts for 2 prompts"),
        ("ab", TypeError, r"`function\(prompts\)` must be a list of str"),
        (["a", None], TypeError, r"function\(prompts\)\[1\]=None"),
        (None, TypeError, r"Received: function\(prompts\)=None"),
    ],
)
def test_wrong_answers(returned, error, match):
    with pytest.raises(error, match=match):
        FunctionGenerator(lambda prompts: returned).generate(["x", "y"])


def test_sample_passes_everything_on():
    def sample(prompts, num_samples, temperature, seed):
        return [(f"{p} {temperature} {seed}",) * num_samples for p in prompts]

    generator = FunctionGenerator(lambda prompts: prompts, sample)
    assert generator.sample(["a", "b"], 2, 0.5, 7) == [["a 0.5 7"] * 2, ["b 0.5 7"] * 2]


@pytest.mark.parametrize("returned", [[["a"]], [["a", "b"], ["c"]], [["a", "b"]] * 3])
def test_sample_with_a_wrong_count(returned):
    generator = FunctionGenerator(lambda prompts: prompts, lambda *arguments: returned)
    with pytest.raises(ValueError, match="`sample` must return 2 texts for each of 2 prompts"):
        generator.sample(["x", "y"], 2)


def test_what_a_function_cannot_do():
    generator = FunctionGenerator(lambda prompts: prompts)
    with pytest.raises(ValueError, match=r"cannot sample. Give `FunctionGenerator\(..., sample="):
        generator.sample(["a"], 2)
    with pytest.raises(ValueError, match="no token probabilities. Use `TaskGenerator`"):
        generator.score(["a"], ["b"])
    with pytest.raises(TypeError, match="`function` must be callable. Received: function=3"):
        FunctionGenerator(3)
    with pytest.raises(TypeError, match="`sample` must be callable or None. Received: sample=3"):
        FunctionGenerator(len, sample=3)
