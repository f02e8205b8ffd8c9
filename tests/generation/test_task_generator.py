"""Are greedy texts, samples and scores of a KerasHub task what its own logits say?"""

import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation.tokenizers import decoder_of

NEW = 6
PROMPTS = ["Where was", "", "Who is the author of", "巴黎 😀", "What is the capital of"]


@pytest.fixture(scope="module")
def facts():
    return kh.presets.load_facts_gpt2()


@pytest.fixture(scope="module")
def prompts():
    cases = [fact.prompt() for fact in kh.data.load_facts("known")[:4]]
    return [*cases, *PROMPTS]


@pytest.fixture(scope="module")
def generator(facts):
    return TaskGenerator(facts, max_new_tokens=NEW, batch_size=4)


@pytest.fixture(scope="module")
def tiny():
    return tiny_models.gpt2()


@pytest.fixture(scope="module")
def tiny_generator(tiny):
    return TaskGenerator(tiny, max_new_tokens=5, batch_size=4, max_length=32)


def greedy_ids(task, rows, new):
    """Argmax of a full forward pass, token by token, to the end token or `new` tokens."""
    end = task.preprocessor.tokenizer.end_token_id
    rows, done = [list(row) for row in rows], set()
    starts = [len(row) for row in rows]
    for _ in range(new):
        logits = tiny_models.causal_logits(task, rows)
        for i, row in enumerate(rows):
            if i in done:
                continue
            token = int(np.argmax(logits[i, len(row) - 1]))
            if token == end:
                done.add(i)
            else:
                row.append(token)
    return [row[start:] for row, start in zip(rows, starts)]


def test_greedy_is_the_argmax_of_repeated_forward_passes(facts, generator, prompts):
    decode = decoder_of(facts.preprocessor.tokenizer)
    expected = greedy_ids(facts, tiny_models.prompt_ids(facts, prompts), NEW)
    assert len(set(map(len, expected))) > 1  # some end by themselves, some are cut
    assert max(map(len, expected)) == NEW
    assert generator.generate(prompts) == [decode(ids) for ids in expected]


def test_the_embedded_model_answers(generator):
    known = kh.data.load_facts("known")[:32]
    outputs = generator.generate([fact.prompt() for fact in known])
    right = sum(out.strip() == fact.answer.strip() for out, fact in zip(outputs, known))
    assert right >= 24


@quick_on_torch
def test_batch_size_order_neighbours_and_filler_do_not_matter(tiny, tiny_generator):
    prompts = ["the cat", "", "who is in rome", "巴黎 😀", "a dog and"]
    outputs = tiny_generator.generate(prompts)
    assert len(set(outputs)) == 5
    assert tiny_generator.generate(prompts[::-1]) == outputs[::-1]
    for i in (0, 4):  # a batch of its own with three fillers
        assert tiny_generator.generate([prompts[i]]) == [outputs[i]]
    wide = TaskGenerator(tiny, max_new_tokens=5, batch_size=7)
    assert wide.generate(prompts) == outputs


def test_no_more_than_max_new_tokens(tiny, tiny_generator, monkeypatch):
    decode = decoder_of(tiny.preprocessor.tokenizer)
    prompts = ["a", "the cat sat on the mat"]
    expected = greedy_ids(tiny, tiny_models.prompt_ids(tiny, prompts), 5)
    assert [len(ids) for ids in expected] == [5, 5]
    for new in (5, 1, 3):
        monkeypatch.setattr(tiny_generator, "max_new_tokens", new)
        assert tiny_generator.generate(prompts) == [decode(ids[:new]) for ids in expected]


