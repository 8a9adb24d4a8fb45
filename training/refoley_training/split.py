"""Split the corpus by group, after joining groups that share a near-duplicate recording.

Two sounds are near-duplicates when their frozen aiSFX embeddings and their log-mel shapes both agree; numbered
variants of one recording already share a group. Captions of confidence C never enter validation or test.
"""

import dataclasses
import re
from collections import defaultdict

import numpy as np

from refoley_training import manifest
from refoley_training.train.common import Features, SILENCE

SHAPE_FRAMES = 64
SHARE = 0.05  # of the sounds, for each of validation and test
LARGEST_HELD_GROUP = 60  # bigger groups always train
# Kinds left out of training, by words of their captions.
ZERO_SHOT = {
    "elephant": "elephants?", "frog": "frogs?|ribbit|toads?", "telephone": "telephones?|phones?", "coin": "coins?",
    "ricochet": "ricochet|ricochets|ricocheting", "goat": "goats?|goat's",
}  # fmt: skip


def shapes(features: Features) -> np.ndarray:
    """Unit vectors [n, 64 * 16] of the first 0.64 s of log-mel, bins averaged by four."""
    mels, offsets = features.array("mels"), features.mel_offsets
    out = np.empty((len(features), SHAPE_FRAMES * 16), "float32")
    for row in range(len(features)):
        mel = mels[offsets[row] : min(offsets[row + 1], offsets[row] + SHAPE_FRAMES)].astype("float32")
        mel = np.pad(mel, ((0, SHAPE_FRAMES - len(mel)), (0, 0)), constant_values=SILENCE)
        out[row] = mel.reshape(SHAPE_FRAMES, 16, 4).mean(2).ravel()
    out -= out.mean(axis=0)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def near_duplicates(features: Features, tower_limit: float = 0.985, shape_limit: float = 0.97) -> list[tuple[int, int]]:
    """Pairs of rows that hold (nearly) the same recording."""
    tower = features.array("tower").astype("float32")
    tower = tower - tower.mean(axis=0)
    tower /= np.linalg.norm(tower, axis=1, keepdims=True)
    shape = shapes(features)
    pairs = []
    for start in range(0, len(features), 1024):
        block = slice(start, start + 1024)
        close = (tower[block] @ tower.T > tower_limit) & (shape[block] @ shape.T > shape_limit)
        for i, j in np.argwhere(close):
            if start + i < j:
                pairs.append((int(start + i), int(j)))
    return pairs


def join_groups(groups: list[str], pairs: list[tuple[int, int]]) -> list[str]:
    """Union-find: every group touched by a pair gets the name of the joined group's first member."""
    parent: dict[str, str] = {group: group for group in groups}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for i, j in pairs:
        parent[root(groups[i])] = root(groups[j])
    return [root(group) for group in groups]


def assign(joined: list[str], confidences: list[str], seed: int = 20) -> list[str]:
    """Whole groups, in random order, to validation then test until each has its share; confidence C is left to train."""
    members: dict[str, list[int]] = defaultdict(list)
    for row, group in enumerate(joined):
        members[group].append(row)
    names = sorted(members)
    np.random.default_rng(seed).shuffle(names)
    splits, want = ["train"] * len(joined), SHARE * len(joined)
    for split in ("validation", "test"):
        count = 0
        for name in names:
            rows = [row for row in members[name] if confidences[row] != "C"]
            if count >= want:
                break
            if splits[members[name][0]] != "train" or not rows or len(members[name]) > LARGEST_HELD_GROUP:
                continue
            for row in members[name]:  # C rows of a held group are dropped altogether
                splits[row] = split if confidences[row] != "C" else "unused"
            count += len(rows)
    return splits


def drop_twins(sounds: list[manifest.Sound]) -> list[manifest.Sound]:
    """Where a held-out sound's very bytes also train, under another name or package, its whole group is used nowhere."""
    trained = {sound.sha256 for sound in sounds if sound.split == "train"}
    leaked = {sound.group for sound in sounds if sound.split != "train" and sound.sha256 in trained}
    return [
        dataclasses.replace(sound, split="unused") if sound.split != "train" and sound.group in leaked else sound for sound in sounds
    ]


def leave_out_kinds(sounds: list[manifest.Sound]) -> list[manifest.Sound]:
    """Whole kinds of sound go to the `zero-shot` split: the model never hears one, the library that it asks has them."""
    return [
        dataclasses.replace(sound, split="zero-shot") if sound.split != "unused" and kind_left_out(sound.caption) else sound
        for sound in sounds
    ]  # fmt: skip


def kind_left_out(caption: str) -> str | None:
    return next((kind for kind, words in ZERO_SHOT.items() if re.search(rf"\b({words})\b", caption)), None)


def main() -> None:
    features = Features()
    pairs = near_duplicates(features)
    joined = join_groups([sound.group for sound in features.sounds], pairs)
    splits = assign(joined, [sound.confidence for sound in features.sounds])
    split_of = {sound.id: (group, split) for sound, group, split in zip(features.sounds, joined, splits)}
    sounds = [
        dataclasses.replace(sound, split=split_of[sound.id][1]) if sound.id in split_of else dataclasses.replace(sound, split="unused")
        for sound in manifest.read()
    ]
    sounds = leave_out_kinds(drop_twins(sounds))
    manifest.write(sounds)
    np.save(features.folder / "duplicates.npy", np.array(pairs, dtype="int32").reshape(-1, 2))
    counts = {split: sum(s.split == split for s in sounds) for split in ("train", "validation", "test", "zero-shot", "unused")}
    print(f"{len(pairs)} near-duplicate pairs; {len(set(joined))} groups; {counts}")


if __name__ == "__main__":
    main()
