"""What diffusers' own pipelines make of a prompt with the small models of checkpoints.py: the waveform after ten steps from seeded noise."""

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import AudioLDM2Pipeline, AudioLDMPipeline, AutoencoderKL, DDIMScheduler, DPMSolverMultistepScheduler
from templates import audioldm, audioldm2, clap, tango
from templates.template import Template
from torch import Tensor
from transformers import ClapFeatureExtractor, GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, RobertaTokenizerFast, T5TokenizerFast

from refoley_training.goldens.clap import views_of
from refoley_training.goldens.graphs import summary
from refoley_training.goldens.weights import fill
from refoley_training.noise import gaussian_noise

PROMPT = "a wooden door"
NEGATIVE = "wind"
SEED = 5
STEPS = 10
# Strong, for texts weigh little in models that have learnt nothing.
GUIDANCE = 12.0
# What CLAP is told and hears; in seconds of the probe signal.
HEARD_TEXTS = [PROMPT, "", "rain on a tin roof, far away"]
HEARD_SECONDS = [0.4, 3.1, 11.3]
# 64 log-mel frames.
SECONDS = 0.64
SCALE = 0.9227914214134216
SCHEDULER: dict[str, Any] = {
    "num_train_timesteps": 1000, "beta_start": 0.0015, "beta_end": 0.0195, "beta_schedule": "scaled_linear", "clip_sample": False,
    "prediction_type": "epsilon", "set_alpha_to_one": False, "steps_offset": 1,
}  # fmt: skip
# Of Stable Diffusion 2.1, which Tango takes its schedule from.
TANGO_SCHEDULER: dict[str, Any] = {**SCHEDULER, "beta_start": 0.00085, "beta_end": 0.012, "prediction_type": "v_prediction"}


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


def t5_tokenizer_json() -> dict[str, Any]:
    """T5's kind of tokenizer over single letters and a few pairs."""
    specials = ["<pad>", "</s>", "<unk>"]
    letters = [[chr(code), -4 - 0.01 * (code - 97)] for code in range(97, 123)]
    flags = {"special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    spaces = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    text, end = {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}
    return {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None,
        "added_tokens": [{"id": i, "content": token, **flags} for i, token in enumerate(specials)],
        "pre_tokenizer": spaces, "decoder": spaces,
        "post_processor": {
            "type": "TemplateProcessing", "single": [text, end], "pair": [text, end],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}},
        },
        "model": {
            "type": "Unigram", "unk_id": 2, "byte_fallback": False,
            "vocab": [*([token, 0.0] for token in specials), ["▁", -2.0], *letters, ["▁do", -3.0], ["or", -3.0], ["oo", -3.1]],
        },
    }  # fmt: skip


def write(folder: Path) -> None:
    write_audioldm(folder / "audioldm")
    write_audioldm2(folder / "audioldm2")
    write_tango(folder / "tango")
    write_clap(folder / "clap")


def filled(templates: list[Template]) -> dict[str, Any]:
    """The modules by their parts, and the whole VAE."""
    models: dict[str, Any] = {}
    for template in templates:
        models[template.part] = template.build(template.config).module.model.eval()
        fill(models[template.part])
    config = next(template.config for template in templates if template.part == "vaeDecoder")
    models["vae"] = AutoencoderKL(**config, scaling_factor=SCALE).eval()
    models["vae"].load_state_dict(models["vaeEncoder"].state_dict() | models["vaeDecoder"].state_dict())
    return models


def seeded_noise() -> Tensor:
    return torch.from_numpy(gaussian_noise(SEED, 8 * 16 * 16)).reshape(1, 8, 16, 16)


def save(folder: Path, scheduler: dict[str, Any], takes: list[dict[str, Any]]) -> None:
    settings = {"prompt": PROMPT, "seed": SEED, "steps": STEPS, "guidance": GUIDANCE, "duration": SECONDS}
    (folder / "pipeline.json").write_text(json.dumps({"settings": settings, "scheduler": scheduler, "takes": takes}, indent=1) + "\n")


def roberta(folder: Path, kind: type[PreTrainedTokenizerFast]) -> PreTrainedTokenizerFast:
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer_json(), indent=1) + "\n")
    return kind(
        tokenizer_file=str(folder / "tokenizer.json"), model_max_length=512,
        bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
    )  # fmt: skip


def t5_tokenizer(path: Path, longest: int) -> T5TokenizerFast:
    path.write_text(json.dumps(t5_tokenizer_json(), indent=1) + "\n")
    return T5TokenizerFast(tokenizer_file=str(path), extra_ids=0, model_max_length=longest)


