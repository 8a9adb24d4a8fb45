"""docs/evaluation.md and its plots from results.json."""

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refoley_training import manifest

DOCS = manifest.ROOT.parent / "docs"
RESULTS = manifest.ROOT / "evaluation" / "results.json"  # kept in the repository: the report is made from it
LOSSES = manifest.ROOT / "evaluation" / "losses"
CURVES = {
    "vae": "VAE: L1 of the log-mel and KL; the last steps weigh KL more",
    "clap": "CLAP's heads",
    "clap_tower": "CLAP's audio tower",
    "audiomae": "AudioMAE-S",
    "unet": "UNet, on the plateau: held losses with no neighbours, the nearest three, and a stranger's three",
    "unet-release": "UNet, the release's falling rate",
    "unet-few": "UNet, taught four strides",
    "hifigan": "Vocoder",
}
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Section:
    title: str
    text: str


SECTIONS: dict[str, Section] = {
    "bounds": Section(
        "Floor and ceiling",
        "What the decoder alone costs; what playing back the nearest neighbour would score, and a sound chosen without the prompt.",
    ),
    "table-1": Section("Retrieval, in the form of the paper's table 1", "Test split, same prompts and noise in every row, one take of each caption by the guided sampler."),
    "candidates": Section(
        "The best of how many", "The few-step mode; the candidate is kept that is nearest to prompt and neighbours by CLAP, which the other measures do not use."
    ),
    "neighbours": Section("How many neighbours", "Audio and text of the k nearest captions, by the pack's defaults (the few-step mode, the best of four); so in all sections below unless they say otherwise."),
    "frequency": Section("Rare and frequent kinds", "Test captions by how many training sounds share their category."),
    "zero-shot": Section("Kinds that were left out of training", "The model never heard one; the library that it asks holds others."),
    "guidance": Section("The two guidance weights", "Validation split: the defaults were chosen here."),
    "steps": Section("Steps against quality", "Validation split."),
    "listening": Section(
        "A blind check",
        "A classifier of 30 categories, fitted to aiSFX embeddings of real training sounds, places 30 test captions' takes, four of each.",
    ),
    "modes": Section(
        "As it ships", "The checkpoint in torch (bf16), its graph in 32 bits, the graph in the pack (int8 weights), and that graph's few-step mode: the last row is what the app does unless told otherwise."
    ),
    "copying": Section("Does it copy?", "Cosine of centred aiSFX embeddings. 1 would be the same recording."),
    "clap": Section("The retriever itself", "CLAP on whole sounds of the test split."),
}

HEAD = """# Evaluation

Made by `python -m refoley_training.evaluate` from the training checkpoints; do not edit. Sounds are cut to 2.56 s.

- **FAD**: Frechet distance of aiSFX embeddings to those of the real sounds, with a 90 % bootstrap interval; lower is better.
- **KL**: divergence of class posteriors between the real sound and the take, mean over aiSFX's nine published heads; lower is better.
- **IS**: inception score from the same posteriors; higher is better.
- **CLAP**: cosine of caption and take in the pack's own CLAP (not independent of the generator); higher is better.
- **likeness**: cosine of centred aiSFX embeddings of the take and the real sound of its caption; higher is better.
- **same class**: share of heads and captions where take and real sound fall in one class; higher is better.
"""


def table(rows: Rows) -> str:
    """A Markdown table; FAD's interval goes into its cell."""
    names = [name for name in rows[0] if name not in ("FAD low", "FAD high")]
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(cell(row, name) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def cell(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if isinstance(value, str) or value is None:
        return value or ""
    if value != value:  # NaN: not measured
        return "-"
    if name == "FAD" and row.get("FAD low") == row.get("FAD low") and "FAD low" in row:
        return f"{value:.1f} ({row['FAD low']:.1f} to {row['FAD high']:.1f})"
    if float(value).is_integer() and name in ("n", "k", "steps"):
        return str(int(value))
    return f"{value:.1f}" if name == "FAD" else f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def plot_lines(rows: Rows, x: str, ys: list[str], path: Path, by: str | None = None) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(ys), figsize=(3.2 * len(ys), 2.6))
    groups = sorted({row[by] for row in rows}) if by else [None]
    for axis, y in zip(axes, ys):
        for group in groups:
            chosen = [row for row in rows if group is None or row[by] == group]
            axis.plot([row[x] for row in chosen], [row[y] for row in chosen], marker="o", label=str(group))
        axis.set(xlabel=x, title=y)
        if by:
            axis.legend(title=by, fontsize=7)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100)
    pyplot.close(figure)


def plot_losses(run: Path, path: Path) -> None:
    """A run's loss curves from its log.csv."""
    rows: Rows = []
    with run.open(newline="") as file:
        for row in csv.DictReader(file):
            rows.append({key: float(value) for key, value in row.items()})
    names = [name for name in rows[0] if name not in ("step", "seconds")]
    plot_lines(rows, "step", names, path)


PLOTS = {
    "candidates": ("candidates", ["FAD", "KL", "CLAP", "likeness"], "retrieval"),
    "neighbours": ("k", ["FAD", "KL", "CLAP", "likeness"], None),
    "guidance": ("library guidance", ["FAD", "KL", "CLAP", "likeness"], "guidance"),
    "steps": ("steps", ["FAD", "KL", "likeness"], "sampler"),
}


def keep_losses(runs: Path, kept: Path) -> None:
    """Copy the runs' logs to where they stay when checkpoints go."""
    kept.mkdir(parents=True, exist_ok=True)
    for run in CURVES:
        if (runs / run / "log.csv").exists():
            shutil.copyfile(runs / run / "log.csv", kept / f"{run}.csv")


def losses(docs: Path, kept: Path) -> str:
    """The section of the loss curves, drawn from the logs that were kept."""
    parts = ["## Loss curves\n"]
    for run, what in CURVES.items():
        if (kept / f"{run}.csv").exists():
            plot_losses(kept / f"{run}.csv", docs / "evaluation" / f"loss-{run}.png")
            parts.append(f"{what} ([log](../training/evaluation/losses/{run}.csv))\n\n![{run}](evaluation/loss-{run}.png)\n")
    return "\n".join(parts)


def write(results: dict[str, Any], docs: Path = DOCS) -> None:
    parts = [HEAD]
    for name, section in SECTIONS.items():
        if name not in results:
            continue
        result = results[name]
        captions = f"at most {result['captions']} captions" if result["captions"] else "the whole split"
        parts.append(f"## {section.title}\n\n{section.text} Checkpoint `{result['model']}`, {captions}. Command: `--suite {name}`.\n\n{table(result['rows'])}\n")
        if name in PLOTS:
            x, ys, by = PLOTS[name]
            plot_lines(result["rows"], x, ys, docs / "evaluation" / f"{name}.png", by)
            parts.append(f"![{section.title}](evaluation/{name}.png)\n")
    keep_losses(manifest.BUILD / "runs", LOSSES)
    parts.append(losses(docs, LOSSES))
    (docs / "evaluation.md").write_text("\n".join(parts))


if __name__ == "__main__":
    write(json.loads(RESULTS.read_text()))
