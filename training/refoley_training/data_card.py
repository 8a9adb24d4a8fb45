"""Write docs/data-card.md from the manifest: where every training sound comes from, under which terms, in which split."""

import argparse
from collections import Counter, defaultdict
from pathlib import Path

from refoley_training import augment, manifest
from refoley_training.manifest import Sound
from refoley_training.split import ZERO_SHOT, kind_left_out

HEAD = """# Data card: the training corpus

Made by `python -m refoley_training.data_card` from `training/corpus/manifest.tsv.gz`; do not edit. The manifest names every
sound with its source, version, path, SHA-256, licence, author, category, caption and split.

**What it is.** {count} captioned sound effects, {hours:.1f} hours, from free games and desktops: {debian} from Debian packages,
{other} from public git repositories and packages. Median {median:.2f} s, the longest 20 s. Weapons, impacts, footsteps,
doors, creatures, animals, water, fire, machines and explosions are strong; cloth, paper, hand props, kitchen, phones, rain and
room tones are thin. Voices are shouts, grunts and screams of game characters; there is no speech to recognise.

**Captions** were written from file names, folders, credits and knowledge of the games, then checked against spectrograms on
samples: about nine in ten name the right source. Confidence falls from A to C; C is used for the decoders only, never for the
generator or for evaluation. In training each sound is also asked for in other words (`phrasing.py`: present tense,
synonyms, keyword lists, category), {phrasings:.1f} ways on average, drawn at random.

**Derived sounds.** A quarter of the generator's samples are made from training sounds (`augment.py`): one after another, one
over another, and in {rooms} kinds of room, each with the caption to match. They are targets only, never neighbours.

**Split** by group (a package, or the numbered variants of one recording), after joining groups that share a near-duplicate
(aiSFX and mel shape) or a byte-identical file; what still had a twin in training is used nowhere. `tests/test_corpus.py`
checks it. A sound is never its own neighbour, nor is its near-duplicate; neighbours come from the training split alone.
Two versions of it, at another speed, pitch and tone (`variants.py`), may be: they teach to make variations of what a library holds.
Kinds left out of training altogether ({kinds}) form the zero-shot split.

**Terms.** Everything allows redistribution and change; nothing is non-commercial. Part of it is share-alike, so the weights are
under CC-BY-SA 4.0. The sounds themselves are not in this repository except those of the starter library
(`resources/library/ATTRIBUTIONS.md`).
"""


def table(title: str, names: list[str], rows: list[list[object]]) -> str:
    lines = [f"## {title}\n", "| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    return "\n".join([*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)]) + "\n"


def card(sounds: list[Sound], phrasings_each: float) -> str:
    splits = Counter(sound.split for sound in sounds)
    by_source: dict[str, list[Sound]] = defaultdict(list)
    for sound in sounds:
        by_source[sound.source].append(sound)
    lengths = sorted(sound.seconds for sound in sounds)
    head = HEAD.format(
        count=len(sounds), hours=sum(lengths) / 3600, median=lengths[len(lengths) // 2], phrasings=phrasings_each,
        debian=sum(sound.source.startswith("debian:") for sound in sounds),
        other=sum(not sound.source.startswith("debian:") for sound in sounds),
        rooms=len(augment.ROOMS), kinds=", ".join(ZERO_SHOT),
    )  # fmt: skip
    left_out = Counter(kind_left_out(sound.caption) for sound in sounds if sound.split == "zero-shot")
    categories = Counter(sound.category.split("-")[0] for sound in sounds)
    sources = [
        [name, members[0].version[:16], len(members), ", ".join(sorted({s.licence for s in members}))]
        for name, members in sorted(by_source.items(), key=lambda item: -len(item[1]))
    ]
    return "\n".join([
        head,
        table("Splits", ["split", "sounds"], [[name, n] for name, n in splits.most_common()]),
        table("Zero-shot kinds", ["kind", "sounds"], [[name, n] for name, n in left_out.most_common()]),
        table("Licences", ["licence", "sounds"], [[name, n] for name, n in Counter(s.licence for s in sounds).most_common()]),
        table("Categories", ["category", "sounds"], [[name, n] for name, n in categories.most_common()]),
        table("Sources", ["source", "version", "sounds", "licences"], sources),
    ])  # fmt: skip


def main() -> None:
    from refoley_training.phrasing import phrasings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=manifest.ROOT.parent / "docs" / "data-card.md")
    sounds = manifest.read()
    each = sum(len(phrasings(sound.caption, sound.category)) for sound in sounds) / len(sounds)
    parser.parse_args().out.write_text(card(sounds, each), encoding="utf-8")


if __name__ == "__main__":
    main()
