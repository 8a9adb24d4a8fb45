"""The manifest, the split, the reading of containers and the list of the starter library."""

import dataclasses
import hashlib
import io
import json
import struct
import zipfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import soundfile

from refoley_training import containers, corpus, debian, manifest, split, starter_library
from refoley_training.split import ZERO_SHOT, kind_left_out

SPLITS = {"train", "validation", "test", "zero-shot", "unused"}

# Every licence in the manifest, word for word. A new one is read by a person before it is added here.
ALLOWED_LICENCES = {
    "CC0", "public-domain", "Public domain", "WTFPL-2", "MIT", "BSD-2-clause", "BSD-3-clause",
    "CC-BY-3.0", "CC BY 2.0", "CC BY 3.0", "CC BY 4.0", "CC BY (version not stated)",
    "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC BY-SA 3.0", "CC BY-SA 4.0", "CC BY-SA (version not stated)",
    "GPL-2", "GPL-2+", "GPL-2+ (package-wide)", "GPL-3", "GPL-3+", "GPL-2 or GPL-3", "GPL-2 with exception (Battle Tanks)",
    "GPL-2+ or LGPL-2+ with StaticLinking exception", "GPL-3+ and DEC-license",
    "LGPL-2.1", "LGPL-2.1+", "LGPL-2.1 or MPL-1.1", "LGPL-3.0-or-later", "MPL-2.0",
    "Artistic-1.0", "Free-Art", "GFDL-1.3",
    "CC-BY-SA-3.0 / CC-BY-3.0 / GPL-2+ mix", "CC-BY-SA-2.0 / CC-BY-3.0 mix", "CC-BY-3.0 and CC0-1.0", "CC-BY-3.0 or GPL",
    "Expat or GPL-2 or GPL-3", "GPL-3 or CC-BY-3.0", "CC-BY-SA-3.0 or CC-BY-3.0", "CC-BY-SA-3.0 or GPL-3 or GPL-2",
    "Zlib or GPL-2 or CC-BY-3.0",
}  # fmt: skip

SOUND = manifest.Sound(
    id="fx1", file="audio/fx1.ogg", source="debian:game", version="1", path="usr/share/game/door.wav", sha256="", seconds=0.5,
    licence="CC0", author="", category="DOORS", confidence="A", group="game", caption="man's door closing, bright", split="train",
)  # fmt: skip


@pytest.fixture(scope="module")
def sounds() -> list[manifest.Sound]:
    return manifest.read()


def splits_of(sounds: list[manifest.Sound], field: str) -> dict[str, set[str]]:
    out: dict[str, set[str]] = defaultdict(set)
    for sound in sounds:
        if sound.split not in {"unused", "zero-shot"}:
            out[getattr(sound, field)].add(sound.split)
    return out


def test_manifest_is_well_formed(sounds: list[manifest.Sound]) -> None:
    assert len({sound.id for sound in sounds}) == len({sound.file for sound in sounds}) == len(sounds)
    packaged = [sound for sound in sounds if corpus.from_debian(sound)]
    assert len({corpus.built_name(sound) for sound in packaged}) == len(packaged)
    for sound in sounds:
        assert sound.split in SPLITS and sound.confidence in {"A", "B", "C"}, sound
        assert len(sound.sha256) == 64 and sound.seconds > 0 and sound.caption and sound.group, sound
        assert sound.source.split(":")[0] in {"debian", "git"}, sound
        assert ".." not in Path(sound.file).parts and not Path(sound.file).is_absolute(), sound


def test_licences_are_free(sounds: list[manifest.Sound]) -> None:
    licences = {sound.licence for sound in sounds}
    assert licences <= ALLOWED_LICENCES
    assert not any("NC" in licence.replace("-", " ").split() or "ommercial" in licence for licence in licences)


@pytest.mark.parametrize("field", ["group", "sha256"])
def test_nothing_is_in_two_splits(sounds: list[manifest.Sound], field: str) -> None:
    assert [key for key, splits in splits_of(sounds, field).items() if len(splits) > 1] == []


