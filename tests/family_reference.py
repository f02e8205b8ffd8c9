"""What a KerasHub task itself says, one row at a time and without padding: what ours must equal."""

import keras
import numpy as np
import tiny_models

import keras_halluc as kh


def tokens(task, text):
    """Ids of a text alone."""
    return [int(i) for i in np.asarray(task.preprocessor.tokenizer(text)).reshape(-1)]


def start_of(task, prompt):
    """Ids before the first generated one, as the task's own preprocessor packs them."""
    if is_seq2seq(task):
        texts = {"encoder_text": [prompt], "decoder_text": [""]}
        packed = task.preprocessor.generate_preprocess(texts, sequence_length=16)
        return _kept(packed["decoder_token_ids"], packed["decoder_padding_mask"])
    if task.name.startswith("rwkv"):  # packs all but the last token to the left
        return tokens(task, prompt)
    packed = task.preprocessor.generate_preprocess([prompt], sequence_length=64)
    return _kept(packed["token_ids"], packed["padding_mask"])


def is_seq2seq(task):
    return "encoder_token_ids" in task.input


def plain_logits(task, ids, prompt=None):
    """Float64 `(len(ids), vocabulary)` of one plain pass over one row, without padding."""
    row = np.array([ids], "int32")
    ones = np.ones_like(row)
    if is_seq2seq(task):
        texts = {"encoder_text": [prompt], "decoder_text": [""]}
        packed = task.preprocessor.generate_preprocess(texts, sequence_length=16)
        encoder = np.array(
            [_kept(packed["encoder_token_ids"], packed["encoder_padding_mask"])], "int32"
        )
        inputs = {
            "encoder_token_ids": encoder,
            "encoder_padding_mask": np.ones_like(encoder),
            "decoder_token_ids": row,
            "decoder_padding_mask": ones,
        }
    else:
        inputs = {"token_ids": row, "padding_mask": ones}
        if "position_ids" in task.input:
            inputs["position_ids"] = np.arange(row.shape[1], dtype="int32")[None]
        if "images" in task.input:  # none
            inputs["images"] = np.zeros((1, 0, 16, 16, 3), "float32")
            inputs["vision_indices"] = np.zeros((1, 0), "int32")
            inputs["vision_mask"] = np.zeros_like(row)
    logits = keras.ops.convert_to_numpy(task(inputs, training=False))[0]
    return np.asarray(logits, "float64")


def greedy(task, prompt, new):
    """`(ids, margin)`: the likeliest token each time, and the narrowest lead it had."""
    tokenizer = task.preprocessor.tokenizer
    stops = {tokenizer.end_token_id, getattr(tokenizer, "end_token2_id", None)}
    row, margin = start_of(task, prompt), np.inf
    begin = len(row)
    while len(row) < begin + new:
        logits = plain_logits(task, row, prompt)[-1]
        margin = min(margin, np.subtract(*np.sort(logits)[:-3:-1]))
        token = int(np.argmax(logits))
        if token in stops:
            break
        row = [*row, token]
    return row[begin:], margin


def decoded(task, ids):
    """The text of ids, without special tokens."""
    tokenizer = task.preprocessor.tokenizer
    special = {*(getattr(tokenizer, "special_token_ids", None) or ())}
    ids = [i for i in ids if i not in special]
    if not ids:
        return ""
    texts = tokenizer.detokenize([ids])
    text = (texts.numpy() if hasattr(texts, "numpy") else texts)[0]
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def answer_rows(task, prompt, answer):
    """`(log probabilities, ids)`: float64 `(token, vocabulary)` at each token of an answer."""
    head, tail = start_of(task, prompt), tokens(task, answer)
    logits = plain_logits(task, head + tail, prompt)
    rows = tiny_models.log_softmax(logits)
    return rows[len(head) - 1 : len(head) - 1 + len(tail)], tail


def target_rows(task, prompt, answer):
    """The same of an answer with the end token, which is learned too."""
    head = start_of(task, prompt)
    tail = [*tokens(task, answer), task.preprocessor.tokenizer.end_token_id]
    logits = plain_logits(task, head + tail[:-1], prompt)
    return tiny_models.log_softmax(logits)[len(head) - 1 :], tail


def attention_of(task, prompt, answer):
    """`(layer, head, query, key)` of one plain pass over prompt and answer, and both lengths."""
    head, tail = start_of(task, prompt), tokens(task, answer)
    with kh.internals.captured_attention() as captured:
        plain_logits(task, head + tail, prompt)
    end = len(head) + len(tail)
    maps = [np.asarray(keras.ops.convert_to_numpy(one), "float64") for one in captured]
    maps = [one[0] for one in maps if len(one) == 1 and one.shape[-2] == end]  # of no image
    return np.array(maps)[..., :end], len(head), end  # without the sink of GPT-OSS


def kl(first, second):
    """Of rows of log probabilities, in nats, one a row."""
    return (np.exp(first) * (first - second)).sum(axis=-1)


def _kept(ids, mask):
    ids, mask = (np.asarray(keras.ops.convert_to_numpy(x))[0] for x in (ids, mask))
    return [int(i) for i in ids[mask.astype(bool)]]
