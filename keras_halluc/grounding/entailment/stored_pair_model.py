"""How is a small model of pairs kept in a few megabytes, and read back at full speed?"""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_halluc.grounding.entailment.keras_pair_scorer import STANDARD
from keras_halluc.grounding.entailment.keras_pair_scorer import KerasPairScorer
from keras_halluc.grounding.entailment.pair_packer import SHARES
from keras_halluc.grounding.entailment.pair_packer import PairPacker

CONFIG, VOCABULARY, WEIGHTS = "config.json", "vocabulary.txt", "model.weights.h5"
ROUNDED = "int8_from_float32"  # Keras' name of the dtype policy


def pair_model(backbone: Any, dtype: str = "float32") -> Any:
    """Logits `(batch, 3)` in the standard order, for what a `PairPacker` gives.

    The sum of a head on the pooled output of a BERT and one on the shares, which starts at zero.
    """
    shares = keras.Input((SHARES,), name="shares")
    read = keras.layers.Dense(len(STANDARD), dtype=dtype, name="logits")
    shared = keras.layers.Dense(
        len(STANDARD),
        use_bias=False,
        kernel_initializer="zeros",
        dtype=dtype,
        name="logits_of_shares",
    )
    logits = read(backbone.output["pooled_output"]) + shared(shares)
    return keras.Model({**backbone.input, "shares": shares}, logits)


def save_pair_model(model: Any, backbone: Any, vocabulary: Sequence[str], folder: Path) -> None:
    """Writes configuration, vocabulary and weights rounded to int8 by Keras.

    Args:
        model: `pair_model(backbone)`. It is rounded in place; its own weights are lost.
        backbone: `keras_hub.models.BertBackbone`.
        vocabulary: list of str, one a row of the token embedding.
        folder: `pathlib.Path`, made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / VOCABULARY).write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Layer .* does not have a `quantize` method")
        model.quantize("int8")
    model.save_weights(folder / WEIGHTS)
    config = backbone.get_config()  # which layers are rounded stands in it
    (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def load_pair_scorer(folder: Path, batch_size: int = 32) -> KerasPairScorer:
    """Reads a folder of `save_pair_model`.

    The weights are made float32 again: on TensorFlow Keras multiplies int8 matrices on a CPU four
    times slower than float32 ones.
    """
    import keras_hub

    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    make = keras_hub.models.BertBackbone.from_config
    model = pair_model(make({**config, "dtype": "float32"}))
    rounded = pair_model(make(config), ROUNDED)
    rounded.load_weights(folder / WEIGHTS)
    stored = {variable.path: keras.ops.convert_to_numpy(variable) for variable in rounded.weights}
    for variable in model.weights:
        variable.assign(_restored(variable.path, stored))
    words = (folder / VOCABULARY).read_text(encoding="utf-8").splitlines()
    tokenizer = keras_hub.models.BertTokenizer(vocabulary=words, lowercase=True)
    return KerasPairScorer(model, PairPacker(tokenizer), batch_size=batch_size)


def _restored(path: str, stored: dict[str, np.ndarray]) -> np.ndarray:
    """A weight as it was before rounding, nearly."""
    value, scale = stored[path], stored.get(f"{path}_scale")
    if scale is None:
        return value
    if path.endswith("embeddings"):
        scale = scale[:, None]  # one a row; else one a column
    while scale.ndim > value.ndim:
        scale = scale[0]
    restored: np.ndarray = value.astype("float32") / scale
    return restored
