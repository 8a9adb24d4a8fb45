"""Write the fixtures that the TypeScript tests pin to. `python make_goldens.py [dsp] [clap] [schedulers] [graphs] [checkpoints] [pipelines]`.

`clap`, `schedulers`, `checkpoints` and `pipelines` need diffusers (`pip install -e '.[goldens]'`), `graphs` the trained checkpoints.
"""

import sys
from importlib import import_module
from pathlib import Path

SRC = Path(__file__).resolve().parent.parent / "src"
FOLDERS = {
    "dsp": SRC / "core" / "dsp" / "goldens",
    "clap": SRC / "core" / "dsp" / "goldens",
    "schedulers": SRC / "core" / "diffusion" / "goldens",
    "graphs": SRC / "engine" / "onnx" / "goldens",
    "checkpoints": SRC / "engine" / "checkpoint" / "goldens",
    "pipelines": SRC / "engine" / "checkpoint" / "goldens",
}

if __name__ == "__main__":
    for name in sys.argv[1:] or FOLDERS:
        import_module(f"refoley_training.goldens.{name}").write(FOLDERS[name])
