"""Does lm-eval get from a Keras model what a reference computed by hand gives?"""

import json
import types
from pathlib import Path

import numpy as np
import pytest
import tiny_models

import keras_halluc as kh
from keras_halluc.evaluation import HarnessLM
from keras_halluc.evaluation import harness_lm

pytestmark = pytest.mark.eager

WINDOW = 24
TASKS = Path(__file__).parent / "harness_tasks"


@pytest.fixture(scope="module")
def task():
    return tiny_models.gpt2(max_sequence_length=WINDOW)


@pytest.fixture(scope="module")
def harness(lm_eval, task):
    return HarnessLM(kh.generation.TaskGenerator(task, batch_size=4))


def asked(*arguments):
    """A request as lm-eval makes it."""
    return types.SimpleNamespace(args=arguments)


def by_hand(task, context, continuation, prefix=(2,)):
    """Sum of log-probabilities and whether each is the greatest, of ids one a byte."""
    head = [*prefix, *context.encode()]
    tail = list(continuation.encode())
    whole = (head + tail)[-(WINDOW + 1) :]
    logits = tiny_models.causal_logits(task, [whole[:-1]], WINDOW)[0]
    places = range(len(whole) - 1 - len(tail), len(whole) - 1)
    rows = tiny_models.log_softmax(logits[list(places)])
    return rows[range(len(tail)), tail].sum(), bool((rows.argmax(-1) == tail).all())


def check(harness, task, pairs):
    found = harness.loglikelihood([asked(*pair) for pair in pairs])
    for (total, is_greedy), pair in zip(found, pairs, strict=True):
        expected, greedy = by_hand(task, *pair)
        assert total == pytest.approx(expected, abs=1e-4) and is_greedy is greedy


def test_loglikelihood(harness, task):
    pairs = [
        ("paris is in", " france"),
        ("a", "b"),
        ("the cat", " sat on"),
        ("", "the"),
        ("x", "é"),
    ]
    check(harness, task, pairs)


def test_the_greedy_continuation_is_told(harness, task):
    greedy = kh.generation.TaskGenerator(task, max_new_tokens=4).generate(["rome"])[0]
    other = greedy[:-1] + ("z" if greedy[-1] != "z" else "y")
    found = harness.loglikelihood([asked("rome", text) for text in (greedy, greedy[:2], other)])
    assert [is_greedy for _, is_greedy in found] == [True, True, False]


def test_a_long_context_loses_its_first_tokens(harness, task):
    long = "the mat is here and the cat sat on the mat and a dog and"
    check(harness, task, [(long, " rome"), (long[-WINDOW:], "a" * 20), (long, "b" * WINDOW)])
    # What was cut makes no difference, and what was not makes one.
    first, same, other = harness.loglikelihood(
        [asked(text, " rome") for text in (long, "zz" + long[2:], long[:-2] + "zz")]
    )
    assert first == same != other


def test_a_space_that_ends_a_context_belongs_to_the_continuation(harness, task):
    (found,) = harness.loglikelihood([asked("rome is ", "in")])
    assert found[0] == pytest.approx(by_hand(task, "rome is", " in")[0], abs=1e-4)


def test_rolling(harness, task):
    """Each token once: the first window from the start token, then as much context as fits."""
    long = "paris is in france and rome is in italy and the mat is here"
    texts = ["a dog", long, "", long[: 2 * WINDOW]]
    found = harness.loglikelihood_rolling([asked(text) for text in texts])
    for total, text in zip(found, texts, strict=True):
        ids = [2, *text.encode()]
        expected, done = 0.0, 1
        while done < len(ids):
            end = min(done + WINDOW, len(ids))
            start = max(end - WINDOW - 1, 0)
            logits = tiny_models.causal_logits(task, [ids[start : end - 1]], WINDOW)[0]
            rows = tiny_models.log_softmax(logits)
            expected += sum(rows[i - start - 1, ids[i]] for i in range(done, end))
            done = end
        assert total == pytest.approx(expected, abs=1e-3)


def test_generate_until(harness, task):
    whole = kh.generation.TaskGenerator(task, max_new_tokens=10).generate(["rome is", "a dog"])
    assert len(whole[0]) == 10
    stops = [whole[0][4], "no such", whole[0][5:8]]  # one token, never, and several tokens
    options = {"until": stops, "max_gen_toks": 10}
    found = harness.generate_until(
        [asked("rome is", options), asked("a dog", options), asked("rome is", {"max_gen_toks": 3})]
    )
    for text, full in zip(found, whole):
        ends = [full.find(stop) for stop in stops if stop in full]
        assert text == full[: min(ends, default=len(full))]
    assert len(found[0]) <= 4 and found[2] == whole[0][:3]


