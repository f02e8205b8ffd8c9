"""Is a model asked in the turns of its template, in the ids of its special tokens?"""

import dataclasses

import generator_contracts
import keras
import numpy as np
import pytest
import tiny_models
import zoo_causal
from kinds import quick_on_torch
from model_zoo import FAMILIES

import keras_halluc as kh
from keras_halluc.generation import ChatTemplate
from keras_halluc.generation import NextTokenGenerator
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation.new_tokens import new_tokens_only
from keras_halluc.generation.special_tokens import token_id
from keras_halluc.generation.turns import Turns
from keras_halluc.testing import generator_contract

pytestmark = pytest.mark.eager

CHATML = ChatTemplate.chatml("Be brief.")
PLAIN = ChatTemplate("who {prompt}\n", "the {answer} end")
PROMPTS = ["who is in rome", "the cat", "", "a dog"]


def zoo(name):
    return next(family for family in FAMILIES if family.name == name).make()


def letters(tokenizer, text):
    """Ids of a text without special tokens, as the tokenizer gives them."""
    return [int(i) for i in tokenizer(text)]


@pytest.fixture(scope="module")
def qwen():
    return zoo("Qwen 2.5")


@pytest.fixture(scope="module")
def asked(qwen):
    return TaskGenerator(qwen, max_new_tokens=4, batch_size=3, template=CHATML)


def rows_by_hand(task, prompt):
    """ChatML, put together from ids."""
    tokenizer = task.preprocessor.tokenizer
    start, end = (tokenizer.token_to_id(f"<|im_{name}|>") for name in ("start", "end"))
    return [
        *[start, *letters(tokenizer, "system\nBe brief."), end, *letters(tokenizer, "\n")],
        *[start, *letters(tokenizer, "user\n" + prompt), end, *letters(tokenizer, "\n")],
        *[start, *letters(tokenizer, "assistant\n")],
    ]


def greedy(task, row, new, stops):
    """Likeliest tokens of repeated forward passes after a row of ids, up to a stop."""
    said = []
    while len(said) < new:
        logits = tiny_models.causal_logits(task, [row + said], length=128)[0, len(row + said) - 1]
        token = int(np.argmax(logits))
        if token in stops:
            break
        said.append(token)
    return said


def test_a_tokenizer_that_spells_special_tokens_out_is_helped(qwen):
    tokenizer = qwen.preprocessor.tokenizer
    assert len(letters(tokenizer, "<|im_start|>")) > 1  # else this test shows nothing
    turns = Turns(CHATML, tokenizer, tokenizer.end_token_id)
    assert not turns.reads_natively
    assert turns.heads(PROMPTS, []) == [rows_by_hand(qwen, prompt) for prompt in PROMPTS]
    assert turns.closing == [tokenizer.token_to_id("<|im_end|>")] == list(turns.stops)


@pytest.mark.parametrize(
    "make, template, natively",
    [
        (lambda: zoo_causal.bytes_of("Qwen3", *zoo_causal.CHAT), CHATML, False),
        (
            lambda: zoo_causal.bytes_of("Llama3", *(f"<|{name}|>" for name in zoo_causal.LLAMA_3)),
            ChatTemplate.llama3(),
            True,
        ),
        (
            lambda: zoo_causal.pieces_of("Gemma", **zoo_causal.GEMMA),
            ChatTemplate.gemma("Be brief."),
            True,
        ),
        (
            lambda: zoo_causal.pieces_of("Mistral", **zoo_causal.LLAMA),
            ChatTemplate.mistral(),
            False,
        ),
    ],
    ids=["Qwen3", "Llama3", "Gemma", "Mistral"],
)
def test_each_special_token_of_a_family_is_one_id(make, template, natively):
    tokenizer = make()
    turns = Turns(template, tokenizer, tokenizer.end_token_id)
    assert turns.reads_natively is natively
    assert turns.closing == [token_id(tokenizer, template.end_of_turn)] == list(turns.stops)
    (row,) = turns.heads(["rome"], [])
    text = template("rome")
    for token in {"<|im_start|>", "<|im_end|>", "<|eot_id|>", "<|start_header_id|>"} | {
        "<start_of_turn>",
        "<end_of_turn>",
    }:
        if token in text:
            assert row.count(token_id(tokenizer, token)) == text.count(token), token


