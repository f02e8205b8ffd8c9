"""Random models of a few thousand weights, each with a vocabulary of its own."""

import keras
import keras_hub
import numpy as np

TEXTS = [
    "the cat sat on the mat",
    "paris is in france",
    "rome is in italy",
    "a dog and a cat",
    "巴黎在法国",
    "the mat is here 😀",
    "who is in rome",
    "the end",
]
MERGES = ["t h"]  # a tokenizer without any merge cannot be made
LETTERS = sorted(set("".join(TEXTS)))


def byte_vocabulary(*special):
    """GPT-2's name of each of the 256 bytes, one merged pair, and special tokens."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    names = [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]
    return {name: i for i, name in enumerate([*names, "th", *special])}


@keras.saving.register_keras_serializable("tests")
class Bytes(keras_hub.tokenizers.ByteTokenizer):
    """One token a byte; STX and NUL, which no text holds, for the ends and the padding."""

    start_token_id = end_token_id = 2
    pad_token_id = 0
    special_token_ids = [0, 2]


def gpt2(dropout=0.0, dtype=None, seed=0, sequence_length=16, max_sequence_length=64, bpe=False):
    """A GPT-2 over bytes: one token a byte of UTF-8.

    With `bpe` the tokenizer is GPT-2's own, which makes one token of "th". TensorFlow traces it
    in ten seconds, and ours in one.
    """
    keras.utils.set_random_seed(seed)
    if bpe:
        tokenizer = keras_hub.models.GPT2Tokenizer(byte_vocabulary("<|endoftext|>"), MERGES)
    else:
        tokenizer = Bytes(lowercase=False)
    backbone = keras_hub.models.GPT2Backbone(
        vocabulary_size=tokenizer.vocabulary_size(),
        num_layers=1,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        dropout=dropout,
        max_sequence_length=max_sequence_length,
        dtype=dtype,
    )
    preprocessor = keras_hub.models.GPT2CausalLMPreprocessor(
        tokenizer, sequence_length=sequence_length
    )
    task = keras_hub.models.GPT2CausalLM(backbone, preprocessor)
    return spread(task, tokenizer)


def bart(seed=0):
    """A BART over bytes."""
    keras.utils.set_random_seed(seed)
    special = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    tokenizer = keras_hub.models.BartTokenizer(byte_vocabulary(*special), MERGES)
    backbone = keras_hub.models.BartBackbone(
        vocabulary_size=tokenizer.vocabulary_size(),
        num_layers=1,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        dropout=0.0,
        max_sequence_length=32,
    )
    preprocessor = keras_hub.models.BartSeq2SeqLMPreprocessor(
        tokenizer, encoder_sequence_length=24, decoder_sequence_length=16
    )
    task = spread(keras_hub.models.BartSeq2SeqLM(backbone, preprocessor), tokenizer)
    for weight in task.weights:  # else the decoder hardly looks at the prompt
        if "cross_attention" in weight.path and "kernel" in weight.path:
            weight.assign(weight * 10.0)
    return task


def t5(seed=0, num_layers=2):
    """A T5 of two blocks a side, whose tables of relative positions have one path."""
    keras.utils.set_random_seed(seed)
    return keras_hub.models.T5Backbone(
        vocabulary_size=20,
        num_layers=num_layers,
        num_heads=2,
        hidden_dim=8,
        intermediate_dim=16,
        dropout=0.0,
    )


def rwkv(seed=0):
    """An RWKV of two blocks."""
    keras.utils.set_random_seed(seed)
    low_ranks = dict.fromkeys(("gate_lora", "mv_lora", "aaa_lora", "decay_lora"), 4)
    return keras_hub.models.RWKV7Backbone(
        hidden_size=8,
        head_size=4,
        num_layers=2,
        vocabulary_size=20,
        intermediate_dim=16,
        **low_ranks,
    )


def bert_classifier(seed=0, dropout=0.0):
    """A BERT with two classes over whole words."""
    keras.utils.set_random_seed(seed)
    words = sorted(set(" ".join(TEXTS).split()))
    tokenizer = keras_hub.models.BertTokenizer(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    )
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=tokenizer.vocabulary_size(),
        num_layers=1,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        dropout=dropout,
        max_sequence_length=16,
    )
    preprocessor = keras_hub.models.BertTextClassifierPreprocessor(tokenizer, sequence_length=12)
    return keras_hub.models.BertTextClassifier(backbone, 2, preprocessor=preprocessor, dropout=0.0)


def spread(task, tokenizer):
    """Makes the next token depend on the text, be no close call, and nearly always a letter."""
    task.set_weights([weight * 4.0 for weight in task.get_weights()])
    embeddings = task.backbone.token_embedding.embeddings
    scale = np.full((tokenizer.vocabulary_size(), 1), 0.05, "float32")
    scale[np.array(tokenizer("abcdefghijklmnopqrstuvwxyz "))] = 1.0  # a token each
    embeddings.assign(embeddings * scale)
    return task


class LetterTokenizer:
    """One id a letter of `TEXTS`, from 1 on; 0 is padding and the end."""

    vocabulary_size = len(LETTERS) + 1

    def encode(self, text):
        return [LETTERS.index(letter) + 1 for letter in text]

    def decode(self, ids):
        return "".join(LETTERS[i - 1] for i in ids)


def lstm(length=12, every=True, softmax=False, seed=0):
    """An LSTM over letters with given, frozen word vectors."""
    keras.utils.set_random_seed(seed)
    vocabulary = LetterTokenizer.vocabulary_size
    model = keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            keras.layers.Embedding(vocabulary, 8, trainable=False, name="word_vectors"),
            keras.layers.LSTM(16, return_sequences=every),
            keras.layers.Dense(vocabulary, activation="softmax" if softmax else None),
        ]
    )
    vectors = np.random.default_rng(seed).normal(size=(vocabulary, 8)).astype("float32")
    model.get_layer("word_vectors").set_weights([vectors])
    model.layers[-1].set_weights([w * 4.0 for w in model.layers[-1].get_weights()])
    return model


def log_softmax(logits):
    """In float64 with plain numpy."""
    logits = np.asarray(logits, "float64")
    logits = logits - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def causal_logits(task, rows, length=64):
    """Logits `(row, length, vocab)` of one full forward pass of lists of ids."""
    ids = np.zeros((len(rows), length), "int32")
    mask = np.zeros((len(rows), length), "int32")
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return forward(task, {"token_ids": ids, "padding_mask": mask})


def forward(task, inputs):
    """The compiled forward pass of a hub task, without its preprocessor."""
    return np.asarray(keras.Model.predict_on_batch(task, inputs), "float32")


def prompt_ids(task, prompts):
    """Start token and ids of each prompt, as the task's own preprocessor packs them."""
    packed = task.preprocessor.generate_preprocess(list(prompts), sequence_length=64)
    ids, mask = (
        np.asarray(keras.ops.convert_to_numpy(packed[key])) for key in ("token_ids", "padding_mask")
    )
    return [[int(i) for i in row[keep.astype(bool)]] for row, keep in zip(ids, mask)]
