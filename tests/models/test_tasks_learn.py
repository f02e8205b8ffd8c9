"""Do the ready tasks learn what they are made for, and answer in the characters of the text?"""

import itertools

import keras
import keras_hub
import numpy as np
from kinds import quick_on_torch

import keras_halluc as kh

WORDS = [f"w{i}" for i in range(40)]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, "in", "who", "where", "."]


def tokenizer():
    return keras_hub.models.BertTokenizer(VOCABULARY, lowercase=True)


def backbone(name="Bert"):
    keras.utils.set_random_seed(0)
    return getattr(keras_hub.models, f"{name}Backbone")(
        vocabulary_size=len(VOCABULARY),
        num_layers=1,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=64,
        max_sequence_length=16,
        dropout=0.0,
    )


def fit(task, x, y, epochs):
    """From weights that are the same on every backend."""
    rng = np.random.default_rng(0)
    for weight in task.weights:
        if len(weight.shape) > 1:
            weight.assign(rng.normal(scale=0.1, size=weight.shape))
    task.compile(optimizer=keras.optimizers.Adam(5e-3))
    return task.fit(x, y, batch_size=64, epochs=epochs, verbose=0).history


def draws(count, words, size, seed=0):
    rng = np.random.default_rng(seed)
    return [list(rng.choice(words, size, replace=False)) for _ in range(count)]


@quick_on_torch
def test_a_word_never_written_in_training_is_copied():
    task = kh.models.PointerGeneratorSeq2Seq(
        backbone("GPT2"),
        kh.models.CopyPreprocessor(tokenizer(), 12, target_length=4),
        num_heads=2,
        dropout=0.0,
    )
    rows = draws(512, WORDS[:30], 3)
    history = fit(task, [" ".join(row) for row in rows], [" ".join(row[:2]) for row in rows], 14)
    assert history["sparse_categorical_accuracy"][-1] > 0.95
    new = draws(20, WORDS[30:], 3, seed=1)
    written = task.generate([" ".join(row) for row in new], batch_size=8)
    assert np.mean([text.split()[0] == row[0] for text, row in zip(written, new)]) >= 0.8
    alone = task.generate([" ".join(new[3])], max_new_tokens=1)
    assert alone == [written[3].split()[0]]  # whatever the batch
    generator = kh.generation.FunctionGenerator(task.generate)
    assert generator.generate([" ".join(new[3])]) == [written[3]]


@quick_on_torch
def test_spans_are_tagged_in_characters():
    """The word after "in" is of class 1, so that context decides."""
    task = kh.models.TokenTagger(
        backbone(), 2, kh.models.TaggingPreprocessor(tokenizer(), 12), dropout=0.0
    )

    def data(rows):
        texts = [f"{a}  in {b.upper()}, {c}." for a, b, c in rows]
        return texts, [[(text.index("in ") + 3, text.index(","), 1)] for text in texts]

    texts, spans = data(draws(512, WORDS, 3))
    fit(task, texts, spans, epochs=6)
    texts, spans = data(draws(20, WORDS, 3, seed=1))
    assert np.mean([a == b for a, b in zip(task.tag(texts), spans)]) >= 0.9
    words = [text.replace(",", " ,").split() for text in texts]
    found = task.tag(words)
    assert [" ".join(words[0])[start:end] for start, end, _ in found[0]] == [words[0][2]]


@quick_on_torch
def test_answers_and_no_answers():
    """What stands after "in" answers "where"; nothing answers "who"."""
    task = kh.models.ExtractiveQA(
        backbone(),
        kh.models.QuestionPreprocessor(tokenizer(), 11, max_question_length=1, stride=3),
        dropout=0.0,
    )

    def data(rows):
        contexts = [f"{a} {b} {c}  in {d} . {e} {f}" for a, b, c, d, e, f in rows]
        questions = list(itertools.islice(itertools.cycle(["where", "who", "where"]), len(rows)))
        texts = [row[3] if q == "where" else "" for row, q in zip(rows, questions)]
        return (questions, contexts), texts

    x, texts = data(draws(768, WORDS, 6))
    fit(task, x, {"answer_text": texts}, epochs=8)
    (questions, contexts), texts = data(draws(30, WORDS, 6, seed=1))
    found = task.answer(questions, contexts)
    assert np.mean([answer["text"] == text for answer, text in zip(found, texts)]) >= 0.9
    for context, answer in zip(contexts, found):
        if answer["text"]:
            assert context[answer["start"] : answer["end"]] == answer["text"]
            assert answer["margin"] < 0.0
    none = task.answer(questions[:1], contexts[:1], threshold=-1e9)[0]
    assert (none["text"], none["start"], none["end"]) == ("", -1, -1)


@quick_on_torch
def test_entailment_orders_pairs():
    """A hypothesis follows if its word stands in the premise."""
    preprocessor = kh.models.TextPreprocessor(tokenizer(), 8)
    labels = ("entailment", "contradiction")
    task = kh.models.PairEntailment(backbone(), preprocessor, labels=labels, dropout=0.0)
    rows = draws(384, WORDS[:8], 3)
    classes = [i % 2 for i in range(len(rows))]
    premises = [f"{a} {b}" for a, b, _ in rows]
    hypotheses = [row[2] if label else row[0] for row, label in zip(rows, classes)]
    fit(task, (premises, hypotheses), classes, epochs=12)
    scores = task.score(premises, hypotheses, batch_size=64)
    true, false = scores[0::2].mean(), scores[1::2].mean()
    assert 0.0 <= scores.min() and scores.max() <= 1.0 and true - false > 0.1
