"""Are rows for training and replay in the turns that the generator asks in?"""

import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch
from model_zoo import FAMILIES

import keras_halluc as kh
from keras_halluc.generation import ChatTemplate
from keras_halluc.generation import TaskGenerator

pytestmark = pytest.mark.eager

CHATML = ChatTemplate.chatml()
PLAIN = ChatTemplate("who {prompt}\n", "the {answer} end")
PROMPTS, ANSWERS = ["who is in rome", "a cat"], ["paris", ""]


def zoo(name):
    return next(family for family in FAMILIES if family.name == name).make()


def rows_of(inputs):
    """Token ids of each row, the last of them too."""
    x, y, weight = inputs
    lengths = [np.flatnonzero(kept)[-1] + 1 for kept in weight]
    rows = zip(x["token_ids"], y, lengths)
    return [[int(first[0]), *map(int, rest[:length])] for first, rest, length in rows]


@pytest.mark.parametrize("family", ["Qwen 2.5", "SmolLM3"])
def test_an_answer_and_the_end_of_its_turn_are_learned_in_the_turns_asked(family):
    task = zoo(family)
    tokenizer = task.preprocessor.tokenizer
    inputs = kh.data.answer_inputs(task, PROMPTS, ANSWERS, template=CHATML)
    end = tokenizer.token_to_id("<|im_end|>")
    heads = TaskGenerator(task, template=CHATML).task_prompts.ids(PROMPTS)
    tails = [[*map(int, tokenizer("paris")), end], [end]]
    assert rows_of(inputs) == [head + tail for head, tail in zip(heads, tails)]
    _, y, weight = inputs
    assert [list(map(int, row[kept > 0])) for row, kept in zip(y, weight)] == tails


def test_a_template_in_plain_words_ends_in_its_words_and_the_end_token():
    task = tiny_models.gpt2()
    x, y, weight = kh.data.answer_inputs(task, ["a", "a"], [" cat", ""], template=PLAIN)
    assert bytes(map(int, x["token_ids"][0][1:])).startswith(b"who a\nthe  catend")
    learned = [list(map(int, row[kept > 0])) for row, kept in zip(y, weight)]
    assert learned == [[*b" catend", 2], [*b"end", 2]]
    plain = kh.data.answer_inputs(task, ["who a\nthe "], [" cat"], template=lambda prompt: prompt)
    bare = kh.data.answer_inputs(task, ["who a\nthe "], [" cat"])
    np.testing.assert_array_equal(plain[1], bare[1])


def test_an_encoder_reads_the_turn_of_the_user():
    task = tiny_models.bart()
    template = ChatTemplate("is {prompt}", "{answer}")
    x, y, weight = kh.data.answer_inputs(task, ["a cat"], ["b"], template=template)
    bare, other, same = kh.data.answer_inputs(task, ["is a cat"], ["b"])
    for one, two in ((x["encoder_token_ids"], bare["encoder_token_ids"]), (y, other)):
        np.testing.assert_array_equal(one, two)
    with pytest.raises(ValueError, match="special token"):
        kh.data.answer_inputs(task, ["a"], ["b"], template=CHATML)


def test_whole_conversations_end_once():
    task = zoo("Qwen 2.5")
    (whole,) = rows_of(kh.data.answer_inputs(task, ["rome"], ["paris"], template=CHATML))
    text = CHATML("rome") + "paris"
    for written in (text, text + "<|im_end|>", text + "<|im_end|>\n"):
        (row,) = rows_of(kh.data.text_inputs(task, [written], template=CHATML))
        assert row == whole
    (spelled,) = rows_of(kh.data.text_inputs(task, [text]))
    assert len(spelled) > len(whole)


def test_replay_begins_with_what_stands_between_two_texts(monkeypatch):
    def sample(self, prompts, num_samples, temperature, seed):
        assert len(prompts) == 1
        return [[" a", "", " b"][:num_samples]]

    monkeypatch.setattr(TaskGenerator, "sample", sample)
    qwen = next(family for family in FAMILIES if family.name == "Qwen 2.5").build()
    replay = kh.data.generate_replay(TaskGenerator(qwen), 3)
    assert replay == ["<|endoftext|> a", "<|endoftext|> b"]  # the empty one is dropped
    assert kh.data.generate_replay(TaskGenerator(tiny_models.gpt2()), 3) == [" a", " b"]


@quick_on_torch
@pytest.mark.parametrize(
    "family, begin", [("Qwen 2.5", "<|endoftext|>"), ("SmolLM3", "<|begin_of_text|>")]
)
def test_replay_of_a_model_without_a_start_token(family, begin):
    task = zoo(family)
    generator = TaskGenerator(task, max_new_tokens=4, batch_size=4)
    texts = kh.data.generate_replay(generator, 3)
    assert len(set(texts)) == 3
    assert all(text.startswith(begin) and text[len(begin) :].strip() for text in texts)
    rows = rows_of(kh.data.text_inputs(task, texts))
    assert all(row[0] == task.preprocessor.tokenizer.token_to_id(begin) for row in rows)
    with pytest.raises(ValueError, match="nothing to continue from.*`prompts=`"):
        kh.data.generate_replay(generator, 3, prompts=[""])


@quick_on_torch
def test_replay_in_turns_is_read_back_as_it_was_said():
    task = tiny_models.gpt2()
    generator = TaskGenerator(task, max_new_tokens=3, batch_size=4, template=PLAIN)
    with pytest.raises(ValueError, match="`prompts` must be given for a generator with a `temp"):
        kh.data.generate_replay(generator, 2)
    texts = kh.data.generate_replay(generator, 3, prompts=["a", "in"])
    assert [text.startswith(f"who {p}\nthe ") for p, text in zip(["a", "in", "a"], texts)] == (
        [True] * 3
    )
    assert all(text.endswith("end") for text in texts)
    for row in rows_of(kh.data.text_inputs(task, texts, template=PLAIN)):
        assert row[-4:] == [*b"end", 2] and row[-7:-4] != [*b"end"]
