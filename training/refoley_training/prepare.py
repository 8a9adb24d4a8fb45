"""What the UNet's training reads, computed once from the trained VAE, CLAP and AudioMAE.

Under build/features, a row for each sound:
  latents.npy         float16 [2, frames, 8, 16], every sound followed by a little silence (latent_offsets.npy [n + 1]);
                      the second copy starts 20 ms later, between the first one's frames
  silence.npy         float32 [8, 16], the latent of silence
  audio_tokens.npy    float16 [n, 32, 256], version_tokens.npy [VERSIONS * n, 32, 256] those of refoley_training.variants
  text_tokens.npy     float16 [captions, 50, 384], text_lengths.npy [captions], caption_index.npy [n]
  prompts.npy         float16 [phrasings, 512], CLAP embeddings of each sound's phrasings, its caption first (prompt_offsets.npy)
  neighbours.npy      int32 [n, 50], nearest training captions first; neighbour_likeness.npy float16 [n, 50]
Under build/derived the same latents, prompts and neighbours for refoley_training.augment's sounds.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from refoley_training import augment
from refoley_training.models import minilm
from refoley_training.models.audiomae import AudioMAE
from refoley_training.models.clap import CLAP
from refoley_training.models.vae import COMPRESSION, VAE
from refoley_training.train.clap import phrasing_features
from refoley_training.train.common import RUNS, SILENCE, Features, autocast, device, load_weights
from refoley_training.variants import VERSIONS, vary

CANDIDATES = 50
TAIL = 16  # mel frames of silence encoded after each sound, so that its end is learnt
LIKENESS_FRAMES = 48  # latent frames (1.9 s) in which two sounds are compared
SHIFTS = (0, COMPRESSION // 2)  # mel frames of silence before each copy


@torch.no_grad()
def write_latents(vae: VAE, features: Features) -> None:
    mels, offsets = features.array("mels"), features.mel_offsets
    silent = torch.full((1, 64, 64), SILENCE, device=device())
    np.save(features.folder / "silence.npy", vae.encode(silent)[0, :, 8].cpu().numpy())
    latents: list[np.ndarray] = []
    for row in range(len(features)):
        mel = mels[offsets[row] : offsets[row + 1]].astype("float32")
        pad = TAIL + -len(mel) % COMPRESSION
        copies = np.stack([np.pad(mel, ((s, pad - s), (0, 0)), constant_values=SILENCE) for s in SHIFTS])
        with autocast():
            latent = vae.encode(torch.from_numpy(copies).to(device())).float()
        latents.append(latent.permute(0, 2, 1, 3).cpu().numpy().astype("float16"))
    np.save(features.folder / "latents.npy", np.concatenate(latents, axis=1))
    np.save(features.folder / "latent_offsets.npy", np.cumsum([0, *(latent.shape[1] for latent in latents)]))


@torch.no_grad()
def write_tokens(mae: AudioMAE, features: Features) -> None:
    banks, rng = features.array("fbank"), np.random.default_rng(0)
    np.save(features.folder / "audio_tokens.npy", _tokens(mae, (bank.astype("float32") for bank in banks)))
    versions = (vary(bank, rng) for _ in range(VERSIONS) for bank in banks)
    np.save(features.folder / "version_tokens.npy", _tokens(mae, versions))
    captions, index = np.unique([sound.caption for sound in features.sounds], return_inverse=True)
    states, mask = minilm.encode(list(captions))
    np.save(features.folder / "text_tokens.npy", states.astype("float16"))
    np.save(features.folder / "text_lengths.npy", mask.sum(axis=1).astype("int32"))
    np.save(features.folder / "caption_index.npy", index)


def _tokens(mae: AudioMAE, banks: Iterator[np.ndarray]) -> np.ndarray:
    out: list[np.ndarray] = []
    while batch := list(islice(banks, 64)):
        out.append(mae(torch.from_numpy(np.stack(batch)).to(device())).cpu().numpy().astype("float16"))
    return np.concatenate(out)


@torch.no_grad()
def write_prompts(clap: CLAP, features: Features) -> None:
    said, offsets = phrasing_features(features)
    np.save(features.folder / "prompts.npy", clap.text.head(said.to(device())).cpu().numpy().astype("float16"))
    np.save(features.folder / "prompt_offsets.npy", offsets.numpy())


def caption_embeddings(features: Features) -> torch.Tensor:
    """CLAP text embedding of every sound's own caption, [n, 512]."""
    return torch.from_numpy(features.array("prompts")[features.array("prompt_offsets")[:-1]].astype("float32"))


