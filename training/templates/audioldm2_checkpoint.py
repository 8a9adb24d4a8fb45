"""AudioLDM 2 with random weights, and what diffusers makes with it: `python -m templates.audioldm2_checkpoint FOLDER`.

`cases.safetensors` holds the inputs and outputs of every part, the states that the language model goes on with, and ten steps of DDIM with
guidance, as that of `templates.checkpoint` does.
"""

import argparse
from pathlib import Path
from typing import Any

import torch
from diffusers import AudioLDM2Pipeline, AudioLDM2ProjectionModel, AudioLDM2UNet2DConditionModel, AutoencoderKL, DDIMScheduler
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import ClapFeatureExtractor, GPT2Config, GPT2LMHeadModel, SpeechT5HifiGan, SpeechT5HifiGanConfig, T5Config, T5EncoderModel

from templates import audioldm, audioldm2, clap, t5
from templates.checkpoint import SECONDS, STEPS, coefficients, tokenizer

GUIDANCE = 3.5
SCALE = 0.9227914214134216
SIZES = {"base": audioldm2.BASE, "large": audioldm2.LARGE}
# Of the prompt, and of a text to keep away from.
SAID, WORDS = (12, 3), (9, 1)


def pipeline(folder: Path, size: str) -> AudioLDM2Pipeline:
    language = GPT2LMHeadModel(GPT2Config(**audioldm2.LANGUAGE, vocab_size=8, max_new_tokens=audioldm2.GENERATED))
    models = {
        "vae": AutoencoderKL(**audioldm.VAE, scaling_factor=SCALE),
        "text_encoder": clap.model({"text_config": audioldm.TEXT, "audio_config": clap.BASE}),
        "text_encoder_2": T5EncoderModel._from_config(T5Config(**t5.SIZES["flan-large"]), attn_implementation="eager"),
        "projection_model": AudioLDM2ProjectionModel(**audioldm2.PROJECTION),
        "language_model": language.transformer,
        "unet": AudioLDM2UNet2DConditionModel(**audioldm2.unet_config(SIZES[size])),
        "vocoder": SpeechT5HifiGan(SpeechT5HifiGanConfig(**audioldm.VOCODER, sampling_rate=16000)),
    }
    for name, model in models.items():
        weights = {key: value.float() for key, value in load_file(folder / name / "model.safetensors").items()}
        lacking = model.eval().load_state_dict(weights, strict=False)
        unused = {"wte.weight", "logit_scale_a", "logit_scale_t", "encoder.embed_tokens.weight"}
        if set(lacking.missing_keys) - unused or lacking.unexpected_keys:
            raise ValueError(f"{name} is not whole: {lacking}")
    words = tokenizer(folder / "tokenizer", audioldm.TEXT["vocab_size"])
    scheduler = DDIMScheduler.from_config(audioldm2.SCHEDULER)
    models |= {"language_model": language.eval(), "tokenizer": words, "tokenizer_2": words, "scheduler": scheduler}
    return AudioLDM2Pipeline(**models, feature_extractor=ClapFeatureExtractor())


@torch.no_grad()
def write(folder: Path, size: str, half: bool) -> None:
    audioldm2.build(folder, size, torch.float16 if half else torch.float32)
    pipe = pipeline(folder, size)
    pipe.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(2)
    said, said_mask = tokens(generator, audioldm.TEXT["vocab_size"], SAID)
    ids, mask = tokens(generator, 32_000, WORDS)
    heard = torch.randn(1, 1, 1001, 64, generator=generator)
    latents = torch.randn(1, 8, int(25 * SECONDS), 16, generator=generator)

    embedding = pipe.text_encoder.get_text_features(input_ids=said, attention_mask=said_mask).pooler_output
    states = pipe.text_encoder_2(input_ids=ids, attention_mask=mask).last_hidden_state
    one = torch.ones_like(mask[:, :1])
    projected = pipe.projection_model(embedding[:, None], states, attention_mask=one, attention_mask_1=mask)
    generated = pipe.generate_language_model(projected.hidden_states, attention_mask=projected.attention_mask)
    both, timestep = latents.repeat(2, 1, 1, 1), torch.tensor([741.0, 741.0])
    told: dict[str, Any] = {"encoder_hidden_states_1": states, "encoder_attention_mask_1": mask}
    prediction = pipe.unet(both, timestep, generated, **told).sample
    log_mel = pipe.vae.decode(latents).sample
    steps: list[Tensor] = []
    loop = pipe(
        prompt_embeds=states[:1], negative_prompt_embeds=states[1:], generated_prompt_embeds=generated[:1],
        negative_generated_prompt_embeds=generated[1:], attention_mask=mask[:1], negative_attention_mask=mask[1:],
        audio_length_in_s=SECONDS, num_inference_steps=STEPS, guidance_scale=GUIDANCE, latents=latents,
        callback=lambda *step: steps.append(step[2]), output_type="pt",
    )  # fmt: skip
    cases = {
        "clapText/input_ids": said, "clapText/attention_mask": said_mask, "clapText/embedding": embedding,
        "clapAudio/input_features": heard,
        "clapAudio/embedding": pipe.text_encoder.get_audio_features(heard, is_longer=torch.ones(1, 1, dtype=torch.bool)).pooler_output,
        "textEncoder2/input_ids": ids, "textEncoder2/attention_mask": mask, "textEncoder2/states": states,
        "projectionModel/text_embedding": embedding, "projectionModel/text_states": states, "projectionModel/text_mask": mask,
        "projectionModel/states": projected.hidden_states,
        "languageModel/states": projected.hidden_states, "languageModel/mask": projected.attention_mask,
        "languageModel/generated": generated,
        "unet/sample": both, "unet/timestep": timestep, "unet/generated_states": generated, "unet/text_states": states,
        "unet/text_mask": mask, "unet/prediction": prediction,
        "vaeDecoder/latent": latents, "vaeDecoder/log_mel": log_mel,
        "vaeEncoder/log_mel": log_mel, "vaeEncoder/moments": pipe.vae.quant_conv(pipe.vae.encoder(log_mel)),
        "vocoder/log_mel": log_mel[:, 0], "vocoder/waveform": pipe.vocoder(log_mel[:, 0]),
        "loop/latents": latents, "loop/timesteps": pipe.scheduler.timesteps.float(),
        "loop/coefficients": coefficients(pipe.scheduler), "loop/guidance": torch.tensor([GUIDANCE]),
        "loop/scaling": torch.tensor([SCALE]), "loop/denoised": steps[-1], "loop/waveform": loop.audios,
    }  # fmt: skip
    save_file({name: tensor.contiguous().clone() for name, tensor in cases.items()}, folder / "cases.safetensors")


def tokens(generator: torch.Generator, vocabulary: int, lengths: tuple[int, int]) -> tuple[Tensor, Tensor]:
    mask = (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()
    # 1 is padding.
    return torch.where(mask == 1, torch.randint(4, vocabulary, mask.shape, generator=generator), 1), mask


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--half", action="store_true")
    options = parser.parse_args()
    write(options.folder, options.size, options.half)
