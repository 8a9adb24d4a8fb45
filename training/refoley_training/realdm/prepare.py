"""What Re-AudioLDM's training reads, computed once from AudioCaps by the frozen models.

  python -m refoley_training.realdm.prepare --audiocaps DIR --sounds DIR --audioldm DIR --t5 DIR --audiomae FILE

A row for each clip, the training split's first, for it is what neighbours are drawn from:
  clips.json          youtube id, split, captions and file
  latents.npy         float16 [clips, 8, 256, 16]
  audio_tokens.npy    float16 [training clips, 32, 768]
  text_tokens.npy     float16 [training clips, 50, 1024], of the caption; text_lengths.npy int32 [training clips]
A row for each caption, a clip's after another (caption_offsets.npy [clips + 1]):
  prompts.npy         float16 [captions, 512], CLAP's embedding
  neighbours.npy      int32 [captions, 50], nearest training captions first, never the clip itself
"""

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from refoley_training import audio, manifest
from refoley_training.models import audiomae_vit
from refoley_training.realdm import audiocaps
from refoley_training.realdm.audiocaps import Clip
from refoley_training.realdm.config import CANDIDATES
from refoley_training.realdm.encoders import T5, Clap, Codec, waveform
from refoley_training.realdm.public import load_audiomae
from refoley_training.train.common import device

FOLDER = manifest.BUILD / "realdm"
BATCH = 16


class Waves(Dataset):
    """Conditioned clips [163840] and, of training clips, their filter banks [1024, 128]."""

    def __init__(self, clips: list[Clip], banks: bool):
        self.clips, self.banks = clips, banks

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, row: int) -> torch.Tensor:
        wave = torch.from_numpy(waveform(Path(self.clips[row].file)))
        return audio.kaldi_fbank(wave, audiomae_vit.FRAMES) if self.banks else wave


def write(path: Path, count: int, parts: Iterable[np.ndarray]) -> None:
    """Rows as they come, into a map that is named when it is whole: a run that was stopped goes on with the next array."""
    temporary, array, row = path.with_suffix(".tmp"), None, 0
    for part in parts:
        if array is None:
            array = np.lib.format.open_memmap(temporary, "w+", part.dtype, (count, *part.shape[1:]))
        array[row : row + len(part)] = part
        row += len(part)
    temporary.rename(path)


def heard(clips: list[Clip], banks: bool, encode: Callable[[torch.Tensor], torch.Tensor], workers: int) -> Iterable[np.ndarray]:
    for batch in DataLoader(Waves(clips, banks), BATCH, num_workers=workers):
        yield encode(batch).cpu().numpy().astype("float16")


@torch.no_grad()
def write_sounds(clips: list[Clip], folder: Path, audioldm: Path, audiomae: Path, workers: int) -> None:
    if not (folder / "latents.npy").exists():
        write(folder / "latents.npy", len(clips), heard(clips, False, Codec.of(audioldm).encode, workers))
    if not (folder / "audio_tokens.npy").exists():
        mae, training = load_audiomae(audiomae).eval().to(device()), trained_on(clips)
        write(folder / "audio_tokens.npy", len(training), heard(training, True, lambda banks: mae(banks.to(device())), workers))


def write_texts(clips: list[Clip], folder: Path, audioldm: Path, t5: Path) -> None:
    captions = [caption for clip in clips for caption in clip.captions]
    clap = Clap.of(audioldm)
    embeddings = [clap.embed(captions[start : start + BATCH]).cpu() for start in range(0, len(captions), BATCH)]
    np.save(folder / "prompts.npy", torch.cat(embeddings).numpy().astype("float16"))
    np.save(folder / "caption_offsets.npy", np.cumsum([0, *(len(clip.captions) for clip in clips)]))
    if not (folder / "text_tokens.npy").exists():
        encoder, own = T5.of(t5), [clip.captions[0] for clip in trained_on(clips)]
        lengths: list[np.ndarray] = []

        def states() -> Iterable[np.ndarray]:
            for start in range(0, len(own), BATCH):
                part, length = encoder.states(own[start : start + BATCH])
                lengths.append(length.cpu().numpy())
                yield part.cpu().numpy().astype("float16")

        write(folder / "text_tokens.npy", len(own), states())
        np.save(folder / "text_lengths.npy", np.concatenate(lengths).astype("int32"))


def write_neighbours(clips: list[Clip], folder: Path, candidates: int = CANDIDATES) -> None:
    """The paper's lists: the training captions nearest to each caption by CLAP, all of the clip's own left out."""
    prompts = torch.from_numpy(np.load(folder / "prompts.npy")).float().to(device())
    offsets = np.load(folder / "caption_offsets.npy")
    training = trained_on(clips)
    pool = prompts[offsets[: len(training)]]
    owner = np.repeat(np.arange(len(clips)), np.diff(offsets))
    parts = []
    for start in range(0, len(prompts), 1024):
        similarity = prompts[start : start + 1024] @ pool.T
        rows = owner[start : start + 1024]
        itself = np.flatnonzero(rows < len(training))
        similarity[itself, rows[itself]] = -9.0
        parts.append(similarity.topk(min(candidates, len(training) - 1), dim=1).indices.cpu().numpy().astype("int32"))
    np.save(folder / "neighbours.npy", np.concatenate(parts))


def trained_on(clips: list[Clip]) -> list[Clip]:
    return [clip for clip in clips if clip.split == "train"]


def main(clips: list[Clip], folder: Path, audioldm: Path, t5: Path, audiomae: Path, workers: int = 4) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    listed, data = folder / "clips.json", json.dumps([asdict(clip) for clip in clips])
    if listed.exists() and listed.read_text() != data:
        raise ValueError(f"{folder} was made of other clips: choose another folder, or delete it")
    listed.write_text(data)
    write_sounds(clips, folder, audioldm, audiomae, workers)
    write_texts(clips, folder, audioldm, t5)
    write_neighbours(clips, folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audiocaps", type=Path, required=True, help="folder of train.csv, val.csv and test.csv")
    parser.add_argument("--sounds", type=Path, required=True, help="folder of the clips' sounds")
    parser.add_argument("--audioldm", type=Path, required=True, help="folder of an AudioLDM in diffusers' layout")
    parser.add_argument("--t5", type=Path, required=True, help="folder of T5 or FLAN-T5, large: states of 1024")
    parser.add_argument("--audiomae", type=Path, required=True, help="AudioMAE's encoder, ViT-B")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--partial", action="store_true", help="allow for CSV files with fewer clips than were published")
    parser.add_argument("--workers", type=int, default=4, help="processes that decode sounds")
    given = parser.parse_args()
    main(audiocaps.read(given.audiocaps, given.sounds, given.partial), given.out, given.audioldm, given.t5, given.audiomae, given.workers)
