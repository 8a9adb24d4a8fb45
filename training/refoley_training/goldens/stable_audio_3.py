"""What the reference implementation of Stable Audio 3 makes of fixed inputs in a small configuration, part by part and whole takes, and
the templates of that configuration. Needs a checkout: templates/stable_audio_3_reference.py.
"""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from templates import stable_audio_3, stable_audio_3_reference as reference
from templates.template import Part, write_templates
from torch import Tensor, nn

from refoley_training.goldens.graphs import summary, wave
from refoley_training.noise import gaussian_noise

# Low, so that the six seconds of room after each take are few frames.
SAMPLE_RATE = 320
SEED = 5
PROMPT, NEGATIVE = [7, 31, 90, 4, 55], [12, 80]

TAKES: dict[str, dict[str, Any]] = {
    "ping-pong": {"seconds": 1.5, "steps": 8, "sampler": "pingpong"},
    "euler, away from other words": {"seconds": 1, "steps": 6, "sampler": "euler", "guidance": 4, "negative": NEGATIVE},
    "dpmpp, away from no words, hardly projected": {"seconds": 2, "steps": 5, "sampler": "dpmpp", "guidance": 20, "projected": 0.2},
    "from a sound": {"seconds": 1.5, "steps": 4, "sampler": "pingpong", "start": 0.6},
    "into a sound": {"seconds": 2, "steps": 4, "sampler": "pingpong", "parts": [[0.4, 0.9], [1.5, 1.7]]},
}


class Prompt(nn.Module):
    """A text encoder whose prompts are written as the numbers of their tokens."""

    def __init__(self, conditioner: nn.Module, text: nn.Module):
        super().__init__()
        self.__dict__ |= {"text": text, "apply_padding": conditioner.apply_padding}
        self.padding_embedding = conditioner.padding_embedding

    def forward(self, prompts: list[str], device: str) -> tuple[Tensor, Tensor]:
        ids = torch.zeros(len(prompts), stable_audio_3.TOKENS, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, prompt in enumerate(prompts):
            tokens = [int(word) for word in prompt.split()]
            ids[row, : len(tokens)], mask[row, : len(tokens)] = torch.tensor(tokens), 1
        return self.apply_padding(self.text(input_ids=ids, attention_mask=mask).last_hidden_state, mask), mask.bool()


def sound(seconds: float) -> Tensor:
    return wave((2, int(seconds * SAMPLE_RATE)), 0.5, 0.0)


def take(model: nn.Module, config: dict[str, Any], request: dict[str, Any]) -> Tensor:
    """Waveform [1, channels, samples]. Noise comes from numbered seeds, the first for the start and one more for each step."""
    from stable_audio_3.model import StableAudioModel  # type: ignore[import-not-found]

    seeds = iter(range(SEED, SEED + 100))

    def noise(shape: Any, **_: Any) -> Tensor:
        shape = tuple(shape)
        return torch.from_numpy(gaussian_noise(next(seeds), int(torch.tensor(shape).prod()))).reshape(shape)

    starts, ends = zip(*request.get("parts", [(None, None)]))
    words = [" ".join(map(str, tokens)) for tokens in (PROMPT, request.get("negative", []))]
    with patch("torch.randn", noise), patch("torch.randn_like", lambda x: noise(x.shape)):
        return StableAudioModel(model, config, "cpu", False).generate(
            prompt=words[0], negative_prompt=words[1] if "negative" in request else None, duration=request["seconds"],
            steps=request["steps"], sampler_type=request["sampler"], cfg_scale=request.get("guidance", 1.0),
            apg_scale=request.get("projected", 1.0), seed=SEED,
            init_audio=(SAMPLE_RATE, sound(1.2)) if "start" in request else None, init_noise_level=request.get("start", 1.0),
            inpaint_audio=(SAMPLE_RATE, sound(2.5)) if "parts" in request else None,
            inpaint_mask_start_seconds=list(starts) if "parts" in request else None,
            inpaint_mask_end_seconds=list(ends) if "parts" in request else None,
        )  # fmt: skip


def inputs_of(*parts: Part, lengthened: dict[str, int]) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Recipes and values, other lengths than were traced; those that one part takes of the other are left out."""
    scales = {
        "input_ids": (48.0, 50.0), "attention_mask": (0.5, 0.5), "valid": (0.5, 0.5), "length": (0.0, 0.02), "timestep": (0.0, 0.7),
        "shown": (0.0, 1.0),
    }  # fmt: skip
    made = {name for part in parts for name in part.outputs}
    recipes, values = {}, {}
    for part in parts:
        for name, value in part.inputs.items():
            if name in made:
                continue
            dims = [1, *value.shape[1:]]
            for axis, length in part.axes[name].items():
                dims[axis] = lengthened.get(length, dims[axis])
            scale, offset = scales.get(name, (0.5, 0.0))
            whole = not value.is_floating_point()
            recipes[name] = {"dims": dims, "scale": scale, "offset": offset, "type": "int64" if whole else "float32"}
            values[name] = wave(tuple(dims), scale, offset).round().long() if whole else wave(tuple(dims), scale, offset)
    return recipes, values


@torch.no_grad()
def write(folder: Path) -> None:
    templates = {template.part: template for template in stable_audio_3.small()}
    write_templates(folder, [*templates.values()])
    parts = {name: template.build(template.config) for name, template in templates.items()}
    config = {"sample_rate": SAMPLE_RATE, "model": templates["dit"].config["model"] | templates["autoencoderDecoder"].config["model"]}
    model, text = reference.model(config), stable_audio_3.t5gemma(templates["textEncoder"].config["encoder"]).eval()
    reference.fill(model)
    reference.fill(text, "model.")
    same = model.pretransform.model
    calls = {
        "textEncoder": (["textEncoder"], {"length": 9}, lambda x: text(**x).last_hidden_state),
        "transformer": (["conditioner", "dit"], {"frames": 34, "local_frames": 34}, lambda x: reference.velocity(model, x)),
        "autoencoderEncoder": (["autoencoderEncoder"], {"samples": 320}, lambda x: same.encode(x["waveform"])),
        "autoencoderDecoder": (["autoencoderDecoder"], {"frames": 10}, lambda x: same.decode(x["latent"])),
    }
    cases: dict[str, Any] = {}
    for case, (names, lengths, call) in calls.items():
        recipes, values = inputs_of(*(parts[name] for name in names), lengthened=lengths)
        cases[case] = {"parts": names, "inputs": recipes, "outputs": {parts[names[-1]].outputs[0]: summary(call(values))}}

    model.conditioner.conditioners["prompt"] = Prompt(model.conditioner.conditioners["prompt"], text)
    takes = {name: {**request, "waveform": summary(take(model, config, request))} for name, request in TAKES.items()}
    golden = {"sampleRate": SAMPLE_RATE, "seed": SEED, "prompt": PROMPT, "parts": cases, "takes": takes}
    (folder / "cases.json").write_text(json.dumps(golden, indent=1) + "\n")
