"""Does a model of pairs get both texts, and what they share?"""

import numpy as np
import pytest

import keras_halluc as kh
from keras_halluc.grounding.entailment.pair_packer import PairPacker

keras_hub = pytest.importorskip("keras_hub")
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"rome oslo is old cold not .".split()]


def make_tokenizer():
    return keras_hub.models.BertTokenizer(vocabulary=WORDS, lowercase=True)


def test_pairs_are_packed_as_bert_reads_them():
    packer = PairPacker(make_tokenizer(), (8, 12))
    x = packer(["Rome is old", "Oslo"], ["Oslo is cold.", "cold"])
    np.testing.assert_array_equal(
        x["token_ids"],
        [[2, 5, 7, 8, 3, 6, 7, 9, 11, 3, 0, 0], [2, 6, 3, 9, 3, 0, 0, 0, 0, 0, 0, 0]],
    )
    np.testing.assert_array_equal(
        x["segment_ids"], [[0] * 5 + [1] * 5 + [0] * 2, [0] * 3 + [1, 1] + [0] * 7]
    )
    np.testing.assert_array_equal(x["padding_mask"], (x["token_ids"] > 0).astype(int))
    assert packer(["Rome"], ["Oslo"])["token_ids"].shape == (1, 8)
    long = packer(["Rome " * 50], ["Oslo " * 50])["token_ids"]
    np.testing.assert_array_equal(long, [[2, 5, 5, 5, 3, 6, 6, 6, 6, 6, 6, 3]])
    assert packer([""], [""])["token_ids"][0, :3].tolist() == [2, 3, 3]


def test_tokens_of_a_claim_are_marked_by_what_the_source_has():
    packer = PairPacker(make_tokenizer(), (16,), marks=True)
    x = packer(["Rome is old. Oslo is cold."] * 2, ["Rome is cold.", "Oslo old is not cold"])
    np.testing.assert_array_equal(x["segment_ids"][:, :10], 0)
    np.testing.assert_array_equal(
        x["segment_ids"][:, 10:], [[1, 3, 3, 3, 1, 0], [1, 1, 1, 2, 1, 1]]
    )


def test_shares_are_those_of_the_overlap_checker():
    packer = PairPacker(make_tokenizer())
    x = packer(
        ["Rome is old and Oslo is cold."] * 4 + [""],
        ["Oslo is cold.", "Cold Rome", "Rome", "", "a"],
    )
    assert x["shares"].dtype == "float32"
    np.testing.assert_array_equal(
        x["shares"], [[1, 1, 1], [1, 0.5, 0], [1, 1, 1], [0, 0, 0], [0, 0, 0]]
    )
    case = kh.data.Case("Write.", source="Rome was old when Oslo was not built yet.")
    claim = "Oslo was built when Rome was not yet old."
    (verdict,) = kh.grounding.OverlapChecker(0.8).check([case], [claim])
    assert packer([case.source], [claim])["shares"].mean() == pytest.approx(verdict.score)
