"""How much should words that source and claim have in common count beside the encoder?

Chosen on the half of the documents of TRUE on which `OverlapChecker` was chosen too
(`overlap_true.py`); `true.py` shows the other half by itself. The shares are those of the claim's
content words that the source has, has in the same order, and has beside the same neighbour. Of each
triple of weights in the grid the level is taken at which most outputs are labelled right (balanced
accuracy, mean of sets), and of all triples that with the best mean AUC.
"""

import itertools

import numpy as np
import true
from checker_news import CHUNK
from checker_news import OVERLAP
from overlap_true import halves

import keras_halluc as kh
from keras_halluc.grounding.entailment.likely_chunks import LikelyChunks
from keras_halluc.text import chunk_text
from keras_halluc.text import sentence_spans

GRID = (0.0, 4.0, 8.0, 12.0)  # weights of a share on the logit of entailed
MOST = 12.0  # of the three weights together: with more, the encoder would hardly count
LEVELS = np.arange(0.5, 1.11, 0.1)  # of the weighted mean share: above, it speaks for the claim
MOST_CHUNKS = 3


def pairs_of(sources, outputs):
    """`(pairs, for each output a list of claims, each a list of places in pairs)`."""
    likely = {s: LikelyChunks(chunk_text(s, CHUNK, OVERLAP), MOST_CHUNKS) for s in set(sources)}
    places, rows = {}, []
    for source, output in zip(sources, outputs):
        claims = [output[start:end] for start, end in sentence_spans(output)]
        found = [(claim, likely[source].of(claim)) for claim in claims]
        rows.append(
            [[places.setdefault((c, claim), len(places)) for c in own] for claim, own in found]
        )
    return list(places), rows


def claim_scores(rows, logits, shares, weights, level):
    """Of each output the probabilities of its claims, by the chunk that supports each best."""
    fused = logits.astype("float64").copy()
    fused[:, 0] += (shares - level) @ weights
    fused = np.exp(fused - fused.max(axis=1, keepdims=True))
    entailed = fused[:, 0] / fused.sum(axis=1)
    return [np.array([max(entailed[i] for i in claim) for claim in row]) for row in rows]


def judged(parts, weights, level):
    """`(AUC, balanced accuracy)` x 100 of each set, outputs without a claim left out."""
    found = {}
    for name, (rows, logits, shares, positive) in parts.items():
        scores = claim_scores(rows, logits, shares, weights, level)
        some = np.array([len(own) > 0 for own in scores])
        means = np.array([own.mean() for own in scores if len(own)])
        supported = np.array([own.min() >= 0.5 for own in scores if len(own)])
        right = positive[some]
        auc = float(kh.statistics.auroc(means, right))
        found[name] = 100 * auc, 50 * (supported[right].mean() + (~supported[~right]).mean())
    return found


def choose(parts):
    """`(weights, level)`; prints what each triple of weights reaches."""
    best = (0.0,)
    for triple in itertools.product(GRID, repeat=3):
        if sum(triple) > MOST:
            continue
        weights = np.array(triple)
        tried = [(judged(parts, weights, level), level) for level in LEVELS]
        found, level = max(tried, key=lambda pair: np.mean([acc for _, acc in pair[0].values()]))
        mean = np.mean([auc for auc, _ in found.values()])
        line = " ".join(f"{name} {auc:.1f}/{acc:.1f}" for name, (auc, acc) in found.items())
        print(f"{triple} level {level:.1f}, mean AUC {mean:.2f}: {line}", flush=True)
        best = max(best, (float(mean), triple, float(level)))
    return best[1:]


def weigh(model, logits_and_shares):
    """Sets the head of the shares.

    Args:
        model: of `stored_pair_model.pair_model`, its head of shares at zero.
        logits_and_shares: callable of a list of `(chunk, claim)`.
    """
    parts = {}
    for name in true.FILES:
        sources, outputs, positive = next(halves(name))  # the development half
        pairs, rows = pairs_of(sources, outputs)
        parts[name] = rows, *logits_and_shares(pairs), positive
    weights, level = choose(parts)
    shared, read = model.get_layer("logits_of_shares"), model.get_layer("logits")
    (kernel,) = shared.get_weights()
    kernel[:, 0] = weights
    shared.set_weights([kernel])
    kernel, bias = read.get_weights()
    bias[0] -= sum(weights) * level
    read.set_weights([kernel, bias])
    return {"weights": weights, "level": level}
