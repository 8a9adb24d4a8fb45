"""What the evaluation's sampler makes with the small Re-AudioLDM of checkpoints.py and two neighbours: every stage of a take."""

import json
from pathlib import Path

from transformers import PreTrainedTokenizerFast

from refoley_training.goldens.graphs import summary
from refoley_training.goldens.pipelines import filled, roberta, t5_tokenizer
from refoley_training.realdm import reference
from refoley_training.realdm.config import TEXT_TOKENS
from refoley_training.realdm.encoders import T5, Clap, Codec
from refoley_training.realdm.templates import small

# 64 log-mel frames.
SECONDS = 0.64


def write(folder: Path) -> None:
    models = filled(small())
    clap = Clap(roberta(folder, PreTrainedTokenizerFast), models["clapText"])
    words = T5(t5_tokenizer(folder / "tokenizer_2.json", TEXT_TOKENS), models["textEncoder"])
    made = reference.take(models["unet"], Codec(models["vae"], models["vocoder"]), clap, words, models["audioMae"], SECONDS)
    stages = {name: summary(value) for name, value in made.items()}
    (folder / "take.json").write_text(json.dumps({"settings": reference.settings(SECONDS), "stages": stages}, indent=1) + "\n")
