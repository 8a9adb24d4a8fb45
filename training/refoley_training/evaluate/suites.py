"""Every table and curve of docs/evaluation.md, each a function from the studio and the judge to rows of numbers."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from refoley_training.evaluate import metrics
from refoley_training.evaluate.judge import Heard, Judge
from refoley_training.evaluate.takes import GUIDED, Setting, Studio
from refoley_training.prepare import caption_embeddings
from refoley_training.split import kind_left_out
from refoley_training.train.clap import pooled
from refoley_training.train.clap_tower import sound_embeddings
from refoley_training.train.common import Features

Row = dict[str, float | str]
Key = TypeVar("Key", bound=Hashable)
NONE = Setting(retrieval="none")


@dataclass
class Bench:
    """One list of sounds, what they really sound like, and how to score takes of their captions against that."""

    studio: Studio
    judge: Judge
    rows: np.ndarray
    heard: dict[Setting, Heard] = field(default_factory=dict)

    @cached_property
    def text(self) -> np.ndarray:
        return caption_embeddings(self.studio.features).numpy()[self.rows]

    @cached_property
    def real(self) -> Heard:
        return self.judge.hear(self.studio.real(self.rows))

    def hear(self, setting: Setting) -> Heard:
        if setting not in self.heard:
            self.heard[setting] = self.judge.hear(self.studio.takes(setting, self.rows))
        return self.heard[setting]

    def score(self, made: Heard, interval: bool = True) -> Row:
        low, high = metrics.frechet_interval(self.real.embedding, made.embedding) if interval else (np.nan, np.nan)
        pairs = list(zip(self.real.posteriors, made.posteriors))
        return {
            "FAD": metrics.frechet(self.real.embedding, made.embedding),
            "FAD low": low,
            "FAD high": high,
            "KL": float(np.mean([metrics.divergence(real, take) for real, take in pairs])),
            "IS": float(np.mean([metrics.inception_score(take) for take in made.posteriors])),
            "CLAP": float(self.clap_scores(made).mean()),
            "likeness": float(self.likeness(made).mean()),
            "same class": float(np.mean([real.argmax(1) == take.argmax(1) for real, take in pairs])),
        }

    def with_and_without(self, chosen: np.ndarray | slice = slice(None)) -> Row:
        """CLAP score and likeness of some of the sounds: no retrieval, three neighbours, and the real sounds."""
        row: Row = {"n": len(self.rows[chosen])}
        for name, heard in {"none": self.hear(NONE), "k = 3": self.hear(Setting()), "real": self.real}.items():
            row[f"CLAP, {name}"] = float(self.clap_scores(heard)[chosen].mean())
            row[f"likeness, {name}"] = float(self.likeness(heard)[chosen].mean())
        return row

    def clap_scores(self, heard: Heard) -> np.ndarray:
        return (heard.clap * self.text).sum(1)

    def likeness(self, heard: Heard) -> np.ndarray:
        return (self.centred(heard) * self.centred(self.real)).sum(1)

    def centred(self, heard: Heard) -> np.ndarray:
        """aiSFX embeddings less what all real 16 kHz sounds here have in common, of unit length."""
        away = heard.embedding - self.real.embedding.mean(0)
        return away / np.linalg.norm(away, axis=1, keepdims=True)

    def shuffled(self) -> Heard:
        """Real sounds of other captions: what a generator that ignores its prompt could reach at best."""
        order = np.roll(np.arange(len(self.rows)), 1)
        return Heard(self.real.embedding[order], self.real.clap[order], [p[order] for p in self.real.posteriors])


def shuffled_rows(features: Features, split: str) -> np.ndarray:
    return np.random.default_rng(3).permutation(features.rows(split, "AB"))


def test_rows(studio: Studio, split: str = "test", limit: int | None = None) -> np.ndarray:
    return shuffled_rows(studio.features, split)[:limit]


def grouped(rows: np.ndarray, key: Callable[[int], Key]) -> dict[Key, list[int]]:
    groups: dict[Key, list[int]] = {}
    for row in rows:
        groups.setdefault(key(int(row)), []).append(int(row))
    return groups


def bounds(bench: Bench) -> list[Row]:
    studio, nearest = bench.studio, bench.studio.data.own.neighbours[bench.rows][:, 0]
    return [
        {"what": "reconstruction by VAE and vocoder (floor)", **bench.score(bench.judge.hear(studio.reconstruction(bench.rows)))},
        {"what": "the nearest neighbour, played back", **bench.score(bench.judge.hear(studio.real(nearest)))},
        {"what": "real sounds of other captions (ceiling)", **bench.score(bench.shuffled())},
    ]


def table_1(bench: Bench, baselines: dict[str, str]) -> list[Row]:
    """Retrieval by what is retrieved and how many. `baselines`: run name to what it is."""
    alone = replace(GUIDED, retrieval="none")
    rows: list[Row] = [{"what": what, "k": "-", **bench.score(bench.hear(replace(alone, model=run)))} for run, what in baselines.items()]
    rows.append({"what": "ours, no retrieval", "k": "0", **bench.score(bench.hear(alone))})
    for retrieval, what in (("audio", "ours, audio"), ("text", "ours, text"), ("both", "ours, audio + text")):
        for k in (3, 5, 10):
            rows.append({"what": what, "k": str(k), **bench.score(bench.hear(replace(GUIDED, retrieval=retrieval, k=k)))})
    return rows


def candidates_curve(bench: Bench) -> list[Row]:
    """The best of how many, with the library and without it."""
    return [
        {"retrieval": name, "candidates": count, **bench.score(bench.hear(replace(setting, candidates=count)))}
        for name, setting in (("none", NONE), ("k = 3", Setting()))
        for count in (1, 2, 4)
    ]


def neighbour_curve(bench: Bench) -> list[Row]:
    settings = [NONE, *(Setting(k=k) for k in (1, 3, 5, 10))]
    return [{"k": 0 if s.retrieval == "none" else s.k, **bench.score(bench.hear(s), interval=False)} for s in settings]


FREQUENCIES = (10, 30, 50, 100, 500)


def by_frequency(bench: Bench) -> list[Row]:
    """CLAP score and likeness by how many training sounds share the caption's category."""
    sounds = bench.studio.features.sounds
    trained = [sounds[row].category for row in bench.studio.features.rows("train", "AB")]
    count = np.array([trained.count(sounds[row].category) for row in bench.rows])
    rows: list[Row] = []
    lowest = 0
    for highest in FREQUENCIES:
        chosen = (count >= lowest) & (count < highest) if highest != FREQUENCIES[-1] else count >= lowest
        span = f"{lowest} to {count[chosen].max() if chosen.any() else highest}"
        rows.append({"training sounds of the category": span, **bench.with_and_without(chosen)})
        lowest = highest
    return rows


