"""Are exactly the answers learned, and are they all there?"""

import numpy as np
import pytest
import tiny_models

import keras_halluc as kh
from keras_halluc.data import answer_inputs
from keras_halluc.data import text_inputs

pytestmark = pytest.mark.eager

PROMPTS = ["Where was Karl Marx born?\n", "Who?", "Who?"]
ANSWERS = [" Trier", " a very long name", " Kim"]


def decode(task, ids):
    text = task.preprocessor.tokenizer.detokenize([int(i) for i in ids])
    return text if isinstance(text, str) else text.numpy().decode()


def test_decoding_what_is_learned_gives_the_answers_back():
    task = tiny_models.gpt2(bpe=True)
    end = task.preprocessor.tokenizer.end_token_id
    x, y, weight = answer_inputs(task, PROMPTS, ANSWERS)
    assert set(np.unique(weight)) == {0.0, 1.0}
    for i, (prompt, answer) in enumerate(zip(PROMPTS, ANSWERS)):
        learned = y[i][weight[i] == 1.0]
        assert learned[-1] == end
        assert decode(task, learned[:-1]) == answer
        start = int(np.argmax(weight[i]))
        end_at = start + len(learned)
        assert decode(task, x["token_ids"][i][1 : start + 1]) == prompt  # after the start token
        assert decode(task, x["token_ids"][i][1:end_at]) == prompt + answer
        assert np.flatnonzero(weight[i]).tolist() == list(range(start, end_at))
        assert set(y[i][end_at:]) <= {task.preprocessor.tokenizer.pad_token_id}
        assert x["padding_mask"][i].tolist() == [1] * x["padding_mask"][i].sum() + [0] * (
            len(y[i]) - x["padding_mask"][i].sum()
        )
    np.testing.assert_array_equal(x["token_ids"][:, 1:], y[:, :-1])  # moved by one


def test_types_and_shapes_and_the_same_as_the_tasks_own():
    task = tiny_models.gpt2()
    x, y, weight = answer_inputs(task, PROMPTS, ANSWERS, sequence_length=40)
    assert set(x) == {"token_ids", "padding_mask"}
    for array, dtype in (*((a, "int32") for a in (*x.values(), y)), (weight, "float32")):
        assert array.shape == (3, 40) and array.dtype == dtype
    own, targets, mask = task.preprocessor(
        [prompt + answer for prompt, answer in zip(PROMPTS, ANSWERS)], sequence_length=40
    )
    np.testing.assert_array_equal(x["token_ids"], np.asarray(own["token_ids"]))
    np.testing.assert_array_equal(
        x["padding_mask"], np.asarray(own["padding_mask"]).astype("int32")
    )
    np.testing.assert_array_equal(y, np.asarray(targets))
    assert np.all(weight <= np.asarray(mask).astype("float32"))  # never padding


def test_the_longest_row_decides_and_a_shorter_length_is_an_error():
    task = tiny_models.gpt2()
    whole = answer_inputs(task, PROMPTS, ANSWERS)[2]
    longest = whole.shape[1]
    assert whole[:, -1].max() == 1.0  # no column too many
    again = answer_inputs(task, PROMPTS, ANSWERS, sequence_length=longest)[2]
    np.testing.assert_array_equal(again, whole)
    with pytest.raises(ValueError, match=rf"`sequence_length` must be >= {longest}, .* of row \d"):
        answer_inputs(task, PROMPTS, ANSWERS, sequence_length=longest - 1)


def test_no_more_tokens_than_the_model_has_positions():
    task = tiny_models.gpt2(max_sequence_length=12)
    x, _, _ = answer_inputs(task, ["who"], [" x" * 4], sequence_length=12)
    assert x["token_ids"].shape == (1, 12)  # start, 3 and 8 letters; the end token is a target
    for make in (
        lambda: answer_inputs(task, ["whoo"], [" x" * 4]),
        lambda: answer_inputs(task, ["who"], [" x"], sequence_length=13),
        lambda: text_inputs(task, ["who" * 9]),
    ):
        with pytest.raises(ValueError, match="fit the 12 positions of the model"):
            make()


def test_weights_multiply():
    task = tiny_models.gpt2()
    plain = answer_inputs(task, PROMPTS, ANSWERS)[2]
    rates = kh.data.weight_by_knowledge(["unknown", "highly_known", "maybe_known"])
    for weights in (rates, list(rates), tuple(float(rate) for rate in rates)):
        weight = answer_inputs(task, PROMPTS, ANSWERS, weights=weights)[2]
        np.testing.assert_allclose(weight, plain * np.array([[0.1], [1.0], [1.0]]), rtol=1e-6)
        assert weight.dtype == "float32"


def test_one_row_and_an_empty_answer():
    task = tiny_models.gpt2()
    x, y, weight = answer_inputs(task, ["Who?"], [""])
    assert weight.sum() == 1.0  # the end token alone
    assert y[0][weight[0] == 1.0] == [task.preprocessor.tokenizer.end_token_id]


def test_whole_texts():
    task = tiny_models.gpt2()
    x, y, weight = text_inputs(task, ["Karl Marx worked in Cologne.", "Who?"])
    for i, text in enumerate(["Karl Marx worked in Cologne.", "Who?"]):
        learned = y[i][weight[i] == 1.0]
        assert decode(task, learned[:-1]) == text
        assert weight[i][: len(learned)].min() == 1.0 == weight[i].sum() / len(learned)
    with pytest.raises(ValueError, match="`sequence_length` must be >= "):
        text_inputs(task, ["Karl Marx worked in Cologne."], sequence_length=2)


def test_encoder_and_decoder():
    task = tiny_models.bart()
    prompts, answers = ["a b c", "d"], ["e f", "g h i"]
    x, y, weight = answer_inputs(task, prompts, answers)
    tokenizer = task.preprocessor.tokenizer
    assert set(x) == set(task.input)
    for i, (prompt, answer) in enumerate(zip(prompts, answers)):
        learned = y[i][weight[i] == 1.0]
        assert learned[-1] == tokenizer.end_token_id
        assert decode(task, learned[:-1]) == answer
        real = x["encoder_padding_mask"][i].astype(bool)
        assert decode(task, x["encoder_token_ids"][i][real][1:-1]) == prompt
        assert x["decoder_token_ids"][i][0] == tokenizer.end_token_id  # how BART starts
    np.testing.assert_array_equal(x["decoder_token_ids"][:, 1:], y[:, :-1])
    assert task(x).shape == (2, y.shape[1], tokenizer.vocabulary_size())
    with pytest.raises(ValueError, match="for a Seq2SeqLM use `answer_inputs`"):
        text_inputs(task, ["a"])


def test_a_prompt_the_encoder_would_cut_is_an_error():
    task = tiny_models.bart()
    room = 24 - 2  # start and end
    kh.data.answer_inputs(task, ["a" * room], ["b"])
    with pytest.raises(ValueError, match=f"must fit the {room} tokens .* 23 tokens in prompt 1"):
        kh.data.answer_inputs(task, ["a", "a" * (room + 1)], ["b", "b"])
