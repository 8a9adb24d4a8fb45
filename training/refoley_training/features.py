"""Everything the training loops read, computed once per sound and kept as memory maps under build/features.

  waves.npy   int16, all conditioned 16 kHz waveforms end to end (offsets.npy [n + 1] cuts them)
  mels.npy    float16 [sum of frames, 64], their log-mels end to end
  fbank.npy   float16 [n, 256, 128], AudioMAE-S input
  tower.npy   float32 [n, 512], frozen aiSFX embedding
  tower_mels.npy  float16 [blocks, 100, 96], aiSFX's input at full bandwidth (tower_offsets.npy [n + 1] cuts them)
  ids.json    the sound ids in row order
"""

import argparse
import json
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from refoley_training import audio, corpus, manifest
from refoley_training.models import aisfx

MAX_SECONDS = 20.48


def _front_ends(path: Path) -> tuple[np.ndarray, ...] | None:
    """One sound's int16 wave [n], log-mel [frames, 64], fbank [256, 128] and aiSFX blocks [blocks, 100, 96]."""
    torch.set_num_threads(1)
    try:
        samples, rate = audio.read_mono(path, max_seconds=45)
    except Exception as error:  # a sound that cannot be read is reported, the others go on
        print(f"unreadable: {path}: {error}", flush=True)
        return None
    samples = audio.condition(samples, rate)
    wave = audio.resample(samples, rate, audio.SAMPLE_RATE)[: int(MAX_SECONDS * audio.SAMPLE_RATE)]
    if len(wave) < audio.N_FFT:
        wave = np.pad(wave, (0, audio.N_FFT - len(wave)))
    blocks = audio.tower_mel(audio.resample(samples, rate, audio.TOWER_RATE))
    int16 = np.clip(np.round(wave * 32767), -32767, 32767).astype("int16")
    tensor = torch.from_numpy(wave)
    return int16, *(x.numpy().astype("float16") for x in (audio.log_mel(tensor), audio.fbank(tensor), blocks))


def build(sounds: list[manifest.Sound], folders: Path | list[Path], out: Path, workers: int = 2) -> None:
    folders = [folders] if isinstance(folders, Path) else folders
    out.mkdir(parents=True, exist_ok=True)
    tower = aisfx.load()
    ids, waves, mels, banks, embeddings, blocks = [], [], [], [], [], []
    with get_context("fork").Pool(workers) as pool:
        paths = [corpus.resolve(sound, folders) or folders[0] / sound.file for sound in sounds]
        for sound, parts in zip(sounds, pool.imap(_front_ends, paths, chunksize=8)):
            if parts is None:
                continue
            with torch.no_grad():
                embeddings.append(tower(torch.from_numpy(parts[3]).float()).mean(0).numpy())
            ids.append(sound.id)
            waves.append(parts[0])
            mels.append(parts[1])
            banks.append(parts[2])
            blocks.append(parts[3])
            if len(ids) % 1000 == 0:
                print(f"{len(ids)} of {len(sounds)}", flush=True)
    np.save(out / "offsets.npy", np.cumsum([0, *map(len, waves)]))
    np.save(out / "waves.npy", np.concatenate(waves))
    np.save(out / "mels.npy", np.concatenate(mels))
    np.save(out / "fbank.npy", np.stack(banks))
    np.save(out / "tower.npy", np.stack(embeddings))
    np.save(out / "tower_offsets.npy", np.cumsum([0, *map(len, blocks)]))
    np.save(out / "tower_mels.npy", np.concatenate(blocks))
    (out / "ids.json").write_text(json.dumps(ids))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sounds", type=Path, action="append", required=True, metavar="DIR",
        help="folder that the manifest's file column is relative to, or that refoley_training.corpus wrote; repeatable, the first wins",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=manifest.BUILD / "features")
    arguments = parser.parse_args()
    build(manifest.read(), arguments.sounds, arguments.out)