def test_ids_of_tokens_that_a_vocabulary_lacks():
    bytes_of, pieces_of = zoo_causal.bytes_of, zoo_causal.pieces_of
    assert token_id(bytes_of("GPT2", "<|endoftext|>"), "<|im_end|>") is None
    assert token_id(pieces_of("Mistral", **zoo_causal.LLAMA), "[INST]") is None
    assert token_id(tiny_models.Bytes(), "<|im_end|>") is None
    assert token_id(tiny_models.LetterTokenizer(), "a") is None
    assert token_id(bytes_of("GPT2", "<|endoftext|>"), "<|endoftext|>") == 257


def test_a_special_token_that_would_be_spelled_out_is_an_error():
    task = tiny_models.gpt2()
    lacks = r"'<\|im_start\|>', which the vocabulary .* lacks"
    with pytest.raises(ValueError, match=lacks):
        TaskGenerator(task, template=CHATML)
    with pytest.raises(ValueError, match=lacks):
        kh.data.answer_inputs(task, ["a"], ["b"], template=CHATML)
    with pytest.raises(TypeError, match="`template` must be a `kh.generation.ChatTemplate`"):
        TaskGenerator(task, template="who {prompt}")
    with pytest.raises(TypeError, match="`template` must return a str"):
        TaskGenerator(task, template=lambda prompt: [prompt])
    for wrong, error in ((3, TypeError), (["a"], TypeError), ([-1], ValueError)):
        with pytest.raises(error, match="`stop_token_ids` must be"):
            TaskGenerator(task, stop_token_ids=wrong)


@quick_on_torch
def test_answers_and_scores_are_those_to_the_turns(qwen, asked):
    tokenizer = qwen.preprocessor.tokenizer
    end = tokenizer.token_to_id("<|im_end|>")
    rows = [rows_by_hand(qwen, prompt) for prompt in PROMPTS]
    stops = {end, tokenizer.end_token_id}
    expected = [tokenizer.detokenize(greedy(qwen, row, 4, stops)) for row in rows]
    assert asked.generate(PROMPTS) == [str(text) for text in expected]
    assert [asked.generate([prompt])[0] for prompt in PROMPTS] == asked.generate(PROMPTS)
    scores = asked.score(PROMPTS[:2], ["paris", ""])
    assert scores.mask.sum(axis=1).tolist() == [6.0, 0.0]  # five letters and the end of the turn
    tail = [*letters(tokenizer, "paris"), end]
    logits = tiny_models.causal_logits(qwen, [rows[0] + tail], length=128)[0]
    expected = tiny_models.log_softmax(logits)[len(rows[0]) - 1 :][: len(tail)]
    expected = expected[np.arange(len(tail)), tail]
    np.testing.assert_allclose(scores.log_probs[0][scores.mask[0] > 0], expected, rtol=1e-3)


@quick_on_torch
def test_generation_stops_at_the_end_of_the_turn_and_at_stop_tokens(qwen, asked):
    said = asked.generate(["the cat"])[0]
    assert len(set(said)) > 1
    second = letters(qwen.preprocessor.tokenizer, said[1])[0]
    stopped = TaskGenerator(qwen, 4, batch_size=1, template=CHATML, stop_token_ids=[second])
    assert stopped.generate(["the cat"]) == [said[: said.index(said[1])]]
    ended = dataclasses.replace(
        CHATML, assistant=CHATML.assistant.partition("{")[0] + "{answer}" + said[1]
    )
    assert TaskGenerator(qwen, 4, batch_size=1, template=ended).generate(["the cat"]) == (
        [said[: said.index(said[1])]]
    )
    longer = TaskGenerator(qwen, 4, batch_size=1, template=ended, stop_token_ids=[256])
    assert longer.generate(["the cat"]) == [said]


def test_no_empty_place_holds_a_stop_token():
    seen = {}

    def function(inputs, stop_token_ids):
        seen.update(inputs, stops=stop_token_ids)
        return inputs

    limited = new_tokens_only(function, False, lambda: 4, lambda: [[3, 0], [5]], [2], pad=0)
    inputs = {"token_ids": np.zeros((2, 4), "int32"), "padding_mask": np.zeros((2, 4), "bool")}
    limited({key: keras.ops.convert_to_tensor(value) for key, value in inputs.items()}, [0])
    ids, mask = (keras.ops.convert_to_numpy(seen[key]) for key in ("token_ids", "padding_mask"))
    assert seen["stops"] == [0, 2] and mask.tolist() == [[1, 1, 0, 0], [1, 0, 0, 0]]
    assert ids[0, :2].tolist() == [3, 0] and ids[1, 0] == 5  # a prompt may hold a stop
    assert not set(ids[~mask.astype("bool")].tolist()) & {0, 2}