def test_kinds_left_out_are_nowhere_else(sounds: list[manifest.Sound]) -> None:
    left_out = [sound for sound in sounds if sound.split == "zero-shot"]
    assert {kind_left_out(sound.caption) for sound in left_out} == set(ZERO_SHOT) and len(ZERO_SHOT) >= 5
    elsewhere = [sound for sound in sounds if sound.split in {"train", "validation", "test"}]
    assert [sound.caption for sound in elsewhere if kind_left_out(sound.caption)] == []
    assert not {sound.sha256 for sound in left_out} & {sound.sha256 for sound in elsewhere}


def test_uncertain_captions_only_train(sounds: list[manifest.Sound]) -> None:
    assert {sound.split for sound in sounds if sound.confidence == "C"} <= {"train", "zero-shot", "unused"}


def test_join_groups_follows_chains_of_pairs() -> None:
    joined = split.join_groups(["a", "a", "b", "c", "d"], [(1, 2), (2, 3)])
    assert len(set(joined[:4])) == 1
    assert joined[4] == "d"


def test_assign_keeps_groups_together_and_uncertain_captions_out() -> None:
    groups = [f"g{row // 4}" for row in range(400)]
    confidences = ["C" if row % 4 == 3 else "A" for row in range(400)]
    splits = split.assign(groups, confidences)
    by_group = defaultdict(set)
    for group, confidence, name in zip(groups, confidences, splits):
        assert confidence != "C" or name in {"train", "unused"}
        if name != "unused":
            by_group[group].add(name)
    assert all(len(names) == 1 for names in by_group.values())
    assert splits.count("validation") >= split.SHARE * 400 and splits.count("test") >= split.SHARE * 400


def test_assign_leaves_large_groups_to_train() -> None:
    size = split.LARGEST_HELD_GROUP + 1
    assert set(split.assign(["large"] * size, ["A"] * size)) == {"train"}


def test_resolve_finds_both_layouts_and_prefers_the_first_folder(tmp_path: Path) -> None:
    rebuilt, packed = tmp_path / "rebuilt", tmp_path / "packed"
    (packed / "audio").mkdir(parents=True)
    rebuilt.mkdir()
    assert corpus.resolve(SOUND, [rebuilt, packed]) is None
    (packed / "audio" / "fx1.ogg").touch()
    assert corpus.resolve(SOUND, [rebuilt, packed]) == packed / "audio" / "fx1.ogg"
    (rebuilt / "fx1.wav").touch()
    assert corpus.resolve(SOUND, [rebuilt, packed]) == rebuilt / "fx1.wav"


