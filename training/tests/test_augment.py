"""Phrasings and derived sounds: same meaning, right lengths, training sounds only."""

import numpy as np

from refoley_training import augment, manifest
from refoley_training.augment import ROOMS, convolve, impulse_response, in_sequence, together
from refoley_training.phrasing import phrasings, present


def test_gerunds_become_present_tense():
    assert [present(w) for w in ("creaking", "dying", "slamming", "crying", "hissing", "striking")] == [
        "creaks", "dies", "slams", "cries", "hisses", "strikes",
    ]  # fmt: skip
    assert present("building") is None and present("swing") is None and present("door") is None


def test_phrasings_start_with_the_caption_and_never_repeat():
    said = phrasings("wooden door closing, very short", "DOORS-WOOD")
    assert said[0] == "wooden door closing, very short"
    assert len(set(said)) == len(said) > 4
    assert "wooden door closes" in said


def test_every_caption_of_the_corpus_has_another_phrasing():
    assert all(len(phrasings(sound.caption, sound.category)) > 1 for sound in manifest.read()[::40])


def test_a_sequence_holds_both_sounds_in_order():
    first, second = np.full(8000, 0.5, "float32"), np.full(4000, -0.5, "float32")
    wave = in_sequence(first, second, np.random.default_rng(0))
    assert (wave[:7000] > 0).all() and (wave[-3600:-400] < 0).all()
    assert 12_000 <= len(wave) <= 12_000 + 0.4 * 16_000


def test_a_sound_over_a_bed_is_the_louder_one():
    rng = np.random.default_rng(0)
    bed = 0.3 * rng.standard_normal(32_000).astype("float32")
    out = together(np.ones(1600, "float32"), bed, rng)
    assert len(out) == 32_000 and np.argmax(np.abs(np.convolve(out, np.ones(1600), "valid"))) >= 0
    assert np.abs(out).max() > 0.9


def test_rooms_ring_as_long_as_they_say():
    for room in ROOMS:
        rng = np.random.default_rng(1)
        response = impulse_response(room, rng)
        click = np.zeros(160, "float32")
        click[0] = 1
        wet = convolve(click, response)
        assert room.decay[0] * 16_000 * 0.3 < len(wet) <= room.decay[1] * 16_000 + 400
        early, late = np.square(wet[160 : len(wet) // 2]).sum(), np.square(wet[len(wet) // 2 :]).sum()
        assert late < 0.2 * early


def test_derived_sounds_have_no_licence_of_their_own_and_train_only():
    sounds = augment.sounds_of(["a, then b"])
    assert sounds[0].split == "train" and sounds[0].group == "derived"