def test_scores_are_the_log_softmax_of_the_logits(facts, generator, prompts):
    continuations = [
        "Trier",
        " 巴黎",
        "",
        "😀 ok then",
        " a",
        " London",
        " b",
        "c",
        " longest of all",
    ]
    scores = generator.score(prompts, continuations)
    heads = tiny_models.prompt_ids(facts, prompts)
    tails = [list(map(int, ids)) for ids in facts.preprocessor.tokenizer(continuations)]
    for i, (head, tail) in enumerate(zip(heads, tails)):
        logits = tiny_models.causal_logits(facts, [head + tail])[0]
        rows = tiny_models.log_softmax(logits)[len(head) - 1 :][: len(tail)]
        keep = scores.mask[i] > 0
        assert keep.sum() == len(tail)
        if not tail:
            continue
        expected = rows[np.arange(len(tail)), tail]
        np.testing.assert_allclose(scores.log_probs[i][keep], expected, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(
            scores.entropies[i][keep], -(np.exp(rows) * rows).sum(-1), rtol=1e-4, atol=1e-4
        )
        assert scores.log_probs[i].sum() == pytest.approx(expected.sum(), rel=1e-4)
    assert not scores.log_probs[scores.mask == 0].any()
    assert not scores.entropies[scores.mask == 0].any()
    for array in (scores.log_probs, scores.entropies, scores.mask):
        assert array.dtype == np.float32 and array.shape == scores.mask.shape


def test_scores_do_not_depend_on_order_or_batch(tiny, tiny_generator):
    prompts = ["the cat", "", "who is in rome", "巴黎 😀", "a dog and"]
    continuations = [f" answer {i}" for i in range(len(prompts))]
    sums = tiny_generator.score(prompts, continuations).log_probs.sum(axis=1)
    turned = tiny_generator.score(prompts[::-1], continuations[::-1]).log_probs.sum(axis=1)
    wide = TaskGenerator(tiny, batch_size=7).score(prompts, continuations).log_probs.sum(axis=1)
    np.testing.assert_allclose(turned[::-1], sums, rtol=1e-4)
    np.testing.assert_allclose(wide, sums, rtol=1e-4)


def test_a_continuation_scored_in_two_parts_sums_to_the_whole(tiny_generator):
    prompts, continuations = ["a dog", "a dog and"], [" and a cat", " a cat"]
    whole, second = tiny_generator.score(prompts, continuations).log_probs
    first = tiny_generator.score(["a dog"], [" and"]).log_probs
    assert whole.sum() == pytest.approx(first.sum() + second.sum(), rel=1e-4)
    assert abs(first.sum()) > 1.0


@quick_on_torch
def test_greedy_text_is_likelier_than_any_sample(tiny_generator, monkeypatch):
    generator = tiny_generator
    monkeypatch.setattr(generator, "max_new_tokens", 1)
    greedy = generator.score(["the "], generator.generate(["the "])).log_probs.sum()
    letters = sorted({text for text in generator.sample(["the "], 8, seed=3)[0] if text.isascii()})
    others = generator.score(["the "] * len(letters), letters).log_probs.sum(axis=1)
    assert len(letters) > 1
    assert others.max() <= greedy + 1e-5


@quick_on_torch
def test_samples_follow_the_seed(tiny, tiny_generator):
    generator = tiny_generator
    first = generator.sample(["the", "rome"], 3, seed=1)
    assert [len(texts) for texts in first] == [3, 3]
    assert len({text for texts in first for text in texts}) > 3
    assert generator.sample(["the", "rome"], 3, seed=2) != first
    generator.generate(["the"])
    assert generator.sample(["the", "rome"], 3, seed=1) == first
    again = TaskGenerator(tiny, max_new_tokens=5, batch_size=4, max_length=32)
    again.sample(["a"], 1, seed=9)
    assert again.sample(["the", "rome"], 3, seed=1) == first


@quick_on_torch
def test_temperature_moves_samples_toward_greedy(tiny_generator):
    generator = tiny_generator
    cold = generator.sample(["the", "rome"], 2, temperature=1e-3)
    assert cold == [[text] * 2 for text in generator.generate(["the", "rome"])]
    assert generator.sample(["the", "rome"], 2) != cold


def test_samples_have_the_probabilities_of_the_model(tiny, tiny_generator, monkeypatch):
    monkeypatch.setattr(tiny_generator, "max_new_tokens", 1)
    ids = tiny_models.prompt_ids(tiny, ["who "])
    logits = tiny_models.causal_logits(tiny, ids)[0, len(ids[0]) - 1]
    probs = np.exp(tiny_models.log_softmax(logits))
    token = int(np.argmax(probs))
    text = decoder_of(tiny.preprocessor.tokenizer)([token])
    count = 256
    share = tiny_generator.sample(["who "], count, seed=5)[0].count(text) / count
    assert abs(share - probs[token]) < 4.0 * (probs[token] * (1 - probs[token]) / count) ** 0.5


def test_prompts_that_leave_no_room(tiny):
    long = "a" * 63
    with pytest.raises(ValueError, match="longest prompt has 64 tokens and leaves no room"):
        TaskGenerator(tiny).generate(["a", long])
    with pytest.raises(ValueError, match="longest prompt has 12 tokens.*within 12 tokens"):
        TaskGenerator(tiny, max_length=12).generate(["a" * 11])
    with pytest.raises(ValueError, match="no room for an answer within 64 tokens"):
        TaskGenerator(tiny).score([long], ["bc"])
    with pytest.raises(ValueError, match="`max_length` must be <= 64, the positions of this model"):
        TaskGenerator(tiny, max_length=65).generate(["a"])
    generator = TaskGenerator(tiny, batch_size=1, max_new_tokens=4)
    ids = greedy_ids(tiny, tiny_models.prompt_ids(tiny, [long[:-1]]), 1)
    assert generator.generate([long[:-1]]) == [decoder_of(tiny.preprocessor.tokenizer)(ids[0])]


def test_an_empty_prompt_needs_a_start_token():
    task = tiny_models.gpt2()
    task.preprocessor.tokenizer.start_token_id = None  # as some hub tokenizers have none
    generator = TaskGenerator(task, batch_size=2)
    assert generator.score(["a", "b"], ["b", "b"]).mask.sum() == 2
    with pytest.raises(ValueError, match="An empty prompt has nothing to continue from"):
        generator.score(["a", ""], ["b", "b"])
    with pytest.raises(ValueError, match="An empty prompt has nothing to continue from"):
        generator.generate([""])


def test_wrong_prompts_and_arguments(tiny):
    generator = TaskGenerator(tiny, batch_size=2)
    for wrong, error, match in (
        ([], ValueError, "`prompts` must not be empty"),
        ("abc", TypeError, "`prompts` must be a list of str"),
        (["a", 1], TypeError, r"prompts\[1\]=1 of type int"),
        (None, TypeError, "Received: prompts=None"),
    ):
        with pytest.raises(error, match=match):
            generator.generate(wrong)
        with pytest.raises(error, match=match):
            generator.sample(wrong, 2)
        with pytest.raises(error, match=match):
            generator.score(wrong, ["a", "b"])
    with pytest.raises(ValueError, match="'prompts': 1, 'continuations': 2"):
        generator.score(["a"], ["b", "c"])
    with pytest.raises(ValueError, match="`num_samples` must be an integer >= 1"):
        generator.sample(["a"], 0)
    with pytest.raises(ValueError, match="`temperature` must be > 0.0. Received: temperature=0"):
        generator.sample(["a"], 1, temperature=0)
    with pytest.raises(TypeError, match="`seed` must be an integer. Received: seed=0.5"):
        generator.sample(["a"], 1, seed=0.5)
    for name in ("max_new_tokens", "batch_size", "max_length"):
        with pytest.raises(ValueError, match=f"`{name}` must be an integer >= .*{name}=0"):
            TaskGenerator(tiny, **{name: 0})


def test_tasks_that_cannot_generate(tiny):
    import keras_hub

    with pytest.raises(TypeError, match="`task` must be a KerasHub CausalLM or Seq2SeqLM"):
        TaskGenerator(tiny_models.bert_classifier())
    bare = keras_hub.models.GPT2CausalLM(tiny.backbone)
    with pytest.raises(ValueError, match="must have a preprocessor.*task.preprocessor=None"):
        TaskGenerator(bare)
    small = keras_hub.models.GPT2Backbone(100, 1, 2, 8, 16, max_sequence_length=16)
    task = keras_hub.models.GPT2CausalLM(small, tiny.preprocessor)
    with pytest.raises(ValueError, match="tokenizer knows 256 tokens.*embeddings for 100"):
        TaskGenerator(task)


def test_an_end_token_that_is_padding_too():
    task = tiny_models.gpt2(bpe=True)
    task.preprocessor.tokenizer.pad_token_id = task.preprocessor.tokenizer.end_token_id
    with pytest.raises(ValueError, match="must have an end token apart from padding.*257 for"):
        kh.generation.TaskGenerator(task)