def zero_shot(studio: Studio, judge: Judge, seen: Bench) -> list[Row]:
    """Kinds of sound that no training sound has, with others of their kind in the library."""
    bench = Bench(studio, judge, test_rows(studio, "zero-shot"))
    kinds = np.array([kind_left_out(studio.features.sounds[row].caption) for row in bench.rows])
    rows: list[Row] = [{"kind": kind, **bench.with_and_without(kinds == kind)} for kind in sorted(set(kinds))]
    rows.append({"kind": "all left out", **bench.with_and_without()})
    return [*rows, {"kind": "seen (test split)", **seen.with_and_without()}]


def guidance_grid(bench: Bench, text=(1.0, 2.0, 3.0, 4.5, 6.0), library=(1.0, 2.0, 4.0, 6.0)) -> list[Row]:
    return [
        {"guidance": t, "library guidance": r, **bench.score(bench.hear(replace(GUIDED, guidance=t, library_guidance=r)), interval=False)}
        for t in text
        for r in library
    ]


def steps_curve(bench: Bench) -> list[Row]:
    return [
        {"sampler": sampler, "steps": steps, **bench.score(bench.hear(replace(GUIDED, sampler=sampler, steps=steps)), interval=False)}
        for sampler in ("ddim", "dpmpp")
        for steps in (5, 10, 15, 25, 50)
    ]


def modes(bench: Bench, storages: list[Setting]) -> list[Row]:
    """The same takes by what runs them: the checkpoint, graphs as stored, four strides instead of twenty steps."""
    return [{"UNet": Path(s.model).name, "sampler": s.sampler, "steps": s.steps, "candidates": s.candidates, **bench.score(bench.hear(s))} for s in storages]


CATEGORIES, EXAMPLES, TAKES = 30, 24, 4


def listening(studio: Studio, judge: Judge) -> list[Row]:
    """A blind check: does a take belong to the category that was asked for, one of 30?

    Posteriors are a logistic regression's on aiSFX's embedding, fitted to real training sounds. One test caption of each
    category, four takes of each.
    """
    sounds = studio.features.sounds
    trained = grouped(studio.features.rows("train", "AB"), lambda row: sounds[row].category)
    asked: dict[str, int] = {}
    for row in test_rows(studio):
        if len(trained.get(sounds[row].category, [])) >= EXAMPLES and len(asked) < CATEGORIES:
            asked.setdefault(sounds[row].category, int(row))
    known = np.array([row for category in asked for row in trained[category]])
    categories = [sounds[row].category for row in known]
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=1000))
    classifier.fit(judge.hear(studio.real(known)).embedding, categories)
    bench = Bench(studio, judge, np.repeat(list(asked.values()), TAKES))
    heard = {
        "real sounds": bench.real,
        "reconstruction by VAE and vocoder": judge.hear(studio.reconstruction(bench.rows)),
        "takes with k = 3": bench.hear(Setting()),
        "takes without retrieval": bench.hear(NONE),
    }
    truth = np.searchsorted(classifier.classes_, np.repeat(list(asked), TAKES))
    return [{"what": what, "n": len(truth), **_placed(classifier.predict_proba(h.embedding), truth)} for what, h in heard.items()]


