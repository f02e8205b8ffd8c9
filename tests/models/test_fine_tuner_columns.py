"""Do rows that an objective found before training reach it with the examples they belong to?"""

import keras
import numpy as np
import pytest
from kinds import quick

import keras_halluc as kh

pytestmark = pytest.mark.eager

WORDS, LENGTH, CLASSES = 7, 4, 3
NAME = "text|ids"  # no name of an input is taken for anything but a name


class Marked(kh.objectives.Objective):
    """0 while each row has the column made from it, under a name like that of another's column."""

    wants_columns = True
    sign = 1

    def columns(self, task, x, y, sample_weight):
        return {"ids|sum": x[NAME].sum(axis=1), NAME: self.sign * x[NAME]}

    def term(self, batch):
        if not batch.columns:
            return None
        ids = keras.ops.cast(batch.x[NAME], "float32")
        gap = keras.ops.sum(ids, axis=1) - keras.ops.cast(batch.columns["ids|sum"], "float32")
        same = ids - self.sign * keras.ops.cast(batch.columns[NAME], "float32")
        return keras.ops.sum(keras.ops.abs(gap)) + keras.ops.sum(keras.ops.abs(same))


class Other(Marked):
    """The same names of columns, other values."""

    sign = -1


def make(objectives, several=True):
    keras.utils.set_random_seed(2)
    ids = keras.Input((LENGTH,), dtype="int32", name=NAME)
    hidden = keras.layers.Embedding(WORDS, 5)(ids)
    hidden = keras.layers.GlobalAveragePooling1D()(hidden)
    inputs = {NAME: ids}
    if several:
        inputs["length"] = keras.Input((1,), name="length")
        hidden = keras.layers.Concatenate()([hidden, inputs["length"]])
    task = keras.Model(inputs, keras.layers.Dense(CLASSES)(hidden))
    tuner = kh.models.FineTuner(task, objectives)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    tuner.compile(keras.optimizers.Adam(0.05), loss)
    return tuner


def rows(several=True):
    draw = np.random.default_rng(0)
    x = {NAME: draw.integers(0, WORDS, (10, LENGTH)).astype("int32")}
    if several:
        x["length"] = draw.normal(size=(10, 1)).astype("float32")
    return x, draw.integers(0, CLASSES, 10)


def cached(name="kept|apart"):
    return kh.objectives.SelfDistillation(teacher="cached", top_k=2, name=name)


@pytest.mark.parametrize("several", quick([False, True]))
def test_an_input_may_have_any_name(several):
    objectives = [Marked(name="marked"), Other(name="other"), cached()]
    tuner, (x, y) = make(objectives, several), rows(several)
    history = tuner.fit(x, y, batch_size=3, epochs=3, validation_data=(x, y), verbose=0).history
    for key in ("loss_marked", "val_loss_marked", "loss_other", "val_loss_other"):
        assert history[key] == [0.0] * 3
    for key in ("loss_kept|apart", "val_loss_kept|apart"):
        assert history[key][2] > 1e-4
    split = tuner.fit(x, y, batch_size=3, validation_split=0.3, verbose=0).history
    assert split["loss_marked"] == split["val_loss_marked"] == [0.0]
    logs = tuner.evaluate(x, y, batch_size=3, verbose=0, return_dict=True)
    assert set(logs) == {"loss", "sparse_categorical_accuracy"}
    expected = keras.ops.convert_to_numpy(tuner.task(x))
    np.testing.assert_allclose(tuner.predict(x, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_columns_of_no_weight_change_nothing():
    (x, y), plain = rows(), make([])
    expected = plain.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0).history
    tuner = make([Marked(0.0, name="marked")])
    history = tuner.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0).history
    assert {key: history[key] for key in expected} == expected


def test_without_columns_datasets_and_any_structure_pass():
    tf = pytest.importorskip("tensorflow", reason="tf.data needs TensorFlow")
    (x, y), tuner = rows(), make([kh.objectives.SelfDistillation()])
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(5)
    history = tuner.fit(data, validation_data=data, verbose=0).history
    assert set(history) >= {"loss_self_distillation", "val_loss_self_distillation"}
    assert tuner.evaluate(data, verbose=0, return_dict=True)["loss"] == history["val_loss"][0]
    assert tuner.predict(data, verbose=0).shape == (10, CLASSES)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a strategy is TensorFlow's")
def test_replicas_get_the_columns_of_their_rows():
    import tensorflow as tf

    (x, y), strategy = rows(), tf.distribute.MirroredStrategy(["cpu:0"])
    with strategy.scope():
        tuner = make([Marked(name="marked"), Other(name="other"), cached()])
    history = tuner.fit(x, y, batch_size=4, validation_data=(x, y), verbose=0).history
    for key in ("loss_marked", "val_loss_marked", "loss_other", "val_loss_other"):
        assert history[key] == [0.0]


def test_a_dataset_is_told_what_is_missing():
    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 1

        def __getitem__(self, i):
            return rows()

    with pytest.raises(ValueError, match=r"`kept\|apart` needs all rows before training"):
        make([cached()]).fit(Batches(), verbose=0)
