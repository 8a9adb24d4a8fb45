"""What diffusers' own pipelines make of a prompt with the small models of checkpoints.py: the waveform after ten steps from seeded noise."""

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import AudioLDMPipeline, AutoencoderKL, DDIMScheduler, DPMSolverMultistepScheduler
from templates import audioldm
from transformers import PreTrainedTokenizerFast

from refoley_training.goldens.graphs import summary
from refoley_training.goldens.weights import fill
from refoley_training.noise import gaussian_noise

PROMPT = "a wooden door"
NEGATIVE = "wind"
SEED = 5
STEPS = 10
# Strong, for texts weigh little in models that have learnt nothing.
GUIDANCE = 12.0
# 64 log-mel frames.
SECONDS = 0.64
SCALE = 0.9227914214134216
SCHEDULER: dict[str, Any] = {
    "num_train_timesteps": 1000, "beta_start": 0.0015, "beta_end": 0.0195, "beta_schedule": "scaled_linear", "clip_sample": False,
    "prediction_type": "epsilon", "set_alpha_to_one": False, "steps_offset": 1,
}  # fmt: skip


def tokenizer_json() -> dict[str, Any]:
    """RoBERTa's kind of tokenizer over single characters and a few pairs."""
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    merges = [["o", "r"], ["o", "o"], ["Ġ", "d"], ["i", "n"]]
    tokens = [*specials, "Ġ", *map(chr, range(33, 127)), *("".join(pair) for pair in merges)]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    flags = {"special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    return {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None,
        "added_tokens": [{"id": i, "content": token, **flags} for i, token in enumerate(specials)],
        "pre_tokenizer": byte_level,
        "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True, "add_prefix_space": False},
        "decoder": byte_level,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
            "fuse_unk": False, "byte_fallback": False, "vocab": {token: i for i, token in enumerate(tokens)}, "merges": merges,
        },
    }  # fmt: skip


def write(folder: Path) -> None:
    write_audioldm(folder / "audioldm")


@torch.no_grad()
def write_audioldm(folder: Path) -> None:
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer_json(), indent=1) + "\n")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), model_max_length=512,
        bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
    )  # fmt: skip
    models: dict[str, Any] = {}
    for template in audioldm.small():
        models[template.part] = template.build(template.config).module.model
        fill(models[template.part])
    config = next(template.config for template in audioldm.small() if template.part == "vaeDecoder")
    vae = AutoencoderKL(**config, scaling_factor=SCALE)
    vae.load_state_dict(models["vaeEncoder"].state_dict() | models["vaeDecoder"].state_dict())
    ddim = DDIMScheduler(**SCHEDULER)
    takes = []
    for sampler, scheduler in (("ddim", ddim), ("dpmpp", DPMSolverMultistepScheduler.from_config(ddim.config))):
        pipe = AudioLDMPipeline(vae.eval(), models["textEncoder"].eval(), tokenizer, models["unet"].eval(), scheduler, models["vocoder"].eval())
        pipe.set_progress_bar_config(disable=True)
        for negative in ("", NEGATIVE):
            noise = torch.from_numpy(gaussian_noise(SEED, 8 * 16 * 16)).reshape(1, 8, 16, 16)
            made = pipe(
                PROMPT, audio_length_in_s=SECONDS, num_inference_steps=STEPS, guidance_scale=GUIDANCE, negative_prompt=negative or None,
                latents=noise, output_type="pt",
            ).audios  # fmt: skip
            takes.append({"sampler": sampler, "negative": negative, "waveform": summary(made)})
    settings = {"prompt": PROMPT, "seed": SEED, "steps": STEPS, "guidance": GUIDANCE, "duration": SECONDS}
    (folder / "pipeline.json").write_text(json.dumps({"settings": settings, "scheduler": SCHEDULER, "takes": takes}, indent=1) + "\n")
