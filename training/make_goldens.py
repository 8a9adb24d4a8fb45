"""Write the fixtures that the TypeScript tests pin to: `python make_goldens.py [NAME ...]`, with the names of `FOLDERS`.

`clap`, `schedulers`, `checkpoints`, `pipelines` and `re_audioldm` need diffusers (`pip install -e '.[goldens]'`), `graphs` the trained checkpoints, `flow`
and `stable_audio_3` a checkout of github.com/Stability-AI/stable-audio-3 that STABLE_AUDIO_3 names, and einops.
"""

import sys
from importlib import import_module
from pathlib import Path

SRC = Path(__file__).resolve().parent.parent / "src"
FOLDERS = {
    "dsp": SRC / "core" / "dsp" / "goldens",
    "clap": SRC / "core" / "dsp" / "goldens",
    "schedulers": SRC / "core" / "diffusion" / "goldens",
    "flow": SRC / "core" / "diffusion" / "goldens",
    "graphs": SRC / "engine" / "onnx" / "goldens",
    "checkpoints": SRC / "engine" / "checkpoint" / "goldens",
    "pipelines": SRC / "engine" / "checkpoint" / "goldens",
    "re_audioldm": SRC / "engine" / "checkpoint" / "goldens" / "re-audioldm",
    "tokens": SRC / "engine" / "checkpoint" / "goldens",
    "stable_audio_3": SRC / "engine" / "checkpoint" / "goldens" / "stable-audio-3",
}

if __name__ == "__main__":
    for name in sys.argv[1:] or FOLDERS:
        import_module(f"refoley_training.goldens.{name}").write(FOLDERS[name])
