"""How is a small model of pairs kept in a few megabytes, and read back at full speed?"""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import TypeAlias

import keras
import numpy as np

from keras_halluc.grounding.keras_pair_scorer import STANDARD
from keras_halluc.grounding.keras_pair_scorer import KerasPairScorer

CONFIG, VOCABULARY, WEIGHTS = "config.json", "vocabulary.txt", "model.weights.h5"
ROUNDED = "int8_from_float32"  # Keras' name of the dtype policy
SEGMENTS = 4
LENGTHS = (32, 48, 64, 96, 128, 192)  # a batch is padded to one of these: one compilation each
Row: TypeAlias = tuple[list[int], list[int]]


class PairPacker:
    """Tokens of both texts as a BERT reads them: `[CLS] source [SEP] claim [SEP]`.

    Segment ids say more than which text a token is of, so that a model need not find out by itself
    what both texts share: 0 source, 1 claim, 2 token of the claim that the source has not, 3 token
    of the claim that stands in the source after the same token.

    Args:
        tokenizer: `keras_hub.models.BertTokenizer`.
        lengths: ascending int, the sizes a batch is padded to. A claim may take half of the
            longest, and the source is cut where there is no room.
    """

    def __init__(self, tokenizer: Any, lengths: Sequence[int] = LENGTHS) -> None:
        self.tokenizer = tokenizer
        self.lengths = tuple(lengths)

    def rows(self, sources: Sequence[str], claims: Sequence[str]) -> list[Row]:
        """For each pair its token ids and their segment ids."""
        start, end = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id
        most = self.lengths[-1]
        packed = []
        for source, claim in zip(self._tokens(sources), self._tokens(claims)):
            claim = claim[: most // 2]
            source = source[: most - len(claim) - 3]
            segments = [0] * (len(source) + 2) + _shared(source, claim) + [1]
            packed.append(([start, *source, end, *claim, end], segments))
        return packed

    def fitting(self, count: int) -> int:
        """The size a row of so many tokens is padded to."""
        return next(length for length in self.lengths if count <= length)

    def pad(self, rows: Sequence[Row], length: int) -> dict[str, np.ndarray]:
        """Int32 `(rows, length)` for each input of a KerasHub BERT."""
        ids = np.full((len(rows), length), self.tokenizer.pad_token_id, "int32")
        segments, mask = np.zeros_like(ids), np.zeros_like(ids)
        for i, (tokens, of) in enumerate(rows):
            ids[i, : len(tokens)] = tokens
            segments[i, : len(tokens)] = of
            mask[i, : len(tokens)] = 1
        return {"token_ids": ids, "segment_ids": segments, "padding_mask": mask}

    def __call__(self, sources: Sequence[str], claims: Sequence[str]) -> dict[str, np.ndarray]:
        rows = self.rows(sources, claims)
        return self.pad(rows, self.fitting(max(len(tokens) for tokens, _ in rows)))

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [[int(token) for token in row] for row in self.tokenizer(list(texts))]


def _shared(source: list[int], claim: list[int]) -> list[int]:
    """The segment of each token of a claim."""
    tokens, pairs = set(source), set(zip(source, source[1:]))
    return [
        2 if token not in tokens else 3 if i and (claim[i - 1], token) in pairs else 1
        for i, token in enumerate(claim)
    ]


def pair_model(backbone: Any, dtype: str = "float32") -> Any:
    """Logits `(batch, 3)` in the standard order, on the pooled output of a BERT."""
    logits = keras.layers.Dense(len(STANDARD), dtype=dtype, name="logits")
    return keras.Model(backbone.input, logits(backbone.output["pooled_output"]))


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
