"""Do captured attention and hidden states equal those computed by hand, and is nothing changed?"""

import threading

import keras
import keras_hub
import numpy as np
import pytest
import tiny_models
from kinds import TORCH
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.internals.transformer_blocks import blocks_of

pytestmark = pytest.mark.eager

VOCABULARY, HIDDEN, LAYERS, HEADS = 50, 16, 2, 4
KEYS = {"num_query_heads": HEADS, "num_key_value_heads": 2}
MODES = ["default", "eager"]


def backbone(name, **kwargs):
    """A random KerasHub backbone of two layers."""
    keras.utils.set_random_seed(0)
    cls = getattr(keras_hub.models, f"{name}Backbone")
    settings = {
        "vocabulary_size": VOCABULARY,
        "num_layers": LAYERS,
        "hidden_dim": HIDDEN,
        "intermediate_dim": 32,
        **kwargs,
    }
    model = cls(**settings)
    model.set_weights([3.0 * weight for weight in model.get_weights()])  # no uniform attention
    return model


LENGTH = {"max_sequence_length": 32}
ZOO = {
    "GPT2": lambda: backbone("GPT2", num_heads=HEADS, dropout=0.0, **LENGTH),
    "GPT2 with dropout": lambda: backbone("GPT2", num_heads=HEADS, dropout=0.1, **LENGTH),
    "Bert": lambda: backbone("Bert", num_heads=HEADS, **LENGTH),
    "Bert without dropout": lambda: backbone("Bert", num_heads=HEADS, dropout=0.0, **LENGTH),
    "DistilBert": lambda: backbone("DistilBert", num_heads=HEADS, **LENGTH),
    "Roberta": lambda: backbone("Roberta", num_heads=HEADS, **LENGTH),
    "DebertaV3": lambda: backbone("DebertaV3", num_heads=HEADS, bucket_size=8, **LENGTH),
    "OPT": lambda: backbone("OPT", num_heads=HEADS, **LENGTH),
    "Llama": lambda: backbone("Llama", **KEYS),
    "Mistral": lambda: backbone("Mistral", sliding_window=8, **KEYS),
    "Gemma": lambda: backbone("Gemma", head_dim=4, **KEYS),
    "Qwen": lambda: backbone("Qwen", **KEYS),
    "Phi3": lambda: backbone("Phi3", **KEYS),
    "Falcon": lambda: backbone("Falcon", num_attention_heads=HEADS),
    "Bloom": lambda: backbone("Bloom", num_heads=HEADS),
}
SEES_ALL = ("Bert", "Bert without dropout", "DistilBert", "Roberta", "DebertaV3")

IDS = np.random.default_rng(0).integers(1, VOCABULARY, (2, 8)).astype("int32")
MASK = np.ones((2, 8), "int32")
MASK[1, 5:] = 0


def inputs(model):
    values = {"token_ids": IDS, "padding_mask": MASK, "segment_ids": np.zeros_like(IDS)}
    return {name: values[name] for name in model.input}


def inside(model, mode="default", x=None, **kwargs):
    internals = kh.internals.internals_model(model, **kwargs)
    internals.compile(run_eagerly=mode == "eager")
    found = internals.predict_on_batch(inputs(model) if x is None else x)
    return keras.tree.map_structure(np.asarray, found)


def plain(model):
    x = keras.tree.map_structure(keras.ops.convert_to_tensor, inputs(model))
    return keras.tree.map_structure(keras.ops.convert_to_numpy, model(x))


def softmax(logits):
    return np.exp(tiny_models.log_softmax(logits))


FEW = ("GPT2", "Bert", "DebertaV3", "Llama")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=[]
            if name in FEW or TORCH
            else [
                pytest.mark.slow,
                pytest.mark.skipif(
                    keras.backend.backend() == "jax",
                    reason="minutes of compiling; the other backends run the same code",
                ),
            ],
        )
        for name in ZOO
    ],
)
def test_every_layer_of_every_backbone(name):
    model = ZOO[name]()
    before = plain(model)
    found = inside(model)
    keras.tree.map_structure(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5),
        found["output"],
        before,
    )
    assert [h.shape for h in found["hidden"]] == [(2, 8, HIDDEN)] * LAYERS
    assert [a.shape for a in found["attention"]] == [(2, HEADS, 8, 8)] * LAYERS
    for scores in found["attention"]:
        np.testing.assert_allclose(scores.sum(-1), 1.0, atol=1e-5)
        assert scores[1, :, :5, 5:].max() < 1e-6
        ahead = np.abs(np.triu(scores[0], 1)).max()
        assert ahead > 1e-3 if name in SEES_ALL else ahead < 1e-6


