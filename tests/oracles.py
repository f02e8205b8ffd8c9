"""What terms should be, in float64 with plain numpy, and models small enough to know it."""

import keras
import numpy as np
import tiny_models

import keras_halluc as kh
from keras_halluc._preprocessing import preprocess
from keras_halluc.objectives import Batch
from keras_halluc.objectives.frozen_copy import frozen_copy


def numbers(tensor):
    """As a float64 array."""
    return np.asarray(keras.ops.convert_to_numpy(tensor)).astype("float64")


def moved(task, scale=0.5, seed=0):
    """The task with each weight multiplied by about 1 ± scale."""
    rng = np.random.default_rng(seed)
    task.set_weights([w * (1.0 + scale * rng.normal(size=w.shape)) for w in task.get_weights()])
    return task


def token_rows(task):
    """Eight texts as `(x, y, sample_weight)`: uneven weights, two rows without any, padding."""
    x, y, weight = kh.data.text_inputs(task, tiny_models.TEXTS, 24)
    return x, y, weight * np.float32([0, 4, 0.1, 0.1, 2, 1, 0, 0.5])[:, None]


def class_rows(task):
    """Eight texts with two classes as `(x, y, sample_weight)`: uneven weights, one row without."""
    weight = np.float32([1, 0.5, 2, 0, 1, 3, 1, 0.25])
    return preprocess(task, tiny_models.TEXTS, np.array([0, 1] * 4), weight)


def classifier(**kwargs):
    """A BERT of which the classes depend on the text."""
    task = tiny_models.bert_classifier(**kwargs)
    task.set_weights([16.0 * w if w.ndim > 1 else w for w in task.get_weights()])
    return task


TASKS = {"gpt2": (tiny_models.gpt2, token_rows), "bert_classifier": (classifier, class_rows)}


def as_positions(logits):
    """`(batch, seq, vocab)`, float64; classes are one position."""
    logits = numbers(logits)
    return logits[:, None] if logits.ndim == 2 else logits


def log_probs(task, x):
    """Float64 `(batch, seq, vocab)` of the logits the task itself returns."""
    return tiny_models.log_softmax(as_positions(task(x, training=False)))


def kl(p, q):
    """KL of each position of two arrays of log-probabilities."""
    return (np.exp(p) * (p - q)).sum(-1)


def at_targets(log_probabilities, y):
    """Log-probability of each target, `(batch, seq)`."""
    y = y.reshape(log_probabilities.shape[:2])
    return np.take_along_axis(log_probabilities, y[..., None].astype(int), -1)[..., 0]


def mean(values, weight):
    """Weighted mean over everything; weights of rows count for each position."""
    weight = np.asarray(weight, "float64")
    weight = (weight[:, None] if weight.ndim == 1 else weight) * np.ones_like(values)
    return float((values * weight).sum() / weight.sum())


def loss_of(y, weight=None):
    """What `FineTuner` gives a term as `batch.loss`."""
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, reduction="mean_with_sample_weight"
    )
    return lambda y_pred: loss(y, y_pred, weight)


def passes(y_pred, again, sample_weight=None, training=True, **fields):
    """A batch of a task that answers each call with `again`."""
    tensors = [None if a is None else keras.ops.convert_to_tensor(a) for a in (y_pred, again)]
    return Batch(
        task=lambda x, training: tensors[1],
        x=None,
        y=fields.pop("y", None),
        y_pred=tensors[0],
        sample_weight=sample_weight,
        training=training,
        loss=None,
        gradient=None,
        **fields,
    )


class Linear:
    """Mean of word vectors, then two logits: what noise on the vectors does has a closed form."""

    def __init__(self, length=4, width=3, vocabulary=7, seed=0):
        keras.utils.set_random_seed(seed)
        self.model = keras.Sequential(
            [
                keras.Input((length,), dtype="int32"),
                keras.layers.Embedding(vocabulary, width),
                keras.layers.GlobalAveragePooling1D(),
                keras.layers.Dense(2),
            ]
        )
        rng = np.random.default_rng(seed)
        self.model.set_weights([rng.normal(size=w.shape) for w in self.model.get_weights()])
        self.words, self.kernel, self.bias = (w.astype("float64") for w in self.model.get_weights())
        slope = np.broadcast_to(self.kernel[:, 1] - self.kernel[:, 0], (length, width))
        self.up = slope / np.linalg.norm(slope)  # noise of norm 1 that raises class 1 most

    def log_probs(self, x, noise=0.0):
        """`(batch, 1, 2)` with noise `(batch, length, width)`."""
        logits = (self.words[x] + noise).mean(1) @ self.kernel + self.bias
        return tiny_models.log_softmax(logits)[:, None]


def softmax(scores):
    """Over the last axis."""
    return np.exp(tiny_models.log_softmax(np.asarray(scores, "float64")))


def attention(layer, query, memory, allowed):
    """Output and weights `(batch, heads, seq, memory_seq)` of a `MultiHeadAttention`, in loops."""
    weights = {"/".join(w.path.split("/")[-2:]): numbers(w) for w in layer.weights}

    def project(x, name):
        bias = weights.get(f"{name}/bias", 0.0)
        return np.einsum("bth,hnd->bntd", x, weights[f"{name}/kernel"]) + (
            bias[None, :, None] if np.ndim(bias) else bias
        )

    q, k, v = project(query, "query"), project(memory, "key"), project(memory, "value")
    found = np.zeros((*q.shape[:3], memory.shape[1]))
    mixed = np.zeros((*q.shape[:3], v.shape[-1]))
    for b, n, t in np.ndindex(q.shape[:3]):
        places = np.flatnonzero(allowed[b, t])
        if len(places):
            scores = [q[b, n, t] @ k[b, n, s] / np.sqrt(q.shape[-1]) for s in places]
            found[b, n, t, places] = softmax(scores)
            mixed[b, n, t] = found[b, n, t] @ np.nan_to_num(v[b, n])
    output = np.einsum("bntd,ndh->bth", mixed, weights["attention_output/kernel"])
    return output + weights.get("attention_output/bias", 0.0), found


def shaken(layer, seed=0):
    """The built layer with weights that are no start values."""
    rng = np.random.default_rng(seed)
    layer.set_weights([w + rng.uniform(0.1, 0.6, w.shape) for w in layer.get_weights()])
    return layer


def base_model_of(objective, task):
    """A model of its own with the weights an objective holds, which no line of ours calls."""
    copy = frozen_copy(task)
    copy.set_weights([keras.ops.convert_to_numpy(v) for v in objective.base_model.held])
    return copy