def test_check_file_tells_length_hash_and_damage(tmp_path: Path) -> None:
    path = tmp_path / "fx1.wav"
    soundfile.write(path, np.zeros(8000, "float32"), 16_000)
    assert corpus.check_file(SOUND, path) == "found"
    assert corpus.check_file(dataclasses.replace(SOUND, seconds=1.0), path) == "wrong length"
    original = dataclasses.replace(SOUND, source="git:a/b", sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    assert corpus.check_file(original, path) == "found"
    assert corpus.check_file(dataclasses.replace(original, sha256="0" * 64), path) == "wrong hash"
    path.write_bytes(b"no sound")
    assert corpus.check_file(SOUND, path) == "does not decode"


def test_rebuild_writes_only_what_has_the_right_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(_: Path, root: Path) -> None:
        (root / "usr").mkdir(parents=True)
        (root / "usr" / "good.wav").write_bytes(b"good")
        (root / "usr" / "bad.wav").write_bytes(b"other")

    monkeypatch.setattr(debian, "download", lambda package, version, folder: folder)
    monkeypatch.setattr(debian, "unpack", unpack)
    wanted = [
        dataclasses.replace(SOUND, id=name, file=f"audio/{name}.ogg", path=f"usr/{name}.wav", sha256=hashlib.sha256(b"good").hexdigest())
        for name in ("good", "bad", "gone")
    ]
    outcomes = {sound.id: outcome for sound, outcome, _ in corpus.rebuild(wanted, tmp_path)}
    assert outcomes == {"good": "found", "bad": "wrong hash", "gone": "missing"}
    assert [path.name for path in tmp_path.iterdir()] == ["good.wav"]
    monkeypatch.setattr(debian, "unpack", None)  # what is there is not fetched again
    assert [outcome for _, outcome, _ in corpus.rebuild(wanted[:1], tmp_path)] == ["found"]


def test_reads_a_file_of_a_zip(tmp_path: Path) -> None:
    (tmp_path / "usr").mkdir()
    with zipfile.ZipFile(tmp_path / "usr" / "data.pk3", "w") as archive:
        archive.writestr("sound/door.wav", b"RIFF")
    assert debian.read(tmp_path, "__inside/data.pk3/sound/door.wav") == b"RIFF"
    with pytest.raises(debian.NotInPackage, match="sound/gone.wav"):
        debian.read(tmp_path, "__inside/data.pk3/sound/gone.wav")
    with pytest.raises(debian.NotInPackage, match="no archive other.pk3"):
        debian.read(tmp_path, "__inside/other.pk3/sound/door.wav")


def test_reads_a_sound_lump_of_a_wad() -> None:
    samples = bytes(range(100, 140))
    lump = struct.pack("<HHI", 3, 11_025, len(samples) + 32) + bytes(16) + samples + bytes(16)
    wad = struct.pack("<4sII", b"IWAD", 1, 12 + len(lump)) + lump + struct.pack("<II8s", 12, len(lump), b"DSDOPEN")
    read, rate = soundfile.read(io.BytesIO(containers.from_wad(wad, "dsdopen.wav")), dtype="int16")
    assert rate == 11_025
    assert (read // 256 + 128).tolist() == list(samples)
    with pytest.raises(KeyError):
        containers.from_wad(wad, "dsother.wav")


def test_starter_library_may_be_shipped(sounds: list[manifest.Sound]) -> None:
    library = starter_library.clips(sounds)  # raises for a sound that may not
    assert len(library) >= 250 and len({clip.sound.category for clip in library}) >= 60
    assert len({clip.file for clip in library}) == len({clip.sound.id for clip in library}) == len(library)
    held = {sound.sha256 for sound in sounds if sound.split in {"validation", "test"}}
    assert [clip.sound.id for clip in library if clip.sound.sha256 in held] == []
    assert set(starter_library.SPDX) <= ALLOWED_LICENCES


@pytest.mark.parametrize(
    "change", [{"split": "test"}, {"source": "git:a/b"}, {"source": "debian:pypi_a"}, {"licence": "CC-BY-NC-3.0"}, {"licence": "GFDL-1.3"}]
)
def test_starter_library_refuses(change: dict[str, str]) -> None:
    assert starter_library.why_not(SOUND) is None
    assert starter_library.why_not(dataclasses.replace(SOUND, **change)) is not None


def test_clips_are_named_after_their_captions() -> None:
    assert starter_library.slug("man's door closing, bright") == "mans-door-closing-bright"


def test_shorten_trims_fades_and_normalises() -> None:
    rate = 8000
    silence, tone = np.zeros(rate, "float32"), np.sin(np.arange(10 * rate)).astype("float32") * 0.1
    out = starter_library.shorten(np.concatenate([silence, tone]), rate)
    assert len(out) == starter_library.MAX_SECONDS * rate
    assert abs(np.abs(out).max() - starter_library.PEAK) < 1e-4 and abs(out[-1]) < 1e-6
    short = starter_library.shorten(np.concatenate([silence, tone[:800], silence]), rate)
    assert 800 <= len(short) <= 800 + 0.01 * rate + 1


def test_build_writes_the_library(tmp_path: Path) -> None:
    source, out = tmp_path / "sounds", tmp_path / "library"
    source.mkdir()
    soundfile.write(source / "fx1.wav", np.sin(np.arange(24_000)).astype("float32"), 48_000)
    clip = starter_library.Clip(SOUND, "mans-door-closing-bright-01.ogg", "DOORWood")
    assert starter_library.build([clip], [source], out) == sum(path.stat().st_size for path in out.iterdir())
    assert soundfile.info(out / clip.file).samplerate == 44_100
    row = 'mans-door-closing-bright-01.ogg,"man\'s door closing, bright",CC0-1.0,the game authors,debian:game,DOORWood\n'
    assert (out / "captions.csv").read_text() == "file,caption,licence,author,source,catId\n" + row
    assert clip.file in (out / "ATTRIBUTIONS.md").read_text()


def test_everyday_prompts_are_twenty_and_ask_for_something() -> None:
    prompts = json.loads((manifest.ROOT.parent / "resources" / "suites" / "everyday.json").read_text())["prompts"]
    assert len({entry["prompt"] for entry in prompts}) == 20
    for entry in prompts:
        assert entry["names"] and all(words and all(word == word.lower() for word in words) for words in entry["names"])
