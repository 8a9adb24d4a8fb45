"""Write the fixtures that the TypeScript tests pin to. `python make_goldens.py [dsp] [schedulers] [graphs]`."""

import sys
from pathlib import Path

from refoley_training.goldens import dsp, graphs, schedulers

SRC = Path(__file__).resolve().parent.parent / "src"
WRITERS = {
    "dsp": lambda: dsp.write(SRC / "core" / "dsp" / "goldens"),
    "schedulers": lambda: schedulers.write(SRC / "core" / "diffusion" / "goldens"),
    "graphs": lambda: graphs.write(SRC / "engine" / "onnx" / "goldens"),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or WRITERS:
        WRITERS[name]()
