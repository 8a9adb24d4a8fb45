"""Writes a trained Re-AudioLDM as ONNX graphs whose weights lie in a .safetensors file beside each, and checks each against torch.

  python -m refoley_training.realdm.export --size s --audioldm DIR --t5 DIR --audiomae FILE --out DIR

Inputs and outputs are those of src/core/pipeline/parts.ts, but that T5 and CLAP read words of their own tokenizers (the pipeline's
`clapText` goes on from the text encoder's states), that AudioMAE takes 1024 frames of Kaldi's filter banks and that HiFi-GAN has no
use for noise. `parts.json` says what a pack's manifest has to say.
"""

import argparse
import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import TensorProto
from onnx.external_data_helper import set_external_data
from safetensors.torch import save_file
from torch import Tensor, nn

from refoley_training import audio
from refoley_training.export import digest, file_name, parity
from refoley_training.models import audiomae_vit
from refoley_training.realdm.config import CLAP_WIDTH, LATENT, MAX_NEIGHBOURS, SCHEDULER, SIZES, TEXT_TOKENS, TOKENS, Size
from refoley_training.realdm.encoders import T5, Clap, Codec
from refoley_training.realdm.model import ReAudioLDM
from refoley_training.realdm.public import load_audiomae
from refoley_training.train.common import RUNS, load_weights
from templates.template import Part, Wrapped, to_template

FRAMES = 60  # of the latents that are traced: no multiple of 8 times a power of two, which would be taken for another size
BATCH = {0: "batch"}
WORDS = {0: "batch", 1: "length"}
TAKE = {0: "batch", 1: "mel_frames"}


def unet(model: ReAudioLDM) -> Part:
    k, size = 3, model.size
    inputs = {
        "sample": torch.randn(2, LATENT[0], FRAMES, LATENT[2]),
        "timestep": torch.tensor([500.0, 20.0]),
        "text_embedding": torch.randn(2, CLAP_WIDTH),
        "audio_tokens": torch.randn(2, k, audiomae_vit.TOKENS, size.audio),
        "text_tokens": torch.randn(2, k, TEXT_TOKENS, size.text),
        "token_bias": torch.zeros(2, k, TOKENS),
    }
    frames, neighbours = {0: "batch", 2: "frames"}, {0: "batch", 1: "neighbours"}
    axes = {
        "sample": frames, "prediction": frames, "timestep": BATCH, "text_embedding": BATCH, "audio_tokens": neighbours,
        "text_tokens": neighbours, "token_bias": neighbours, "influence": neighbours,
    }  # fmt: skip
    return Part(_wrapped(model, lambda model, *inputs: model(*inputs)), inputs, ["prediction", "influence"], axes)


def vae_encoder(codec: Codec) -> Part:
    def call(model: nn.Module, log_mel: Tensor) -> Tensor:
        return model.quant_conv(model.encoder(log_mel[:, None]))[:, : LATENT[0]] * scale

    scale = codec.vae.config.scaling_factor
    wrapped = _wrapped(codec.vae, call, without=("decoder", "post_quant_conv"))
    inputs = {"log_mel": torch.randn(2, 4 * FRAMES, audio.N_MELS) - 5}
    return Part(wrapped, inputs, ["latent"], {"log_mel": TAKE, "latent": {0: "batch", 2: "frames"}})


def vae_decoder(codec: Codec) -> Part:
    def call(model: nn.Module, latent: Tensor) -> Tensor:
        return model.decode(latent / scale, return_dict=False)[0][:, 0]

    scale = codec.vae.config.scaling_factor
    wrapped = _wrapped(codec.vae, call, without=("encoder", "quant_conv"))
    inputs = {"latent": torch.randn(2, LATENT[0], FRAMES, LATENT[2])}
    return Part(wrapped, inputs, ["log_mel"], {"latent": {0: "batch", 2: "frames"}, "log_mel": TAKE})


def vocoder(codec: Codec) -> Part:
    inputs = {"log_mel": torch.randn(2, FRAMES, audio.N_MELS) - 5}
    axes = {"log_mel": TAKE, "waveform": {0: "batch", 1: "samples"}}
    return Part(_wrapped(codec.vocoder, lambda model, log_mel: model(log_mel)), inputs, ["waveform"], axes)


def audio_mae(model: nn.Module) -> Part:
    inputs = {"fbank": torch.randn(2, audiomae_vit.FRAMES, audiomae_vit.BINS) * 3 - 5}
    return Part(_wrapped(model, lambda model, fbank: model(fbank)), inputs, ["tokens"], {"fbank": BATCH, "tokens": BATCH})


