"""Export the baseline that was trained on without neighbours (run `unet-alone`) as a pack: the starter pack with its UNet.

  python -m refoley_training.export_alone --out FOLDER/packs/alone

The app mixes neighbours into the prompt of such a pack; bench/training-free.ts measures what that does.
"""

import argparse
import json
import shutil
from pathlib import Path

from refoley_training.export import PACK, export_part
from refoley_training.models.unet import UNet
from refoley_training.train.common import RUNS, load_weights

RUN = "unet-alone"


def export(folder: Path, run: str = RUN, root: Path = RUNS) -> None:
    """A pack named after its folder. What is not the UNet's own, and needs no neighbours, stays the starter pack's."""
    shutil.copytree(PACK, folder, dirs_exist_ok=True)
    data = json.loads((PACK / "manifest.json").read_text())
    data |= {"name": folder.name, "description": "The starter pack, its UNet trained on without neighbours: a baseline"}
    data["graphs"]["unet"] = export_part("unet", load_weights(UNet(), run, root=root), folder)
    data["conditioning"]["attendsNeighbours"] = False
    # It was the released UNet that was taught to do with few steps.
    del data["distilled"]
    data["defaults"] |= {"libraryGuidance": 0, "candidates": 1}
    (folder / "manifest.json").write_text(json.dumps(data, indent=2) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="a folder with the name that the pack is to have")
    export(parser.parse_args().out)