@torch.no_grad()
def write_audioldm(folder: Path) -> None:
    tokenizer = roberta(folder, PreTrainedTokenizerFast)
    models = filled(audioldm.small())
    ddim = DDIMScheduler(**SCHEDULER)
    takes = []
    for sampler, scheduler in (("ddim", ddim), ("dpmpp", DPMSolverMultistepScheduler.from_config(ddim.config))):
        pipe = AudioLDMPipeline(models["vae"], models["textEncoder"], tokenizer, models["unet"], scheduler, models["vocoder"])
        pipe.set_progress_bar_config(disable=True)
        for negative in ("", NEGATIVE):
            made = pipe(
                PROMPT, audio_length_in_s=SECONDS, num_inference_steps=STEPS, guidance_scale=GUIDANCE, negative_prompt=negative or None,
                latents=seeded_noise(), output_type="pt",
            ).audios  # fmt: skip
            takes.append({"sampler": sampler, "negative": negative, "waveform": summary(made)})
    save(folder, SCHEDULER, takes)


@torch.no_grad()
def write_audioldm2(folder: Path) -> None:
    """Its CLAP and its language model are whole here: the pipeline calls both otherwise than the graphs do."""
    templates = audioldm2.small()
    models = filled(templates)
    configs = {template.part: template.config for template in templates}
    towers = clap.model({**configs["clapText"], **configs["clapAudio"]}).eval()
    fill(towers)
    language = GPT2LMHeadModel(GPT2Config(**configs["languageModel"], vocab_size=8, max_new_tokens=audioldm2.GENERATED)).eval()
    fill(language.transformer)
    pipe = AudioLDM2Pipeline(
        models["vae"], towers, models["textEncoder2"], models["projectionModel"], language, roberta(folder, RobertaTokenizerFast),
        t5_tokenizer(folder / "tokenizer_2.json", 128), ClapFeatureExtractor(), models["unet"], DDIMScheduler(**SCHEDULER), models["vocoder"],
    )  # fmt: skip
    pipe.set_progress_bar_config(disable=True)
    takes = []
    for negative in ("", NEGATIVE):
        made = pipe(
            PROMPT, audio_length_in_s=SECONDS, num_inference_steps=STEPS, guidance_scale=GUIDANCE, negative_prompt=negative or None,
            latents=seeded_noise(), output_type="pt",
        ).audios  # fmt: skip
        takes.append({"sampler": "ddim", "negative": negative, "waveform": summary(made)})
    save(folder, SCHEDULER, takes)


@torch.no_grad()
def write_tango(folder: Path) -> None:
    """AudioDiffusion.inference of its authors, by DDIM instead of DDPM, which draws noise in every step."""
    models = filled(tango.small())
    tokenizer = t5_tokenizer(folder / "tokenizer.json", 512)
    scheduler = DDIMScheduler(**TANGO_SCHEDULER)
    scheduler.set_timesteps(STEPS)
    takes = []
    for negative in ("", NEGATIVE):
        words = tokenizer(PROMPT, return_tensors="pt")
        without = tokenizer(negative, padding="max_length", max_length=words.input_ids.shape[1], truncation=True, return_tensors="pt")
        ids, mask = (torch.cat([without[key], words[key]]) for key in ("input_ids", "attention_mask"))
        states = models["textEncoder"](input_ids=ids, attention_mask=mask).last_hidden_state
        latents = seeded_noise()
        for time in scheduler.timesteps:
            shown = torch.cat([latents, latents])
            away, towards = models["unet"](shown, time, states, encoder_attention_mask=mask == 1).sample.chunk(2)
            latents = scheduler.step(away + GUIDANCE * (towards - away), time, latents).prev_sample
        waveform = models["vocoder"](models["vae"].decode(latents / SCALE).sample[:, 0])[:, : int(16000 * SECONDS)]
        takes.append({"sampler": "ddim", "negative": negative, "waveform": summary(waveform)})
    save(folder, TANGO_SCHEDULER, takes)


@torch.no_grad()
def write_clap(folder: Path) -> None:
    """Both towers from words and samples to embeddings of unit length, with and without fused views."""
    tokenizer = roberta(folder, RobertaTokenizerFast)
    parts = {template.size: template.config for template in clap.small()}
    embeddings = {}
    for size in ("unfused", "fused"):
        model = clap.model({**parts[""], **parts[size]}).eval()
        fill(model)
        texts = [model.get_text_features(**tokenizer(text, return_tensors="pt")).pooler_output for text in HEARD_TEXTS]
        sounds = []
        for seconds in HEARD_SECONDS:
            views = torch.from_numpy(views_of(seconds, size == "fused"))[None]
            sounds.append(model.get_audio_features(input_features=views, is_longer=torch.ones(1, 1, dtype=torch.bool)).pooler_output)
        texts, sounds = ([summary(torch.nn.functional.normalize(made, dim=-1)) for made in each] for each in (texts, sounds))
        embeddings[size] = {
            "texts": [{"text": text, "embedding": made} for text, made in zip(HEARD_TEXTS, texts, strict=True)],
            "sounds": [{"seconds": length, "embedding": made} for length, made in zip(HEARD_SECONDS, sounds, strict=True)],
        }
    (folder / "embeddings.json").write_text(json.dumps(embeddings, indent=1) + "\n")