def write_neighbours(features: Features, candidates: int) -> None:
    """The paper's top 50 by caption, from the training split; the sound itself and its near-duplicates are left out.

    A zero-shot sound is asked of a library that also holds others of its kind.
    """
    text, excluded = caption_embeddings(features), _twins(features)
    neighbours = np.empty((len(features), candidates), "int32")

    def search(rows: np.ndarray, pool: np.ndarray) -> None:
        for part in np.array_split(rows, -(-len(rows) // 512) or 1):
            similarity = text[part] @ text[pool].T
            similarity[excluded[part][:, pool]] = -9.0
            neighbours[part] = pool[similarity.topk(candidates, dim=1).indices.numpy()]

    training, left_out = features.rows("train", "AB"), features.rows("zero-shot", "AB")
    search(np.arange(len(features)), training)
    search(left_out, np.concatenate([training, left_out]))
    np.save(features.folder / "neighbours.npy", neighbours)


def write_derived_neighbours(features: Features, derived: Features) -> None:
    """The neighbours of a derived sound's two sources in turn, less the sources themselves and their near-duplicates.

    So "door slams, then glass breaks" is learnt with doors and breaking glass beside it.
    """
    neighbours, excluded = features.array("neighbours"), _twins(features).numpy()
    out = np.empty((len(derived), neighbours.shape[1]), "int32")
    for row, (a, b) in enumerate(derived.array("sources")):
        lists = [neighbours[a], neighbours[b]] if b >= 0 else [neighbours[a]]
        merged = dict.fromkeys(np.stack(lists, axis=1).ravel().tolist())
        barred = excluded[a] | (excluded[b] if b >= 0 else False)
        kept = [n for n in merged if not barred[n]]
        out[row] = (kept * 2)[: out.shape[1]]
    np.save(derived.folder / "neighbours.npy", out)


def _twins(features: Features) -> torch.Tensor:
    """[n, n]: is this sound the same (near enough) as that one?"""
    twins = torch.eye(len(features), dtype=torch.bool)
    for i, j in features.array("duplicates"):
        twins[i, j] = twins[j, i] = True
    return twins


def write_likeness(features: Features, of: Features) -> None:
    """Cosine of how two sounds unfold: their latents' first 1.9 s less the mean over all sounds. [n, 50]."""
    known = signatures(features)
    mean = known.mean(dim=0)
    known = F.normalize(known - mean, dim=1)
    asking = known if of is features else F.normalize(signatures(of) - mean, dim=1)
    neighbours = torch.from_numpy(np.array(of.array("neighbours"))).long()
    likeness = [torch.einsum("nd,nkd->nk", asking[i : i + 256], known[neighbours[i : i + 256]]) for i in range(0, len(of), 256)]
    np.save(of.folder / "neighbour_likeness.npy", torch.cat(likeness).numpy().astype("float16"))


def signatures(features: Features) -> torch.Tensor:
    latents, offsets = features.array("latents")[0], features.array("latent_offsets")
    silence = np.load(features.folder / "silence.npy").astype("float16")
    out = np.tile(silence, (len(features), LIKENESS_FRAMES, 1, 1))
    for row in range(len(features)):
        part = latents[offsets[row] : min(offsets[row + 1], offsets[row] + LIKENESS_FRAMES)]
        out[row, : len(part)] = part
    return torch.from_numpy(out.reshape(len(features), -1)).float()


def main(
    run_root: Path = RUNS, features: Features | None = None, derived: Features | None = None, candidates: int = CANDIDATES
) -> None:  # fmt: skip
    features, derived = features or Features(), derived or augment.load()
    vae = load_weights(VAE(), "vae", root=run_root).to(device(), memory_format=torch.channels_last)
    clap = load_weights(CLAP(), "clap", root=run_root).to(device())
    for sounds in (features, derived):
        write_latents(vae, sounds)
        write_prompts(clap, sounds)
    write_tokens(load_weights(AudioMAE(), "audiomae", root=run_root).to(device()), features)
    write_neighbours(features, candidates)
    write_derived_neighbours(features, derived)
    write_likeness(features, features)
    write_likeness(features, derived)


if __name__ == "__main__":
    main()
