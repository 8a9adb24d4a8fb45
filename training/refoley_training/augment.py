"""Derived training sounds: one after another, one over another, and in rooms, each with the caption to match.

They are targets of the UNet only: never neighbours, never in validation or test, and made from training sounds alone.
Written like refoley_training.features under build/derived, with sources.npy [n, 2] (rows in the features, -1 for none).
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from refoley_training import audio, manifest
from refoley_training.audio import SAMPLE_RATE
from refoley_training.phrasing import phrasings
from refoley_training.train.common import Features

DERIVED = manifest.BUILD / "derived"
SEQUENCES = ("{a}, then {b}", "{a} followed by {b}", "{a} and then {b}")
MIXTURES = ("{a} while {b}", "{a} with {b} in the background", "{a} and {b} at the same time", "{a} over {b}")
LONGEST_PART = 3.0  # seconds of each sound in a sequence
TAIL_DB = -60.0  # a reverberation's tail is cut here


@dataclass(frozen=True)
class Room:
    words: tuple[str, ...]
    decay: tuple[float, float]  # RT60 in seconds at 1 kHz
    damping: float  # how much shorter the decay is at 8 kHz (1: as long)
    wet: tuple[float, float]  # energy of the reverberation relative to the direct sound


ROOMS = (
    Room(("in a small room", "indoors", "in a small wooden room"), (0.25, 0.45), 0.6, (0.3, 0.8)),
    Room(("in a tiled bathroom", "in a tiled room"), (0.6, 1.0), 0.9, (0.5, 1.2)),
    Room(("in a stone hallway", "in a stairwell", "in a corridor"), (1.0, 1.8), 0.7, (0.5, 1.5)),
    Room(("in a large hall", "in a warehouse", "in an empty factory"), (1.6, 2.6), 0.5, (0.5, 1.5)),
    Room(("in a cathedral", "in a church", "with a long reverberant tail"), (3.0, 5.0), 0.4, (0.5, 1.5)),
    Room(("in a cave", "in a tunnel", "in a sewer"), (1.2, 2.2), 0.3, (0.8, 2.5)),
    Room(("in the distance", "far away", "heard from afar"), (0.8, 2.0), 0.15, (3.0, 8.0)),
)


def impulse_response(room: Room, rng: np.random.Generator) -> np.ndarray:
    """A direct sound, a few early reflections and noise that decays faster the higher it is (Moorer 1979). [n] at 16 kHz."""
    decay = rng.uniform(*room.decay)
    length = int(decay * SAMPLE_RATE)
    spectrum = np.fft.rfftfreq(1024, 1 / SAMPLE_RATE)
    octaves = np.log2(np.maximum(spectrum, 125.0) / 1000) / 3
    frames = -(-length // 256) + 4
    seconds = np.arange(frames) * 256 / SAMPLE_RATE
    decays = decay * room.damping**octaves
    envelope = 10 ** (-3 * seconds[:, None] / decays)
    noise = np.fft.rfft(rng.standard_normal((frames, 1024)) * np.hanning(1024))
    shaped = np.fft.irfft(noise * envelope) * np.hanning(1024)
    tail = np.zeros(frames * 256 + 1024)
    for index, frame in enumerate(shaped):
        tail[index * 256 : index * 256 + 1024] += frame
    tail = tail[512:][:length]
    tail *= np.minimum(1, np.arange(len(tail)) / (0.01 * SAMPLE_RATE))
    for delay in rng.integers(int(0.003 * SAMPLE_RATE), int(0.05 * SAMPLE_RATE), 6):
        if delay < len(tail):
            tail[delay] += rng.choice([-1, 1]) * 4 * np.std(tail[:800]) * rng.random()
    tail *= np.sqrt(rng.uniform(*room.wet)) / np.sqrt(np.square(tail).sum() + 1e-12)
    response = np.zeros(len(tail) + int(0.002 * SAMPLE_RATE))
    response[-len(tail) :] = tail
    response[0] += 1
    return response.astype("float32")


def convolve(wave: np.ndarray, response: np.ndarray) -> np.ndarray:
    n = len(wave) + len(response) - 1
    size = 1 << (n - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(response, size), size)[:n]
    loud = np.flatnonzero(np.abs(wet) > np.abs(wet).max() * 10 ** (TAIL_DB / 20))
    return wet[: loud[-1] + 1].astype("float32")


def fade_end(wave: np.ndarray, samples: int = 320) -> np.ndarray:
    n = min(samples, len(wave))
    return np.concatenate([wave[: len(wave) - n], wave[len(wave) - n :] * np.linspace(1, 0, n, dtype="float32")])


def in_sequence(first: np.ndarray, second: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    longest = int(LONGEST_PART * SAMPLE_RATE)
    gap = np.zeros(int(rng.uniform(0, 0.4) * SAMPLE_RATE), "float32")
    quieter = 10 ** (rng.uniform(-9, 0) / 20)
    gains = rng.permutation([1.0, quieter])
    return np.concatenate([fade_end(first[:longest]) * gains[0], gap, fade_end(second[:longest]) * gains[1]])


def together(front: np.ndarray, bed: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """`front` at some moment over `bed`, which is up to 15 dB quieter."""
    start = int(rng.integers(max(1, len(bed) - len(front) + 1)))
    out = np.zeros(max(len(bed), start + len(front)), "float32")
    out[: len(bed)] += bed * 10 ** (rng.uniform(-15, -3) / 20)
    out[start : start + len(front)] += front
    return out


def derive(features: Features, count: int, seed: int = 0) -> list[tuple[str, tuple[int, int], np.ndarray]]:
    """(caption, source rows, conditioned 16 kHz wave) of `count` derived sounds: 40 % sequences, 25 % mixtures, 35 % rooms."""
    rng = np.random.default_rng(seed)
    rows = features.rows("train", "AB")
    seconds = np.diff(features.offsets) / SAMPLE_RATE
    chance = features.chance(rows)
    long = (seconds[rows] > 2) & (seconds[rows] < 12)

    def say(row: int) -> str:
        sound = features.sounds[row]
        options = phrasings(sound.caption, limit=4)
        return str(options[rng.integers(len(options))])

    derived = []
    while len(derived) < count:
        kind, (a, b) = rng.random(), rng.choice(rows, 2, p=chance)
        if kind < 0.4:
            wave, caption = in_sequence(features.wave(a), features.wave(b), rng), rng.choice(SEQUENCES).format(a=say(a), b=say(b))
        elif kind < 0.65:
            b = int(rng.choice(rows[long]))
            bed = features.wave(b)[: 6 * SAMPLE_RATE]
            wave, caption = together(features.wave(a)[: 4 * SAMPLE_RATE], bed, rng), rng.choice(MIXTURES).format(a=say(a), b=say(b))
        else:
            room, b = ROOMS[rng.integers(len(ROOMS))], -1
            wave = convolve(features.wave(a)[: 3 * SAMPLE_RATE], impulse_response(room, rng))[: 8 * SAMPLE_RATE]
            caption = f"{say(a)} {rng.choice(room.words)}"
        derived.append((caption, (int(a), int(b)), audio.condition(wave, SAMPLE_RATE)))
    return derived


def sounds_of(captions: list[str]) -> list[manifest.Sound]:
    """Manifest rows for derived sounds, which stand in no file."""
    return [
        manifest.Sound(
            id=f"derived{i}", file="", source="derived", version="", path="", sha256="", seconds=0.0, licence="", author="",
            category="", confidence="A", group="derived", caption=caption, split="train",
        )
        for i, caption in enumerate(captions)
    ]  # fmt: skip


def load(folder: Path = DERIVED) -> Features:
    return Features(folder, sounds_of(json.loads((folder / "captions.json").read_text())))


def build(features: Features, out: Path = DERIVED, count: int = 6000, seed: int = 0) -> Features:
    out.mkdir(parents=True, exist_ok=True)
    derived = derive(features, count, seed)
    waves = [np.clip(np.round(wave * 32767), -32767, 32767).astype("int16") for _, _, wave in derived]
    np.save(out / "offsets.npy", np.cumsum([0, *map(len, waves)]))
    np.save(out / "waves.npy", np.concatenate(waves))
    np.save(out / "sources.npy", np.array([sources for _, sources, _ in derived], "int32"))
    np.save(out / "mels.npy", np.concatenate([audio.log_mel(torch.from_numpy(w)).numpy().astype("float16") for _, _, w in derived]))
    (out / "captions.json").write_text(json.dumps([caption for caption, _, _ in derived]))
    (out / "ids.json").write_text(json.dumps([f"derived{i}" for i in range(len(derived))]))
    return load(out)


if __name__ == "__main__":
    built = build(Features())
    print(f"{len(built)} derived sounds, {built.offsets[-1] / SAMPLE_RATE / 3600:.2f} hours")
