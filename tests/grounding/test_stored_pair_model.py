"""Does a model of pairs come back from a few megabytes nearly as it was, whatever the batch?"""

import keras
import numpy as np
import pytest
from kinds import quick_on_torch

from keras_halluc.grounding.entailment.pair_packer import SEGMENTS
from keras_halluc.grounding.entailment.pair_packer import PairPacker
from keras_halluc.grounding.entailment.stored_pair_model import load_pair_scorer
from keras_halluc.grounding.entailment.stored_pair_model import pair_model
from keras_halluc.grounding.entailment.stored_pair_model import save_pair_model

keras_hub = pytest.importorskip("keras_hub")
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"rome oslo is old cold not .".split()]


def make_tokenizer():
    return keras_hub.models.BertTokenizer(vocabulary=WORDS, lowercase=True)


def make_backbone():
    keras.utils.set_random_seed(3)
    return keras_hub.models.BertBackbone(
        vocabulary_size=len(WORDS),
        num_layers=2,
        num_segments=SEGMENTS,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=24,
        max_sequence_length=192,
    )


@quick_on_torch
def test_what_is_stored_comes_back(tmp_path):
    backbone = make_backbone()
    model = pair_model(backbone)
    rng = np.random.default_rng(5)
    model.set_weights([w + rng.normal(0, 0.5, w.shape) for w in model.get_weights()])
    sources = ["Rome is old.", "Oslo is not cold. " * 9, "Oslo"]
    claims = ["Oslo is cold.", "Rome", "not old not cold"]
    packer = PairPacker(make_tokenizer())
    logits = np.asarray(model.predict_on_batch(packer(sources, claims)))
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    weights = model.get_weights()
    save_pair_model(model, backbone, WORDS, tmp_path / "checker")
    kernels = [
        w for w in model.weights if w.path.endswith(("kernel", "token_embedding/embeddings"))
    ]
    assert len(kernels) == 2 * 6 + 4 and {w.dtype for w in kernels} == {"int8"}
    scorer = load_pair_scorer(tmp_path / "checker", batch_size=2)
    for before, after in zip(weights, scorer.model.get_weights()):
        span = np.abs(before).max()
        np.testing.assert_allclose(after, before, atol=span / 127)
        assert after.dtype == "float32"
    found = scorer(sources, claims)
    np.testing.assert_allclose(found, expected, atol=0.05)
    one_by_one = [scorer([s], [c])[0] for s, c in zip(sources, claims)]
    np.testing.assert_allclose(found, one_by_one, atol=1e-5)
    assert np.ptp(found[:, 0]) > 0.2  # the pairs are told apart
