"""Retrieval in training: the paper's rules about who may be whose neighbour, on a handful of made-up sounds."""

import dataclasses
import json

import numpy as np
import pytest

from refoley_training import augment, prepare
from refoley_training.train.common import Features


@pytest.fixture
def features(tmp_path):
    """Six training sounds (0 and 1 the same recording), one of validation, two of a kind left out."""
    splits = ["train"] * 6 + ["validation", "zero-shot", "zero-shot"]
    sounds = [dataclasses.replace(s, split=split) for s, split in zip(augment.sounds_of(["x"] * len(splits)), splits)]
    embeddings = np.random.default_rng(0).standard_normal((len(sounds), 512)).astype("float32")
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    embeddings[6], embeddings[8] = embeddings[2], embeddings[7]  # the same caption
    arrays = {
        "waves": np.zeros(16_000 * len(sounds), "int16"), "offsets": np.arange(len(sounds) + 1) * 16_000, "prompts": embeddings,
        "prompt_offsets": np.arange(len(sounds) + 1), "duplicates": np.array([[0, 1]], "int32"),
    }  # fmt: skip
    for name, array in arrays.items():
        np.save(tmp_path / f"{name}.npy", array)
    (tmp_path / "ids.json").write_text(json.dumps([sound.id for sound in sounds]))
    return Features(tmp_path, sounds)


def test_neighbours_come_from_training_and_are_never_the_sound_itself(features):
    prepare.write_neighbours(features, candidates=4)
    neighbours = features.array("neighbours")
    for row in range(7):
        assert set(neighbours[row]) <= set(range(6)) - {row}
    assert 1 not in neighbours[0] and 0 not in neighbours[1]  # nor its near-duplicate
    assert neighbours[6][0] == 2


def test_a_kind_left_out_is_found_in_the_library_by_its_own_kind_only(features):
    prepare.write_neighbours(features, candidates=4)
    neighbours = features.array("neighbours")
    assert neighbours[7][0] == 8 and neighbours[8][0] == 7
    assert not {7, 8} & set(neighbours[:7].ravel())


def test_a_derived_sound_is_led_by_the_neighbours_of_its_sources_never_by_them(features, tmp_path):
    prepare.write_neighbours(features, candidates=4)
    folder = tmp_path / "derived"
    folder.mkdir()
    np.save(folder / "sources.npy", np.array([[0, 3], [4, -1]], "int32"))
    np.save(folder / "waves.npy", np.zeros(32_000, "int16"))
    np.save(folder / "offsets.npy", np.array([0, 16_000, 32_000]))
    (folder / "ids.json").write_text(json.dumps(["derived0", "derived1"]))
    derived = Features(folder, augment.sounds_of(["a, then b", "a in a cave"]))
    prepare.write_derived_neighbours(features, derived)
    first, second = derived.array("neighbours")
    assert not {0, 1, 3} & set(first)  # 1 is a near-duplicate of 0
    assert 4 not in second