def text(model: nn.Module, output: str, read: Callable[[Any], Tensor], axis: dict[int, str]) -> Part:
    def call(model: nn.Module, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return read(model(input_ids=input_ids, attention_mask=attention_mask))

    inputs = {"input_ids": torch.randint(3, model.config.vocab_size, (2, 13)), "attention_mask": torch.ones(2, 13, dtype=torch.long)}
    return Part(_wrapped(model, call), inputs, [output], {"input_ids": WORDS, "attention_mask": WORDS, output: axis})


def _wrapped(model: nn.Module, call: Callable[..., Any], without: tuple[str, ...] = ()) -> Wrapped:
    """A copy, for making a template overwrites weights."""
    model = copy.deepcopy(model)
    for name in without:
        delattr(model, name)
    return Wrapped(model, call)


def bind(template: onnx.ModelProto, weights: Path) -> None:
    """Points each weight of a template at its bytes in a .safetensors file of the same folder."""
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    for initializer in template.graph.initializer:
        if initializer.data_location == TensorProto.EXTERNAL:
            first, end = header[initializer.name]["data_offsets"]
            initializer.raw_data = b""
            set_external_data(initializer, weights.name, 8 + length + first, end - first)


def export_part(name: str, part: Part, trained: nn.Module, folder: Path) -> dict[str, Any]:
    """Graph and weights; returns what the manifest says of them."""
    path = folder / file_name(name)
    template = to_template(part)
    wanted = [i.name for i in template.graph.initializer if i.data_location == TensorProto.EXTERNAL]
    state = trained.state_dict()
    weights = path.with_suffix(".safetensors")
    save_file({key: state[key].cpu().contiguous() for key in wanted}, weights)
    bind(template, weights)
    path.write_bytes(template.SerializeToString())
    worst, decibels = parity(Wrapped(trained.cpu().eval(), part.module.call), path, longer(part))
    count = sum(state[key].numel() for key in wanted)
    print(f"{name}: {count / 1e6:.2f} M, graph {path.stat().st_size / 1e3:.0f} kB, worst {worst:.1e} ({decibels:.0f} dB)", flush=True)
    return {**digest(path), "weights": digest(weights), "parameters": count, "storage": "fp32", "maxAbsDifference": worst}


def longer(part: Part) -> dict[str, Tensor]:
    """Inputs of other lengths than were traced, for one take."""
    g = torch.Generator().manual_seed(1)
    inputs = {}
    for name, value in part.inputs.items():
        shape = [1, *(size + 4 * (axis + 1 in part.axes[name]) for axis, size in enumerate(value.shape[1:]))]
        if name == "attention_mask":
            inputs[name] = (torch.arange(shape[1]) < shape[1] - 3).long()[None]
        elif value.is_floating_point():
            inputs[name] = torch.randn(shape, generator=g) * value.std(correction=0) + value.mean()
        else:
            inputs[name] = torch.randint(3, int(value.max()), shape, generator=g)
    return inputs


def export(model: ReAudioLDM, folder: Path, audioldm: Path, t5: Path, audiomae: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    graphs = {"unet": export_part("unet", unet(model), model, folder)}
    mae, codec = load_audiomae(audiomae), Codec.of(audioldm)
    graphs["audioMae"] = export_part("audioMae", audio_mae(mae), mae, folder)
    graphs["vaeEncoder"] = export_part("vaeEncoder", vae_encoder(codec), codec.vae, folder)
    graphs["vaeDecoder"] = export_part("vaeDecoder", vae_decoder(codec), codec.vae, folder)
    graphs["vocoder"] = export_part("vocoder", vocoder(codec), codec.vocoder, folder)
    words, clap = T5(t5), Clap(audioldm)
    states = text(words.model, "last_hidden_state", lambda output: output.last_hidden_state, WORDS)
    graphs["textEncoder"] = export_part("textEncoder", states, words.model, folder)
    embedding = text(clap.model, "embedding", lambda output: nn.functional.normalize(output.text_embeds, dim=-1), BATCH)
    graphs["clapText"] = export_part("clapText", embedding, clap.model, folder)
    words.tokenizer.save_pretrained(folder / "text-tokenizer")
    clap.tokenizer.save_pretrained(folder / "clap-tokenizer")
    facts = {
        "graphs": graphs,
        "audio": {
            "sampleRate": audio.SAMPLE_RATE, "fftSize": audio.N_FFT, "hop": audio.HOP, "melBins": audio.N_MELS,
            "fbank": "kaldi", "fbankBins": audiomae_vit.BINS, "fbankFrames": audiomae_vit.FRAMES, "logFloor": audio.LOG_FLOOR,
        },
        "latent": {"channels": LATENT[0], "frequency": LATENT[2], "compression": 4, "timeMultiple": 2 ** (len(model.size.channels) - 1)},
        "conditioning": {
            "clapDimension": CLAP_WIDTH, "audioTokens": audiomae_vit.TOKENS, "audioDimension": model.size.audio,
            "textTokens": TEXT_TOKENS, "textDimension": model.size.text, "maxNeighbours": MAX_NEIGHBOURS, "soundLength": False,
        },
        "scheduler": SCHEDULER,
    }  # fmt: skip
    (folder / "parts.json").write_text(json.dumps(facts, indent=2) + "\n")


def trained(size: Size, run: str, root: Path = RUNS) -> ReAudioLDM:
    """The averaged weights of a run, whose tokens may be of other widths than the published."""
    saved = torch.load(root / run / "last.pt", map_location="cpu", weights_only=False, mmap=True)["ema"]
    widths = {name: saved[f"context.{name}.weight"].shape[1] for name in ("audio", "text")}
    return load_weights(ReAudioLDM(replace(size, **widths)), run, root=root)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--name", help="of the run; re-audioldm-s or -l unless given")
    for name in ("audioldm", "t5", "audiomae", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    model = trained(SIZES[given.size], given.name or f"re-audioldm-{given.size}")
    export(model, given.out, given.audioldm, given.t5, given.audiomae)