def _placed(posterior: np.ndarray, truth: np.ndarray) -> Row:
    """How often the true category is first, and among the first five. posterior [n, categories], truth [n]."""
    own = posterior[np.arange(len(truth)), truth]
    rank = (posterior > own[:, None]).sum(1)
    return {"asked category first": float((rank == 0).mean()), "among the first five": float((rank < 5).mean()), "its posterior": float(own.mean())}


def copying(bench: Bench) -> list[Row]:
    """Is a take nearer to a neighbour that it used than real variants of one sound are to each other?"""
    studio, sounds = bench.studio, bench.studio.features.sounds
    near = studio.data.own.neighbours[bench.rows][:, :3]
    known = Bench(studio, bench.judge, np.unique(near))
    place = {row: i for i, row in enumerate(known.rows)}
    neighbours = bench.centred(known.real)[np.vectorize(place.get)(near)]

    def nearest(heard: Heard) -> np.ndarray:
        return np.einsum("nd,nkd->nk", bench.centred(heard), neighbours).max(1)

    variants = grouped(studio.features.rows("train", "A"), lambda row: (sounds[row].caption, sounds[row].group))
    pairs = np.array([rows[:2] for rows in variants.values() if len(rows) > 1][:300])
    first, second = (bench.centred(bench.judge.hear(studio.real(side))) for side in pairs.T)
    found = {
        "take with k = 3 to its nearest neighbour": nearest(bench.hear(Setting())),
        "take without retrieval to the same neighbours": nearest(bench.hear(NONE)),
        "the real sound to the same neighbours": nearest(bench.real),
        "two real variants of one sound": (first * second).sum(1),
    }
    return [
        {"what": what, "mean": float(s.mean()), "90 %": float(np.quantile(s, 0.9)), "99 %": float(np.quantile(s, 0.99)), "largest": float(s.max())}
        for what, s in found.items()
    ]


def clap_quality(studio: Studio, judge: Judge) -> list[Row]:
    """Whole sounds of the test split: text to audio, category by its name, audio to audio."""
    features = studio.features
    rows = features.rows("test", "AB")
    captions = np.array([features.sounds[row].caption for row in rows])
    categories = np.array([features.sounds[row].category for row in rows])
    text = caption_embeddings(features).numpy()[rows]
    sounds = sound_embeddings(features, rows, studio.root).numpy()
    first = np.unique(captions, return_index=True)[1]
    similarity, relevant = text[first] @ sounds.T, captions[first][:, None] == captions[None]
    names = np.unique([sound.category for sound in features.sounds])
    named = category_embeddings(judge, list(names))
    guess = np.argsort(-(sounds @ named.T), axis=1)
    right = names[guess] == categories[:, None]
    alike = sounds @ sounds.T - 2 * np.eye(len(rows))
    same_caption = (captions[:, None] == captions[None]) & ~np.eye(len(rows), dtype=bool)
    same_category = (categories[:, None] == categories[None]) & ~np.eye(len(rows), dtype=bool)
    return [
        {"what": f"caption to sound ({len(first)} captions, {len(rows)} sounds)", "R@1": metrics.recall(similarity, relevant, 1),
         "R@10": metrics.recall(similarity, relevant, 10), "mAP": metrics.mean_average_precision(similarity, relevant)},
        {"what": f"sound to category by name ({len(names)} categories)", "R@1": float(right[:, 0].mean()),
         "R@10": float(right[:, :10].any(1).mean()), "mAP": float("nan")},
        {"what": "sound to sound, same caption", "R@1": metrics.recall(alike, same_caption, 1),
         "R@10": metrics.recall(alike, same_caption, 10), "mAP": metrics.mean_average_precision(alike, same_caption)},
        {"what": "sound to sound, same category", "R@1": metrics.recall(alike, same_category, 1),
         "R@10": metrics.recall(alike, same_category, 10), "mAP": metrics.mean_average_precision(alike, same_category)},
    ]  # fmt: skip


@torch.no_grad()
def category_embeddings(judge: Judge, names: list[str]) -> np.ndarray:
    spoken = [f"sound of {name.replace('-', ' ').lower()}" for name in names]
    return judge.clap.text.head(pooled(spoken)).numpy()
