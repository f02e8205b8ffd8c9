"""A random model of every text family of KerasHub, by name, and the families it leaves out."""

import dataclasses
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import zoo_causal
import zoo_encoders
import zoo_seq2seq
from zoo_tokenizers import readable_ids

KINDS = ("causal", "seq2seq", "encoder")


@dataclasses.dataclass(frozen=True)
class Family:
    """One kind of model.

    Args:
        name: str, as the page calls it.
        kind: str, one of `KINDS`.
        of: str, the class in `keras_hub.models`.
        build: callable without arguments, to a task with weights as KerasHub draws them.
    """

    name: str
    kind: str
    of: str
    build: Callable[[], Any]

    def make(self, seed=0):
        """A task of this family whose next token depends on the text."""
        keras.utils.set_random_seed(seed)
        return spread(self.build())


FAMILIES = (
    Family("GPT-2", "causal", "GPT2CausalLM", zoo_causal.gpt2),
    Family("OPT", "causal", "OPTCausalLM", zoo_causal.opt),
    Family("BLOOM", "causal", "BloomCausalLM", zoo_causal.bloom),
    Family("Falcon", "causal", "FalconCausalLM", zoo_causal.falcon),
    Family("GPT-NeoX", "causal", "GPTNeoXCausalLM", zoo_causal.gpt_neo_x),
    Family("GPT-OSS", "causal", "GptOssCausalLM", zoo_causal.gpt_oss),
    Family("Llama 2", "causal", "LlamaCausalLM", zoo_causal.llama),
    Family("Llama (tied)", "causal", "LlamaCausalLM", zoo_causal.llama_tied),
    Family("Llama 3", "causal", "Llama3CausalLM", zoo_causal.llama3),
    Family("Mistral", "causal", "MistralCausalLM", zoo_causal.mistral),
    Family("Mixtral", "causal", "MixtralCausalLM", zoo_causal.mixtral),
    Family("Gemma", "causal", "GemmaCausalLM", zoo_causal.gemma),
    Family("Gemma 2", "causal", "GemmaCausalLM", zoo_causal.gemma2),
    Family("Gemma 3", "causal", "Gemma3CausalLM", zoo_causal.gemma3),
    Family("Gemma 3 (vision)", "causal", "Gemma3CausalLM", zoo_causal.gemma3_with_vision),
    Family("Gemma 3n", "causal", "Gemma3nCausalLM", zoo_causal.gemma3n),
    Family("Gemma 4", "causal", "Gemma4CausalLM", zoo_causal.gemma4),
    Family("Phi-3", "causal", "Phi3CausalLM", zoo_causal.phi3),
    Family("Qwen 2.5", "causal", "QwenCausalLM", zoo_causal.qwen),
    Family("Qwen MoE", "causal", "QwenMoeCausalLM", zoo_causal.qwen_moe),
    Family("Qwen 3", "causal", "Qwen3CausalLM", zoo_causal.qwen3),
    Family("Qwen 3 MoE", "causal", "Qwen3MoeCausalLM", zoo_causal.qwen3_moe),
    Family("Qwen 3.5", "causal", "Qwen3_5CausalLM", zoo_causal.qwen3_5),
    Family("Qwen 3.5 MoE", "causal", "Qwen3_5MoeCausalLM", zoo_causal.qwen3_5_moe),
    Family("SmolLM3", "causal", "SmolLM3CausalLM", zoo_causal.smollm3),
    Family("RWKV-7", "causal", "RWKV7CausalLM", zoo_causal.rwkv7),
    Family("BART", "seq2seq", "BartSeq2SeqLM", zoo_seq2seq.bart),
    Family("T5", "seq2seq", "T5Seq2SeqLM", zoo_seq2seq.t5),
    Family("Flan-T5", "seq2seq", "T5Seq2SeqLM", zoo_seq2seq.flan_t5),
    Family("T5Gemma", "seq2seq", "T5GemmaSeq2SeqLM", zoo_seq2seq.t5gemma),
    Family("T5Gemma 2", "seq2seq", "T5Gemma2Seq2SeqLM", zoo_seq2seq.t5gemma2),
    Family("BERT", "encoder", "BertTextClassifier", zoo_encoders.bert),
    Family("DistilBERT", "encoder", "DistilBertTextClassifier", zoo_encoders.distil_bert),
    Family("RoBERTa", "encoder", "RobertaTextClassifier", zoo_encoders.roberta),
    Family("DeBERTa-v3", "encoder", "DebertaV3TextClassifier", zoo_encoders.deberta_v3),
    Family("XLM-R", "encoder", "XLMRobertaTextClassifier", zoo_encoders.xlm_roberta),
    Family("ALBERT", "encoder", "AlbertTextClassifier", zoo_encoders.albert),
    Family("ELECTRA", "encoder", "ElectraBackbone", zoo_encoders.electra),
    Family("FNet", "encoder", "FNetTextClassifier", zoo_encoders.f_net),
    Family("RoFormerV2", "encoder", "RoformerV2TextClassifier", zoo_encoders.roformer_v2),
    Family("ESM", "encoder", "ESMProteinClassifier", zoo_encoders.esm),
)

# Public classes of KerasHub of which the zoo holds none, and why.
OUTSIDE = {
    "BLIP2CausalLM": "answers about an image",
    "BLIP2Seq2SeqLM": "answers about an image",
    "PaliGemmaCausalLM": "answers about an image",
    "PARSeqCausalLM": "reads an image",
    "AudioToText": "writes down speech",
    "MoonshineAudioToText": "writes down speech",
    "Gemma4AssistantCausalLM": "drafts tokens for Gemma 4 and cannot be used alone",
    "EdRecSeq2SeqLM": "recommends items and has no tokenizer",
}


def spread(task):
    """Draws larger weights: the next token depends on the text, is no close call, and a letter."""
    draws = np.random.default_rng(0)
    generates = hasattr(task, "generate_step")
    size = task.preprocessor.tokenizer.vocabulary_size() if generates else None
    readable = readable_ids(task.preprocessor.tokenizer) if generates else None
    for weight in task.trainable_weights:
        values = np.array(keras.ops.convert_to_numpy(weight), "float32")
        if values.ndim < 2 or not values.std():  # biases, drawn as 0, and scales, as 1
            weight.assign(values + draws.normal(0.0, 0.1, values.shape))
            continue
        rows, columns = values.shape[0] == size, values.shape[-1] == size
        values *= 0.5 / values.std()
        if rows:
            values *= np.where(readable, 1.0, 0.05)[:, None]
        if columns:
            values *= np.where(readable, 1.0, 0.05)
        weight.assign(values)
    return task
