"""One random model of a few thousand weights of every causal family of KerasHub."""

import keras_hub
import zoo_tokenizers
from zoo_tokenizers import GEMMA
from zoo_tokenizers import LLAMA
from zoo_tokenizers import bytes_of
from zoo_tokenizers import pieces_of

PLAIN = {"num_layers": 2, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 32}
GROUPED = {
    **{"num_layers": 2, "num_query_heads": 4, "num_key_value_heads": 2},
    **{"hidden_dim": 16, "intermediate_dim": 24},
}
POSITIONS = {"max_sequence_length": 64}
CHAT = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
QWEN_VISION = ("<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")
LLAMA_3 = ("begin_of_text", "end_of_text", "eot_id", "start_header_id", "end_header_id")
EXPERTS = {"num_experts": 3, "top_k": 2}
LENGTH = 24  # of what the preprocessors make of texts


def task(family, tokenizer, **settings):
    """The CausalLM of a family."""
    hub = keras_hub.models
    backbone = getattr(hub, f"{family}Backbone")
    preprocessor = getattr(hub, f"{family}CausalLMPreprocessor")
    size = tokenizer.vocabulary_size()
    return getattr(hub, f"{family}CausalLM")(
        backbone=backbone(vocabulary_size=size, **settings),
        preprocessor=preprocessor(tokenizer, sequence_length=LENGTH),
    )


def gpt2():
    return task("GPT2", bytes_of("GPT2", "<|endoftext|>"), **PLAIN, **POSITIONS, dropout=0.1)


def opt():
    return task("OPT", bytes_of("OPT", "<pad>", "</s>"), **PLAIN, **POSITIONS, dropout=0.1)


def bloom():
    return task("Bloom", bytes_of("Bloom", "<s>", "</s>", "<pad>"), **PLAIN, dropout=0.1)


def falcon():
    settings = {**PLAIN, "num_attention_heads": 2, "feedforward_dropout_rate": 0.1}
    del settings["num_heads"]
    return task("Falcon", bytes_of("Falcon", "<|endoftext|>"), **settings)


def gpt_neo_x():
    tokenizer = bytes_of("GPTNeoX", "<|endoftext|>")
    return task("GPTNeoX", tokenizer, **PLAIN, **POSITIONS, dropout=0.1)


def llama():
    return task("Llama", pieces_of("Llama", **LLAMA), **GROUPED, dropout=0.1)


def llama_tied():
    tokenizer = pieces_of("Llama", **LLAMA)
    return task("Llama", tokenizer, **GROUPED, dropout=0.1, tie_word_embeddings=True)


def llama3():
    tokenizer = bytes_of("Llama3", *(f"<|{name}|>" for name in LLAMA_3))
    return task("Llama3", tokenizer, **GROUPED, dropout=0.1)


def mistral():
    tokenizer = pieces_of("Mistral", **LLAMA)
    return task("Mistral", tokenizer, **GROUPED, sliding_window=6, dropout=0.1)


def mixtral():
    tokenizer = pieces_of("Mixtral", **LLAMA)
    return task("Mixtral", tokenizer, **GROUPED, **EXPERTS, sliding_window=6, dropout=0.1)


def gemma():
    return task("Gemma", pieces_of("Gemma", **GEMMA), **GROUPED, head_dim=4, dropout=0.1)


def gemma2():
    return task(
        "Gemma",
        pieces_of("Gemma", **GEMMA),
        **GROUPED,
        head_dim=4,
        attention_logit_soft_cap=50.0,
        final_logit_soft_cap=30.0,
        use_sliding_window_attention=True,
        sliding_window_size=6,
        use_post_ffw_norm=True,
        use_post_attention_norm=True,
        dropout=0.1,
    )


def gemma3():
    return task(
        "Gemma3",
        pieces_of("Gemma3", **GEMMA),
        **GROUPED,
        image_size=16,
        head_dim=4,
        use_sliding_window_attention=True,
        sliding_window_size=6,
        dropout=0.1,
    )


def gemma3_with_vision():
    hub = keras_hub.models
    tokenizer = pieces_of("Gemma3", **GEMMA)
    eye = hub.Gemma3VisionEncoder(
        **{"image_size": 16, "patch_size": 4, "pool_size": 2, "num_layers": 1, "num_heads": 2},
        **{"hidden_dim": 8, "intermediate_dim": 16, "output_dim": 16},
    )
    backbone = hub.Gemma3Backbone(
        vocabulary_size=tokenizer.vocabulary_size(),
        **GROUPED,
        image_size=16,
        head_dim=4,
        vision_encoder=eye,
        dropout=0.1,
    )
    preprocessor = hub.Gemma3CausalLMPreprocessor(
        tokenizer,
        image_converter=keras_hub.layers.Gemma3ImageConverter(image_size=(16, 16)),
        sequence_length=LENGTH,
        max_images_per_prompt=1,
        num_vision_tokens_per_image=4,
    )
    return hub.Gemma3CausalLM(backbone=backbone, preprocessor=preprocessor)


