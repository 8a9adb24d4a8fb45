"""How long librosa and torch take to listen to the sounds of a folder: the peer in `npm run bench`. Prints seconds.

Each file is decoded, resampled and mixed down by librosa, turned into its mel spectrogram by librosa, and embedded as one
sound by the audio tower in torch: less than the app does, which also measures loudness, draws waveforms, hashes the
file and embeds every sound event. Weights are random, which time does not mind.
"""

import argparse
import time
from pathlib import Path

import librosa
import numpy as np
import torch

from refoley_training import audio
from refoley_training.models.aisfx import AiSFX
from refoley_training.models.clap import AudioTower, Head

SUFFIXES = {".wav", ".flac", ".ogg", ".oga", ".mp3", ".aif", ".aiff"}


@torch.inference_mode()
def embed(path: Path, tower: AudioTower) -> torch.Tensor:
    samples, _ = librosa.load(path, sr=audio.TOWER_RATE, mono=True)
    heard = samples[: audio.TOWER_HOP * audio.TOWER_BLOCK * audio.TOWER_MAX_BLOCKS]
    mel = librosa.feature.melspectrogram(
        y=heard, sr=audio.TOWER_RATE, n_fft=audio.TOWER_N_FFT, hop_length=audio.TOWER_HOP, n_mels=audio.TOWER_MELS
    )
    frames = np.log10(10_000 * mel.T + 1) / audio.TOWER_SCALE
    blocks = -(-len(frames) // audio.TOWER_BLOCK)
    padded = np.pad(frames, ((0, blocks * audio.TOWER_BLOCK - len(frames)), (0, 0)))
    return tower(torch.from_numpy(padded.reshape(blocks, audio.TOWER_BLOCK, audio.TOWER_MELS).astype("float32")))


def seconds(folder: Path) -> float:
    tower = AudioTower(AiSFX(), Head(512)).eval()
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    embed(paths[0], tower)  # librosa compiles and imports what it needs on first use
    began = time.perf_counter()
    for path in paths:
        embed(path, tower)
    return time.perf_counter() - began


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    print(seconds(parser.parse_args().folder))
