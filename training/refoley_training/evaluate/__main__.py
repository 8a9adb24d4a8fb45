"""Run the suites (all, or those named) and write docs/evaluation.md and its plots.

  python -m refoley_training.evaluate                       everything
  python -m refoley_training.evaluate --suite table-1 ...   some; sections of the others keep their last figures
  python -m refoley_training.evaluate --limit 64            on the first 64 captions of the (shuffled) split

Takes are kept under build/evaluation by setting and checkpoint, so a run that was stopped goes on where it was.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from refoley_training.evaluate import report, suites
from refoley_training.evaluate.judge import Judge
from refoley_training.evaluate.suites import Bench, Row
from refoley_training.evaluate.takes import GUIDED, SHIPPED, Setting, Studio
from refoley_training.export import PACK, to_onnx
from refoley_training.train.common import Features, has_run
from refoley_training.train.distill import has_few_steps


def plan(studio: Studio, judge: Judge, limit: int | None, tuning_limit: int) -> dict[str, Callable[[], list[Row]]]:
    """Suite name to how its rows are made. Everything is reported on the test split but what chooses a setting."""
    test = Bench(studio, judge, suites.test_rows(studio, "test", limit))
    tuning = Bench(studio, judge, suites.test_rows(studio, "validation", tuning_limit))
    baselines = {
        run: what
        for run, what in (("unet-alone", "trained without retrieval"), ("unet-mixup", "trained without retrieval, with mixup"))
        if has_run(run, studio.root)
    }
    return {
        "clap": lambda: suites.clap_quality(studio, judge),
        "bounds": lambda: suites.bounds(test),
        "table-1": lambda: suites.table_1(test, baselines),
        "candidates": lambda: suites.candidates_curve(test),
        "neighbours": lambda: suites.neighbour_curve(test),
        "frequency": lambda: suites.by_frequency(test),
        "zero-shot": lambda: suites.zero_shot(studio, judge, test),
        "copying": lambda: suites.copying(test),
        "listening": lambda: suites.listening(studio, judge),
        "modes": lambda: suites.modes(test, modes(studio)),
        "guidance": lambda: suites.guidance_grid(tuning),
        "steps": lambda: suites.steps_curve(tuning),
    }


def modes(studio: Studio) -> list[Setting]:
    """What can run the shipped UNet: torch, its graph at full precision, the graph that ships, its few-step mode if it has one."""
    exact = studio.cache / f"unet-{studio.version(SHIPPED)}.onnx"
    if not exact.exists():
        to_onnx("unet", studio.unet(SHIPPED), exact)
    shipped = str(PACK / "unet.onnx")
    guided = [replace(GUIDED, model=model) for model in (SHIPPED, str(exact), shipped)]
    few = [Setting(model=shipped, candidates=1), Setting(model=shipped)] if has_few_steps(studio.root) else []
    return [*guided, *few]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", action="append", choices=report.SECTIONS, help="repeatable; all unless given")
    parser.add_argument("--limit", type=int, help="captions of the test split")
    parser.add_argument("--tuning-limit", type=int, default=96, help="captions of the validation split for grids")
    parser.add_argument("--results", type=Path, default=report.RESULTS)
    arguments = parser.parse_args()
    studio = Studio(Features(), Judge())
    suites_of = plan(studio, studio.judge, arguments.limit, arguments.tuning_limit)
    results = json.loads(arguments.results.read_text()) if arguments.results.exists() else {}
    for name in arguments.suite or suites_of:
        started = time.monotonic()
        results[name] = {"captions": arguments.limit, "model": studio.version(SHIPPED), "rows": suites_of[name]()}
        arguments.results.parent.mkdir(parents=True, exist_ok=True)
        arguments.results.write_text(json.dumps(results, indent=1) + "\n")
        print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    if arguments.results == report.RESULTS:
        report.write(results)


if __name__ == "__main__":
    main()
