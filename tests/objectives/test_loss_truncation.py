"""Are the examples of highest loss left out, those of the window and no others?"""

import keras
import numpy as np
import oracles
import pytest
import tiny_models

import keras_halluc as kh
from keras_halluc.objectives import LossTruncation

pytestmark = pytest.mark.eager

VOCAB = 5


def steps(count, rows=4, length=3, seed=0):
    """Batches of logits, targets and uneven weights; the third row of some has no weight."""
    rng = np.random.default_rng(seed)
    for step in range(count):
        logits = (2.0 * rng.normal(size=(rows, length, VOCAB))).astype("float32")
        weight = rng.choice([0.0, 0.5, 1.0], (rows, length)).astype("float32")
        weight[:, 0] = 1.0
        weight[2] *= step % 2
        yield logits, rng.integers(0, VOCAB, (rows, length)), weight


def example_losses(logits, y, weight):
    """Mean loss of each example, None where no target counts."""
    losses = -oracles.at_targets(tiny_models.log_softmax(logits), y)
    return [
        float((row * mask).sum() / mask.sum()) if mask.any() else None
        for row, mask in zip(losses, weight.astype("float64"))
    ]


def dropped(losses, window, share):
    """Which losses are among the `share` highest of the window, with plain lists."""
    known = sorted((loss for loss in window if loss is not None), reverse=True)
    highest = known[: int(share * len(known))]
    return [loss is not None and loss in highest for loss in losses]


@pytest.mark.parametrize("share, window, warmup", [(0.5, 8, 0), (0.3, 10, 2), (0.9, 64, 1)])
def test_the_highest_losses_of_the_window_are_dropped(share, window, warmup):
    objective, recent, shares = LossTruncation(share, window, warmup), [], []
    for step, (logits, y, weight) in enumerate(steps(6)):
        losses = example_losses(logits, y, weight)
        recent = (losses + recent)[:window]
        drop = np.array(dropped(losses, recent, share)) & (step >= warmup)
        batch = oracles.passes(logits, None, weight, y=y)
        found = oracles.numbers(objective.reweigh(batch))
        np.testing.assert_array_equal(found, weight * ~drop[:, None])
        count = sum(loss is not None for loss in losses)
        shares.append(drop.sum() / count)
        assert float(objective.term(batch)) == pytest.approx(shares[-1], rel=1e-5)
    assert len(set(shares)) > 1 and not any(shares[:warmup])


def test_weights_of_rows_and_no_weights_at_all():
    logits, y, _ = next(steps(1))
    rows = np.float32([1, 2, 0, 0.5])
    for weight in (rows, rows[:, None], None):
        full = np.ones((4, 3)) if weight is None else np.broadcast_to(rows[:, None], (4, 3))
        losses = example_losses(logits, y, full)
        keep = ~np.array(dropped(losses, losses, 0.5))
        assert 0 < keep.sum() < 4
        batch = oracles.passes(logits, None, weight, y=y)
        found = oracles.numbers(LossTruncation(0.5, 8).reweigh(batch))
        expected = keep if weight is None else (weight.T * keep).T
        np.testing.assert_array_equal(found, expected)


def test_what_does_not_count_does_not_change_who_is_dropped():
    logits, y, weight = list(steps(2))[1]
    weight[:, 2] = 0.0
    other = logits.copy()
    other[:, 2] += 30.0 * np.eye(VOCAB)[0].astype("float32")
    batches = [oracles.passes(scores, None, weight, y=y) for scores in (logits, other)]
    first, second = (oracles.numbers(LossTruncation(0.5, 8).reweigh(b)) for b in batches)
    np.testing.assert_array_equal(first, second)
    assert 0 < (first.sum(1) == 0).sum() < 4


def test_evaluation_compares_with_the_window_and_leaves_it():
    objective = LossTruncation(0.5, 16)
    batches = [oracles.passes(logits, None, w, y=y) for logits, y, w in steps(3)]
    for batch in batches:
        objective.reweigh(batch)
    before = objective.get_weights()
    assert float(objective.term(batches[0])) == float(objective.term(batches[0]))
    for a, b in zip(before, objective.get_weights()):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("kind", oracles.TASKS)
def test_in_fit_the_loss_is_that_of_the_kept_examples_and_validation_that_of_all(kind):
    make, rows = oracles.TASKS[kind]
    tuner = kh.models.FineTuner(make(), [LossTruncation(0.5, 8)])
    x, y, weight = rows(tuner.task)
    arguments = {"sample_weight": weight, "batch_size": 8, "verbose": 0}
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, reduction="mean_with_sample_weight"
    )
    tuner.compile(keras.optimizers.SGD(0.0), loss)
    losses = -oracles.at_targets(oracles.log_probs(tuner.task, x), y)
    full = weight if weight.ndim == 2 else weight[:, None]
    means = [(a * w).sum() / w.sum() if w.any() else None for a, w in zip(losses, full)]
    kept = full * ~np.array(dropped(means, means, 0.5))[:, None]
    assert 0 < (kept.sum(1) > 0).sum() < (full.sum(1) > 0).sum()
    history = tuner.fit(x, y, validation_data=(x, y, weight), **arguments).history
    assert history["loss"] == pytest.approx([oracles.mean(losses, kept)], rel=1e-5)
    assert history["val_loss"] == pytest.approx([oracles.mean(losses, full)], rel=1e-5)
    share = 1 - (kept.sum(1) > 0).sum() / (full.sum(1) > 0).sum()
    assert history["loss_truncation"] == pytest.approx([share], rel=1e-5)


def test_wrong_arguments():
    with pytest.raises(ValueError, match="LossTruncation needs logits"):
        kh.models.FineTuner(tiny_models.lstm(softmax=True), [LossTruncation()])


def test_of_a_batch_larger_than_the_window_the_first_rows_set_the_threshold():
    logits, y, weight = next(steps(1, rows=20))
    losses = [-1.0 if loss is None else loss for loss in example_losses(logits, y, weight)]
    known = sorted(loss for loss in losses[:8] if loss >= 0.0)
    threshold = known[-1 - len(known) // 2]
    drop = np.array(losses) > threshold
    assert drop[8:].any()
    found = LossTruncation(0.5, 8).reweigh(oracles.passes(logits, None, weight, y=y))
    np.testing.assert_array_equal(oracles.numbers(found), weight * ~drop[:, None])


def test_a_weight_is_refused_rather_than_ignored():
    with pytest.raises(TypeError, match="takes no `weight`.*weight=0.5"):
        kh.objectives.LossTruncation(weight=0.5)
