"""One random model of every encoder of KerasHub that classifies text."""

import keras_hub
import zoo_tokenizers
from zoo_tokenizers import ALBERT
from zoo_tokenizers import BERT
from zoo_tokenizers import LLAMA
from zoo_tokenizers import bytes_of
from zoo_tokenizers import pieces_of
from zoo_tokenizers import words_of

import keras_halluc as kh

SMALL = {"num_layers": 2, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 32}
POSITIONS = {"max_sequence_length": 32}
CLASSES = 3
LENGTH = 16


def task(family, tokenizer, name="TextClassifier", **settings):
    """The classifier of a family."""
    hub = keras_hub.models
    backbone = getattr(hub, f"{family}Backbone")(
        vocabulary_size=tokenizer.vocabulary_size(), **settings
    )
    preprocessor = getattr(hub, f"{family}{name}Preprocessor")(tokenizer, sequence_length=LENGTH)
    classifier = getattr(hub, f"{family}{name}")
    return classifier(backbone=backbone, num_classes=CLASSES, preprocessor=preprocessor)


def bert():
    return task("Bert", words_of("Bert"), **SMALL, **POSITIONS)


def distil_bert():
    return task("DistilBert", words_of("DistilBert"), **SMALL, **POSITIONS)


def roberta():
    tokenizer = bytes_of("Roberta", "<s>", "<pad>", "</s>", "<unk>", "<mask>")
    return task("Roberta", tokenizer, **SMALL, **POSITIONS)


def deberta_v3():
    return task("DebertaV3", pieces_of("DebertaV3", **BERT), **SMALL, **POSITIONS, bucket_size=16)


def xlm_roberta():
    return task("XLMRoberta", pieces_of("XLMRoberta", **LLAMA), **SMALL, **POSITIONS)


def albert():
    tokenizer = pieces_of("Albert", **ALBERT)
    return task("Albert", tokenizer, **SMALL, **POSITIONS, embedding_dim=8, dropout=0.1)


def f_net():
    settings = {key: value for key, value in SMALL.items() if key != "num_heads"}
    return task("FNet", pieces_of("FNet", **ALBERT), **settings, **POSITIONS)


def roformer_v2():
    return task("RoformerV2", words_of("RoformerV2"), **SMALL, head_size=8)


def esm():
    letters = ["<unk>", "<cls>", "<pad>", "<eos>", "<mask>", *"ABCDEFGHIKLMNPQRSTUVWXYZ"]
    tokenizer = keras_hub.models.ESMTokenizer(letters)
    return task("ESM", tokenizer, "ProteinClassifier", **SMALL, **POSITIONS)


def electra():
    """KerasHub has no classifier of ELECTRA: ours, over its encoder."""
    tokenizer = words_of("Electra")
    backbone = keras_hub.models.ElectraBackbone(
        vocab_size=tokenizer.vocabulary_size(), embedding_dim=8, **SMALL, **POSITIONS
    )
    preprocessor = kh.models.TextPreprocessor(tokenizer, LENGTH)
    return kh.models.SequenceClassifier(backbone, CLASSES, preprocessor)


WORDS = zoo_tokenizers.WORDS
