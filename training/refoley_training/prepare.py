"""What the UNet's training reads, computed once from the trained VAE, CLAP and AudioMAE, under build/features.

  latents.npy         float16 [frames, 8, 16], every sound followed by a little silence (latent_offsets.npy [n + 1])
  silence.npy         float32 [8, 16], the latent of silence
  audio_tokens.npy    float16 [n, 32, 256]
  text_tokens.npy     float16 [captions, 50, 384], text_lengths.npy [captions], caption_index.npy [n]
  clap_text.npy       float32 [n, 512]
  neighbours.npy      int32 [n, 50], nearest training captions first; neighbour_likeness.npy float16 [n, 50]
"""

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from refoley_training.models import minilm
from refoley_training.models.audiomae import AudioMAE
from refoley_training.models.clap import CLAP
from refoley_training.models.vae import COMPRESSION, VAE
from refoley_training.train.common import RUNS, SILENCE, Features, autocast, device, load_weights

CANDIDATES = 50
TAIL = 16  # frames of silence encoded after each sound, so that its end is learnt
LIKENESS_FRAMES = 48  # latent frames (1.9 s) in which two sounds are compared


@torch.no_grad()
def write_latents(vae: VAE, features: Features) -> None:
    mels, offsets = features.array("mels"), features.mel_offsets
    silent = torch.full((1, 64, 64), SILENCE, device=device())
    np.save(features.folder / "silence.npy", vae.encode(silent)[0, :, 8].cpu().numpy())
    latents, lengths = [], []
    for row in range(len(features)):
        mel = mels[offsets[row] : offsets[row + 1]].astype("float32")
        pad = TAIL + -len(mel) % COMPRESSION
        mel = np.pad(mel, ((0, pad), (0, 0)), constant_values=SILENCE)
        with autocast():
            latent = vae.encode(torch.from_numpy(mel)[None].to(device()))[0].float()
        latents.append(latent.permute(1, 0, 2).cpu().numpy().astype("float16"))
        lengths.append(len(latents[-1]))
    np.save(features.folder / "latents.npy", np.concatenate(latents))
    np.save(features.folder / "latent_offsets.npy", np.cumsum([0, *lengths]))


@torch.no_grad()
def write_tokens(mae: AudioMAE, clap: CLAP, features: Features) -> None:
    banks = features.array("fbank")
    batches = (torch.from_numpy(banks[i : i + 64].astype("float32")).to(device()) for i in range(0, len(banks), 64))
    np.save(features.folder / "audio_tokens.npy", np.concatenate([mae(b).cpu().numpy().astype("float16") for b in batches]))
    captions, index = np.unique([sound.caption for sound in features.sounds], return_inverse=True)
    states, mask = minilm.encode(list(captions))
    np.save(features.folder / "text_tokens.npy", states.astype("float16"))
    np.save(features.folder / "text_lengths.npy", mask.sum(axis=1).astype("int32"))
    np.save(features.folder / "caption_index.npy", index)
    embedding = clap.text(torch.from_numpy(states).to(device()), torch.from_numpy(mask).to(device())).cpu().numpy()
    np.save(features.folder / "clap_text.npy", embedding[index])


def write_neighbours(features: Features, candidates: int) -> None:
    """The paper's top 50 by caption, from the training split; the sound itself and its near-duplicates are left out."""
    text = torch.from_numpy(np.array(features.array("clap_text")))
    pool = torch.from_numpy(features.rows("train", "AB"))
    excluded = torch.eye(len(features), dtype=torch.bool)
    for i, j in features.array("duplicates"):
        excluded[i, j] = excluded[j, i] = True
    signature = F.normalize(_signatures(features), dim=1)
    neighbours, likeness = [], []
    for start in range(0, len(features), 512):
        rows = slice(start, start + 512)
        similarity = text[rows] @ text[pool].T
        similarity[excluded[rows][:, pool]] = -9.0
        best = pool[similarity.topk(candidates, dim=1).indices]
        neighbours.append(best.numpy().astype("int32"))
        likeness.append(torch.einsum("nd,nkd->nk", signature[rows], signature[best]).numpy().astype("float16"))
    np.save(features.folder / "neighbours.npy", np.concatenate(neighbours))
    np.save(features.folder / "neighbour_likeness.npy", np.concatenate(likeness))


def _signatures(features: Features) -> torch.Tensor:
    """How a sound unfolds: its latent's first 1.9 s less the mean over all sounds, [n, 48 * 128]."""
    latents, offsets = features.array("latents"), features.array("latent_offsets")
    silence = np.load(features.folder / "silence.npy").astype("float16")
    out = np.tile(silence, (len(features), LIKENESS_FRAMES, 1, 1))
    for row in range(len(features)):
        part = latents[offsets[row] : min(offsets[row + 1], offsets[row] + LIKENESS_FRAMES)]
        out[row, : len(part)] = part
    flat = torch.from_numpy(out.reshape(len(features), -1)).float()
    return flat - flat.mean(dim=0)


def main(run_root: Path = RUNS, features: Features | None = None, candidates: int = CANDIDATES) -> None:
    features = features or Features()
    write_latents(load_weights(VAE(), "vae", root=run_root).to(device()), features)
    mae = load_weights(AudioMAE(), "audiomae", root=run_root).to(device())
    write_tokens(mae, load_weights(CLAP(), "clap", root=run_root).to(device()), features)
    write_neighbours(features, candidates)


if __name__ == "__main__":
    main()
