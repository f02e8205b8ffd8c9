"""The checks of the matrix of families, one a column: ours must be what the task itself says."""

import gc
import tempfile

import numpy as np
from family_asks import PROMPTS
from family_asks import assert_same_scores
from family_asks import assert_same_texts
from family_asks import generator_of
from family_asks import outputs
from family_asks import predictions
from family_generation import attention
from family_generation import audit
from family_generation import generation
from family_generation import knowledge
from family_generation import scoring
from family_generation import uncertainty
from family_outcome import HubRefuses
from family_outcome import first_sentence
from family_training import classes
from family_training import lora
from family_training import monitors
from family_training import objectives
from family_training import texts


def int8(family):
    _quantized(family, "int8")


def int4(family):
    _quantized(family, "int4")


def _quantized(family, mode):
    task = family.make()
    before = outputs(task)
    gc.freeze()  # Keras collects garbage once a layer, which takes most of the time
    try:
        task.quantize(mode)
    except Exception as error:
        raise HubRefuses(first_sentence(error)) from error
    finally:
        gc.unfreeze()
    try:
        after = outputs(task)
    except Exception as error:
        raise HubRefuses(f"a quantised model fails: {first_sentence(error)}") from error
    assert np.abs(after - before).max() > 0.0
    if hasattr(task, "num_classes"):
        found = predictions(task)
        np.testing.assert_allclose(found, after, atol=1e-3)
        return
    assert_same_scores(task, tolerance=5e-2)
    assert_same_texts(task, generator_of(task).generate(PROMPTS))


def preset(family):
    task = family.make()
    with tempfile.TemporaryDirectory() as folder:
        try:
            task.save_to_preset(folder)
            back = type(task).from_preset(folder)
            if hasattr(back.preprocessor, "encoder_sequence_length"):  # no part of a preset
                back.preprocessor.encoder_sequence_length = 32
        except Exception as error:
            raise HubRefuses(first_sentence(error)) from error
    np.testing.assert_allclose(outputs(back), outputs(task), atol=1e-5)
    if not hasattr(task, "num_classes"):
        assert_same_scores(back)
        assert_same_texts(task, generator_of(back).generate(PROMPTS))


GENERATIVE = (
    *(scoring, generation, uncertainty, attention, monitors, texts, objectives, knowledge, audit),
    *(lora, int8, int4, preset),
)
CHECKS = {
    "causal": GENERATIVE,
    "seq2seq": GENERATIVE,
    "encoder": (classes, objectives, lora, int8, int4, preset),
}