def test_generation_stops_early_at_a_stop_string_of_one_token(harness, task):
    """The text is the same where it is cut afterwards, so the tokens are counted."""
    full = kh.generation.TaskGenerator(task, max_new_tokens=10).generate(["rome is"])[0]
    writer = harness._tokens.writer(10, [full[3]], None)
    assert writer.generate(["rome is"]) == [full[: full.index(full[3])]]


def test_a_long_or_empty_context_is_gone_on_from(harness, task):
    long = "the mat is here and the cat sat on the mat and a dog and"
    options = {"max_gen_toks": 6, "until": []}
    found = harness.generate_until([asked(long, options), asked("", options)])
    for text, head in zip(found, ([*long.encode()][-(WINDOW - 6) :], [2]), strict=True):
        ids = list(head)
        for _ in range(6):
            logits = tiny_models.causal_logits(task, [ids], WINDOW)[0]
            ids.append(int(logits[len(ids) - 1].argmax()))
        assert text == bytes(ids[len(head) :]).decode()


def test_samples_of_the_same_request_differ(harness):
    options = {"do_sample": True, "temperature": 1.5, "max_gen_toks": 8}
    found = harness.generate_until([asked("rome is", options)] * 4)
    assert len(set(found)) > 1


def test_any_next_token_model(lm_eval):
    """An LSTM over letters; the same numbers as by hand, and the same cuts."""
    model = tiny_models.lstm(length=12)
    tokenizer = tiny_models.LetterTokenizer()
    generator = kh.generation.NextTokenGenerator(
        model, tokenizer, max_length=12, max_new_tokens=3, batch_size=4, end_token_id=0
    )
    harness = HarnessLM(generator)
    long = "the cat sat on the mat"
    found = harness.loglikelihood([asked(long, " and"), asked("", "the"), asked("rome", " is")])
    for (total, is_greedy), (context, text) in zip(
        found, [(long, " and"), ("", "the"), ("rome", " is")], strict=True
    ):
        ids = (tokenizer.encode(context) or [0]) + tokenizer.encode(text)
        ids = ids[-13:]
        padded = np.zeros((1, 12), "int32")
        padded[0, : len(ids) - 1] = ids[:-1]
        rows = tiny_models.log_softmax(np.asarray(model.predict(padded, verbose=0))[0])
        places = range(len(ids) - 1 - len(text), len(ids) - 1)
        expected = sum(rows[i, ids[i + 1]] for i in places)
        assert total == pytest.approx(expected, abs=1e-4)
        assert is_greedy is all(rows[i].argmax() == ids[i + 1] for i in places)
    whole = generator.generate(["rome is"])[0]
    options = {"until": [whole[1]], "max_gen_toks": 3}
    texts = harness.generate_until([asked("rome is", options), asked(long, {"max_gen_toks": 4})])
    assert texts[0] == whole[: whole.index(whole[1])]
    expected = kh.generation.NextTokenGenerator(
        model, tokenizer, max_length=12, max_new_tokens=4, end_token_id=0
    ).generate([long[-8:]])
    assert texts[1] == expected[0]
    assert (generator.max_new_tokens, generator.stop_token_ids) == (3, (0,))  # left as they were


def test_a_seq2seq_reads_the_end_of_a_long_context(lm_eval):
    task = tiny_models.bart()
    generator = kh.generation.TaskGenerator(task, max_new_tokens=4, batch_size=2)
    harness = HarnessLM(generator)
    scores = generator.score(["rome is in"], [" italy"])
    (found,) = harness.loglikelihood([asked("rome is in", " italy")])
    assert found[0] == pytest.approx(float(scores.log_probs.sum()), abs=1e-4)
    room = task.preprocessor.encoder_sequence_length - 2  # <s> and </s>
    long = "a dog and a cat and a mat and a dog in rome"  # one token a letter
    end = long[-room:]
    assert harness.generate_until([asked(long, {"max_gen_toks": 4})]) == generator.generate([end])
    scores = generator.score([end], [" is"])
    for text in (long, "z" + long):
        (found,) = harness.loglikelihood([asked(text, " is")])
        assert found[0] == pytest.approx(float(scores.log_probs.sum()), abs=1e-4)


def test_a_callable_runs_tasks_that_generate(lm_eval):
    harness = HarnessLM(lambda prompts: [prompt + "! yes\nno" for prompt in prompts])
    assert harness.generate_until([asked("a", {"until": ["\n"]})]) == ["a! yes"]
    with pytest.raises(TypeError, match="FunctionGenerator runs tasks of output type `generate_"):
        harness.loglikelihood([asked("a", "b")])
    with pytest.raises(ValueError, match="cannot sample"):
        harness.generate_until([asked("a", {"do_sample": True, "temperature": 0.5})])