def gemma3n():
    tokenizer = pieces_of("Gemma3n", **GEMMA)
    size = tokenizer.vocabulary_size()
    hub = keras_hub.models
    backbone = hub.Gemma3nBackbone(
        text_vocab_size=size,
        text_hidden_size=16,
        num_hidden_layers=2,
        pad_token_id=0,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=4,
        intermediate_size=[24, 24],
        hidden_activation="gelu_approximate",
        layer_types=["sliding_attention", "full_attention"],
        sliding_window=6,
        rope_theta=10000.0,
        max_position_embeddings=64,
        vocab_size_per_layer_input=size,
        hidden_size_per_layer_input=4,
        altup_num_inputs=2,
        laurel_rank=2,
    )
    preprocessor = hub.Gemma3nCausalLMPreprocessor(tokenizer, sequence_length=LENGTH)
    return hub.Gemma3nCausalLM(backbone=backbone, preprocessor=preprocessor)


def gemma4():
    hub = keras_hub.models
    tokenizer = hub.Gemma4Tokenizer(
        zoo_tokenizers._trained(tuple(GEMMA.items())),
        has_vision_tokens=False,
        has_audio_tokens=False,
        has_video_tokens=False,
    )
    sizes = {**GROUPED, "head_dim": 4, "image_size": 16}
    return task("Gemma4", tokenizer, **sizes, sliding_window_size=6, dropout=0.1)


def phi3():
    special = "<|endoftext|>,<|user|>,<|assistant|>,<|end|>"
    tokenizer = pieces_of("Phi3", **LLAMA, user_defined_symbols=special)
    positions = {**POSITIONS, "pretraining_sequence_length": 64}
    return task("Phi3", tokenizer, **GROUPED, **positions, dropout=0.1)


def qwen():
    return task("Qwen", bytes_of("Qwen", *CHAT), **GROUPED, dropout=0.1)


def qwen3():
    return task("Qwen3", bytes_of("Qwen3", *CHAT), **GROUPED, head_dim=4, dropout=0.1)


def qwen_moe():
    experts = {"moe_intermediate_dim": 8, "shared_expert_intermediate_dim": 8, **EXPERTS}
    return task("QwenMoe", bytes_of("QwenMoe", *CHAT), **GROUPED, **experts, dropout=0.1)


def qwen3_moe():
    experts = {"moe_intermediate_dim": 8, "head_dim": 4, **EXPERTS}
    return task("Qwen3Moe", bytes_of("Qwen3Moe", *CHAT), **GROUPED, **experts, dropout=0.1)


LINEAR = {
    **{"head_dim": 16, "layer_types": ["linear_attention", "full_attention"]},
    **{"linear_num_key_heads": 2, "linear_num_value_heads": 4},
    **{"linear_key_head_dim": 4, "linear_value_head_dim": 4, "dropout": 0.1},
}


def qwen3_5():
    return task("Qwen3_5", bytes_of("Qwen3_5", *CHAT, *QWEN_VISION), **GROUPED, **LINEAR)


def qwen3_5_moe():
    tokenizer = bytes_of("Qwen3_5Moe", *CHAT, *QWEN_VISION)
    settings = {**GROUPED, **LINEAR, **EXPERTS, "moe_intermediate_dim": 8}
    del settings["intermediate_dim"]
    return task("Qwen3_5Moe", tokenizer, **settings, shared_expert_intermediate_size=8)


def smollm3():
    special = ("<|begin_of_text|>", "<|im_end|>", "<think>", "</think>", "<|im_start|>")
    return task(
        "SmolLM3",
        bytes_of("SmolLM3", *special, "<|end_of_text|>"),
        hidden_dim=16,
        intermediate_dim=24,
        num_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        attention_bias=False,
        attention_dropout=0.1,
        rope_layer_enabled_list=[True, False],
        layer_types=["attention", "attention"],
        mlp_bias=False,
        layer_norm_epsilon=1e-6,
        max_position_embeddings=64,
        rope_theta=10000.0,
        partial_rotary_factor=1.0,
    )


def gpt_oss():
    tokenizer = bytes_of("GptOss", "<|startoftext|>", "<|endoftext|>")
    settings = {**GROUPED, **EXPERTS, "head_dim": 4, "sliding_window": 6}
    return task("GptOss", tokenizer, **settings, dropout=0.1)


def rwkv7():
    texts = ["\n\n", "\n", *(chr(i) for i in range(32, 127))]
    vocabulary = [f"{i} {text!r} {len(text)}\n" for i, text in enumerate(texts, 1)]
    low_ranks = dict.fromkeys(("gate_lora", "mv_lora", "aaa_lora", "decay_lora"), 4)
    settings = {"num_layers": 2, "hidden_size": 16, "head_size": 4, "intermediate_dim": 24}
    settings["dropout_rate"] = 0.1
    hub = keras_hub.models
    tokenizer = hub.RWKVTokenizer(vocabulary)
    backbone = hub.RWKV7Backbone(vocabulary_size=len(texts) + 1, **settings, **low_ranks)
    preprocessor = hub.RWKV7CausalLMPreprocessor(tokenizer, sequence_length=LENGTH)
    return hub.RWKV7CausalLM(backbone, preprocessor)
