"""One random model of every encoder-decoder family of KerasHub that reads and writes text."""

import keras_hub
from zoo_tokenizers import GEMMA
from zoo_tokenizers import T5
from zoo_tokenizers import bytes_of
from zoo_tokenizers import pieces_of

LENGTHS = {"encoder_sequence_length": 32, "decoder_sequence_length": 24}
SMALL = {"num_layers": 2, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 32}


def task(family, tokenizer, **settings):
    """The Seq2SeqLM of a family."""
    hub = keras_hub.models
    size = tokenizer.vocabulary_size()
    return getattr(hub, f"{family}Seq2SeqLM")(
        getattr(hub, f"{family}Backbone")(vocabulary_size=size, **settings),
        getattr(hub, f"{family}Seq2SeqLMPreprocessor")(tokenizer, **LENGTHS),
    )


def bart():
    tokenizer = bytes_of("Bart", "<s>", "<pad>", "</s>", "<unk>", "<mask>")
    return task("Bart", tokenizer, **SMALL, dropout=0.1, max_sequence_length=64)


def t5():
    return task("T5", pieces_of("T5", **T5), **SMALL, dropout=0.1)


def flan_t5():
    """As T5 1.1: a head of its own, where T5 takes the embeddings."""
    return task("T5", pieces_of("T5", **T5), **SMALL, dropout=0.1, tie_embedding_weights=False)


def t5gemma():
    return task("T5Gemma", pieces_of("T5Gemma", **GEMMA), **_two_sides())


def t5gemma2():
    return task("T5Gemma2", pieces_of("T5Gemma2", **GEMMA), **_two_sides())


def _two_sides():
    one = {
        **{"hidden_dim": 16, "intermediate_dim": 24, "num_layers": 2, "num_attention_heads": 4},
        **{"num_key_value_heads": 2, "head_dim": 4},
        "layer_types": ["sliding_attention", "full_attention"],
    }
    both = {f"{side}_{name}": one[name] for side in ("encoder", "decoder") for name in one}
    return {**both, "sliding_window": 6, "dropout_rate": 0.1, "query_pre_attn_scalar": 4.0}