def attention_by_hand(layer, x, mask):
    """Softmax of query times key of a KerasHub decoder layer, `(batch, heads, query, key)`."""
    weights = {
        w.path.split("self_attention/")[1]: np.asarray(w, "float64")
        for w in layer.weights
        if "self_attention/" in w.path
    }
    query, key = (
        np.einsum("bsd,dhk->bhsk", x, weights[f"{part}/kernel"])
        + weights[f"{part}/bias"][None, :, None]
        for part in ("query", "key")
    )
    logits = query @ key.transpose(0, 1, 3, 2) / np.sqrt(query.shape[-1])
    seen = np.tril(np.ones(logits.shape[-2:], bool)) & mask[:, None, None, :].astype(bool)
    return softmax(np.where(seen, logits, -1e9))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_heads_and_order_of_gpt2_by_hand(dropout, mode):
    model = backbone("GPT2", num_heads=HEADS, dropout=dropout, **LENGTH)
    found = inside(model, mode)
    embedding = keras.Model(model.input, model.embeddings_dropout.output)
    first = np.asarray(embedding.predict_on_batch(inputs(model)), "float64")
    entering = [first, found["hidden"][0].astype("float64")]
    for layer, x, scores in zip(model.transformer_layers, entering, found["attention"]):
        norm = layer._self_attention_layer_norm
        normed = keras.ops.convert_to_numpy(norm(x.astype("float32"))).astype("float64")
        by_hand = attention_by_hand(layer, normed, MASK)
        np.testing.assert_allclose(scores, by_hand, atol=1e-5)
        assert np.abs(by_hand - by_hand[:, ::-1]).max() > 0.05  # else the order of heads is free
    last = keras.ops.convert_to_numpy(model.layer_norm(found["hidden"][-1]))
    np.testing.assert_allclose(last, plain(model), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["GPT2", "Bert", "Llama"])
def test_output_is_the_same_to_the_last_bit(name):
    """Scores are computed beside what runs anyway; a compiler may still order the sums anew."""
    model = ZOO[name]()
    x = keras.tree.map_structure(keras.ops.convert_to_tensor, inputs(model))
    before = model(x)
    with kh.internals.captured_attention() as attention:
        after = model(x)
    keras.tree.map_structure(
        lambda *pair: np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, pair)),
        before,
        after,
    )
    assert len(attention) == LAYERS


def test_encoder_and_decoder_in_order():
    task = tiny_models.bart()
    x = task.preprocessor.generate_preprocess(
        {"encoder_text": ["the cat"], "decoder_text": ["the mat is here"]}
    )
    x = keras.tree.map_structure(np.asarray, x)
    source, target = x["encoder_token_ids"].shape[1], x["decoder_token_ids"].shape[1]
    found = inside(task, x=x)
    assert [a.shape[2:] for a in found["attention"]] == [
        (source, source),
        (target, target),
        (target, source),
    ]
    assert [h.shape[1] for h in found["hidden"]] == [source, target]
    beyond = x["encoder_padding_mask"][0] == 0
    assert found["attention"][2][0][..., beyond].max() < 1e-6
    assert found["output"].shape[-1] == task.preprocessor.tokenizer.vocabulary_size()


@quick_on_torch
def test_t5_too():
    model = keras_hub.models.T5Backbone(
        vocabulary_size=VOCABULARY, num_layers=1, num_heads=2, hidden_dim=16, intermediate_dim=32
    )
    x = {
        "encoder_token_ids": IDS,
        "encoder_padding_mask": MASK,
        "decoder_token_ids": IDS[:, :4],
        "decoder_padding_mask": MASK[:, :4],
    }
    found = inside(model, x=x)
    assert [a.shape[2:] for a in found["attention"]] == [(8, 8), (4, 4), (4, 8)]
    for scores in found["attention"]:
        np.testing.assert_allclose(scores.sum(-1), 1.0, atol=1e-5)


def test_a_task_follows_its_weights():
    task = tiny_models.bert_classifier()
    x = keras.tree.map_structure(
        np.asarray, task.preprocessor(["the cat sat on the mat", "rome is in italy"])
    )
    internals = kh.internals.internals_model(task)
    before = keras.tree.map_structure(np.asarray, internals.predict_on_batch(x))
    np.testing.assert_allclose(before["output"], tiny_models.forward(task, x), atol=1e-5)
    task.set_weights([2.0 * weight for weight in task.get_weights()])
    after = keras.tree.map_structure(np.asarray, internals.predict_on_batch(x))
    assert np.abs(after["attention"][0] - before["attention"][0]).max() > 1e-3
    assert len(internals.weights) == len(task.weights)