@quick_on_torch
def test_padding_among_the_stops_does_not_end_an_answer():
    task = zoo("Qwen 3")
    tokenizer = task.preprocessor.tokenizer
    both = [tokenizer.end_token_id, tokenizer.pad_token_id]  # as the family's own settings have it
    expected = TaskGenerator(task, 4, batch_size=2).generate(["the cat", "rome"])
    found = TaskGenerator(task, 4, batch_size=2, stop_token_ids=both).generate(["the cat", "rome"])
    assert found == expected and all(found)


def test_a_start_token_stands_there_once():
    tokenizer = zoo_causal.bytes_of("Llama3", *(f"<|{name}|>" for name in zoo_causal.LLAMA_3))
    written = ChatTemplate("<|begin_of_text|>" + ChatTemplate.llama3().user, "{answer}<|eot_id|>")
    start = [tokenizer.start_token_id]
    rows = Turns(written, tokenizer, tokenizer.end_token_id).heads(["a"], start)
    assert rows[0].count(start[0]) == 1 and rows[0][0] == start[0]
    bare = dataclasses.replace(written, user=ChatTemplate.llama3().user)
    assert Turns(bare, tokenizer, tokenizer.end_token_id).heads(["a"], start) == rows


@quick_on_torch
def test_an_lstm_is_asked_in_turns():
    """Template and stops of a model that knows letters only."""
    tokenizer = tiny_models.LetterTokenizer()
    settings = {"max_length": 12, "max_new_tokens": 5, "batch_size": 2}
    texts = ["is rome ", "is  "]
    for seed in range(20):  # until it says two letters, of which the second is to end a turn
        model = tiny_models.lstm(seed=seed)
        plain = NextTokenGenerator(model, tokenizer, **settings)
        said = plain.generate(texts)
        others = said[0].replace(said[0][0], "").strip()
        if others:
            break
    letter = others[0]
    template = ChatTemplate("is {prompt} ", "{answer}" + letter)
    asked = NextTokenGenerator(model, tokenizer, template=template, **settings)
    assert asked.generate(["rome", ""]) == [text.partition(letter)[0] for text in said]
    assert asked.stop_token_ids == tuple(tokenizer.encode(letter))
    stop = NextTokenGenerator(model, tokenizer, stop_token_ids=tokenizer.encode(letter), **settings)
    assert stop.generate(texts[:1]) == [said[0].partition(letter)[0]]
    whole, part = plain.score(texts, ["a" + letter, letter]), asked.score(["rome", ""], ["a", ""])
    np.testing.assert_allclose(part.log_probs[0], whole.log_probs[0], rtol=1e-5)
    assert part.mask.sum(axis=1).tolist() == [2.0, 0.0]


def test_an_end_of_turn_of_several_tokens_is_cut():
    tokenizer = tiny_models.Bytes(lowercase=False)
    turns = Turns(PLAIN, tokenizer, tokenizer.end_token_id)
    assert turns.stops == () and turns.closing == [*b"end", 2]
    assert turns.cut("a cat end of") == "a cat "
    assert turns.cut("a cat") == "a cat"


@quick_on_torch
@pytest.mark.parametrize("promise", ["texts", "scores"])
def test_the_promises_of_generators_hold_in_turns(promise):
    contract = next(
        contract
        for contract in generator_contracts.generator_contracts()
        if contract.generator is TaskGenerator
    )
    kwargs = {**contract.kwargs(), "template": PLAIN}
    contract = dataclasses.replace(contract, kwargs=kwargs)
    getattr(generator_contract, f"assert_generator_{promise}")(contract)


@quick_on_torch
def test_a_monitor_asks_in_turns():
    task = tiny_models.gpt2()
    generator = TaskGenerator(task, max_new_tokens=3, batch_size=4, template=PLAIN)
    cases = [kh.data.Case("cat", ("dog",)), kh.data.Case("in rome", ("dog",))]
    expected = generator.generate([case.prompt for case in cases])
    monitor = kh.callbacks.HallucinationMonitor(cases, generator=generator, verbose=0)
    x, y, weight = kh.data.answer_inputs(task, ["cat"], ["dog"], template=PLAIN)
    task.compile(optimizer=keras.optimizers.SGD(0.0), loss="sparse_categorical_crossentropy")
    keras.Model.fit(task, x, y, sample_weight=weight, callbacks=[monitor], verbose=0)
    assert [answer.output for answer in monitor.answers] == expected
    plain = TaskGenerator(task, max_new_tokens=3, batch_size=4)
    assert expected == plain.generate([PLAIN(case.prompt) for case in cases])
    assert plain.generate([case.prompt for case in cases]) != expected