@pytest.mark.parametrize(
    "ask, message",
    [
        (lambda h: h.loglikelihood([asked("a", "")]), "continuation must not be empty"),
        (lambda h: h.loglikelihood([asked("a", "b" * 25)]), "at most 24 tokens.*one of 25"),
        (lambda h: h.generate_until([asked("a", {"max_gen_toks": 24})]), "less than 24"),
        (lambda h: h.generate_until([asked("a", {"num_beams": 3})]), "`num_beams` is not support"),
        (lambda h: h.apply_chat_template([]), "needs a generator with a template"),
        (lambda h: HarnessLM(h.generator, max_length=1), "`max_length`"),
    ],
)
def test_what_cannot_be_done_is_said(harness, ask, message):
    with pytest.raises(ValueError, match=message):
        ask(harness)


def test_without_lm_eval_the_way_out_is_told(monkeypatch):
    monkeypatch.setattr(harness_lm, "_missing", ImportError("No module named 'lm_eval'"))
    with pytest.raises(ImportError, match=r"pip install keras_halluc\[lm-eval\]"):
        HarnessLM(lambda prompts: prompts)


def test_a_conversation_in_a_template(lm_eval):
    template = kh.generation.ChatTemplate(
        "U:{prompt}\n", "A:{answer};", system="S:{system}\n", system_prompt="own"
    )
    generator = kh.generation.FunctionGenerator(lambda prompts: prompts)
    generator.template = template
    harness = HarnessLM(generator)
    turns = [("system", "be brief"), ("user", "q1"), ("assistant", "a1"), ("user", "q2")]
    history = [{"role": role, "content": content} for role, content in turns]
    text = harness.apply_chat_template(history)
    assert text == "S:be brief\nU:q1\nA:a1;U:q2\nA:"
    begun = [*history, {"role": "assistant", "content": "beg"}]
    assert harness.apply_chat_template(begun, add_generation_prompt=False) == text + "beg"
    assert harness.apply_chat_template(history[1:2]) == "S:own\nU:q1\nA:"
    with pytest.raises(ValueError, match="the user and the assistant in turn, and the user last"):
        harness.apply_chat_template(begun)
    generator.template = "<{}>".format
    assert harness.apply_chat_template(history[1:2]) == "<q1>"
    for part, way_out in ((history[:2], "system_instruction"), (history[1:], "as_multiturn=False")):
        with pytest.raises(ValueError, match=way_out):
            harness.apply_chat_template(part)


def test_a_whole_run_of_lm_eval(harness, task, tasks):
    """Every kind of task, from its file to its figures."""
    from lm_eval.evaluator import evaluate

    loaded = tasks("own_choice", "own_words", "own_texts", "own_answers")
    for one in loaded["tasks"].values():
        one.set_config("num_fewshot", 0)
    found = evaluate(harness, loaded, bootstrap_iters=0)["results"]
    lines = [json.loads(line) for line in (TASKS / "places.jsonl").read_text().splitlines()]
    texts = [json.loads(line)["text"] for line in (TASKS / "texts.jsonl").read_text().splitlines()]
    sums = [
        [by_hand(task, line["question"], f" {choice}")[0] for choice in line["choices"]]
        for line in lines
    ]
    right = [np.argmax(row) == line["answer"] for row, line in zip(sums, lines)]
    assert found["own_choice"]["acc,none"] == np.mean(right)
    by_letter = [
        np.argmax([total / len(choice) for total, choice in zip(row, line["choices"])])
        for row, line in zip(sums, lines)
    ]
    norm = [chosen == line["answer"] for chosen, line in zip(by_letter, lines)]
    assert found["own_choice"]["acc_norm,none"] == np.mean(norm)
    golden = [row[line["answer"]] for row, line in zip(sums, lines)]
    assert found["own_words"]["perplexity,none"] == pytest.approx(
        np.exp(-np.mean(golden)), rel=1e-4
    )
    totals = harness.loglikelihood_rolling([asked(text) for text in texts])  # as `test_rolling`
    per_byte = np.exp(-sum(totals) / sum(map(len, texts)))
    assert found["own_texts"]["byte_perplexity,none"] == pytest.approx(per_byte, rel=1e-6)
    generator = kh.generation.TaskGenerator(task, max_new_tokens=12)
    said = generator.generate([line["question"] for line in lines])
    said = [text.partition("e")[0].partition("\n")[0] for text in said]
    golden = [line["choices"][line["answer"]] for line in lines]
    expected = np.mean([text == answer for text, answer in zip(said, golden)])
    assert found["own_answers"]["exact_match,whole"] == expected