class Router(keras.layers.Layer):
    """A softmax over experts before attention, and over classes after it."""

    def __init__(self):
        super().__init__()
        self.attention = keras.layers.MultiHeadAttention(2, 4)
        self.softmax = keras.layers.Softmax()

    def call(self, x):
        routed = self.softmax(x) + keras.ops.softmax(x) + self.softmax(x[:, 0])[:, None]
        return self.softmax(self.attention(routed, routed))


def test_no_other_softmax_is_taken_for_attention():
    layer, x = Router(), np.ones((2, 3, 8), "float32")
    layer(x)
    with kh.internals.captured_attention() as attention:
        layer(x)
    assert [tuple(scores.shape) for scores in attention] == [(2, 2, 3, 3)]


def patched():
    own = keras.layers.MultiHeadAttention.__init__.__globals__["ops"]
    owners = [
        (module, name)
        for module in (keras.ops, keras.ops.nn, own)
        for name in ("dot_product_attention", "softmax")
    ]
    return [getattr(owner, name) for owner, name in [*owners, (keras.layers.Softmax, "call")]]


def test_patches_are_undone_and_nest():
    before = patched()
    layer, x = keras.layers.MultiHeadAttention(2, 4), np.ones((1, 3, 8), "float32")
    with kh.internals.captured_attention() as outer:
        layer(x, x)
        assert patched() != before
        with kh.internals.captured_attention() as inner:
            layer(x, x)
        layer(x, x)
        with pytest.raises(ZeroDivisionError):
            with kh.internals.captured_attention() as broken:
                layer(x, x)
                raise ZeroDivisionError
    assert patched() == before
    layer(x, x)
    assert [len(found) for found in (outer, inner, broken)] == [4, 1, 1]
    with kh.internals.captured_attention() as second:
        layer(x, x)
    assert len(second) == 1 and patched() == before


def test_each_thread_has_its_own():
    before = patched()
    layer, x = keras.layers.MultiHeadAttention(2, 4), np.ones((1, 3, 8), "float32")
    layer(x, x)
    entered, leave = threading.Event(), threading.Event()
    found = []

    def other():
        with kh.internals.captured_attention() as attention:
            entered.set()
            leave.wait(60)
            layer(x, x)
            found.append(len(attention))

    thread = threading.Thread(target=other)
    with kh.internals.captured_attention() as mine:
        thread.start()
        entered.wait(60)
        layer(x, x)
    leave.set()  # the other one leaves last
    thread.join(60)
    assert len(mine) == 1 and found == [1] and patched() == before


def test_hidden_states_nest_and_are_undone():
    model = backbone("GPT2", num_heads=HEADS, **LENGTH)
    x = keras.tree.map_structure(keras.ops.convert_to_tensor, inputs(model))
    layers = model.transformer_layers
    with kh.internals.captured_hidden(layers) as outer:
        with pytest.raises(ZeroDivisionError):
            with kh.internals.captured_hidden([layers[1], layers[1]]) as inner:
                model(x)
                raise ZeroDivisionError
        model(x)
    model(x)
    assert (len(outer), len(inner)) == (4, 1)
    np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (inner[0], outer[1])))
    assert not any("call" in vars(layer) for layer in layers)


def test_any_layers_of_any_model():
    model = tiny_models.lstm()
    x = np.ones((2, 12), "int32")
    found = inside(model, x=x, layers=[model.layers[1]])
    assert found["hidden"][0].shape == (2, 12, 16) and found["attention"] == []


def test_bad_arguments():
    with pytest.raises(ValueError, match="`model` has none of .* give `layers`.*Received: model="):
        kh.internals.internals_model(tiny_models.lstm())
    with pytest.raises(TypeError, match="`model` must be a keras.Model. Received: model=3"):
        kh.internals.internals_model(3)
    with pytest.raises(TypeError, match="`layers` must be a list of layers. Received"):
        with kh.internals.captured_hidden(keras.layers.Dense(3)):
            pass
    with pytest.raises(TypeError, match="`layers` must hold Keras layers only. Received"):
        with kh.internals.captured_hidden(["dense"]):
            pass


@quick_on_torch
def test_the_blocks_of_every_kind_of_backbone():
    rwkv, t5, bart = tiny_models.rwkv(), tiny_models.t5(), tiny_models.bart()
    assert blocks_of(rwkv) == list(rwkv.rwkv_layers) and len(blocks_of(rwkv)) == 2
    assert blocks_of(t5) == [*t5.encoder_transformer_layers, *t5.decoder_transformer_layers]
    assert blocks_of(bart) == blocks_of(bart.backbone) and len(blocks_of(bart)) == 2
    assert blocks_of(tiny_models.lstm()) == []
    ids = np.ones((2, 16), "int32")
    inside = kh.internals.internals_model(rwkv)({"token_ids": ids, "padding_mask": ids})
    assert [tuple(states.shape) for states in inside["hidden"]] == [(2, 16, 8)] * 2
