"""What the reference implementation of Stable Audio 3 makes of fixed inputs in a small configuration, part by part and whole takes, and
the templates of that configuration. Needs a checkout: templates/stable_audio_3_reference.py.
"""

import json
from pathlib import Path
from typing import Any

import torch
from templates import stable_audio_3, stable_audio_3_reference as reference
from templates.template import Part, write_templates
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor

from refoley_training.goldens.graphs import summary, wave

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


TEXTS = [
    "heavy wooden door slams", "  two spaces,\n\na line and  ümläut", "", "x " * 12, "塔 <bos> 🚪", "<pad>door",
]  # fmt: skip


def tokenizer() -> Tokenizer:
    """Gemma's kind: byte-pair merges within words, spaces as ▁, bytes for what has no token, no token at either end unless asked for."""
    specials = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    learned = Tokenizer(models.BPE(unk_token="<unk>"))
    learned.normalizer = normalizers.Replace(" ", "▁")
    learned.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    trainer = trainers.BpeTrainer(vocab_size=330, special_tokens=[*specials, *(f"<0x{byte:02X}>" for byte in range(256))], show_progress=False)
    learned.train_from_iterator(["a heavy wooden door slams, two heavy doors, a line of rain"], trainer)
    trained = json.loads(learned.to_str())["model"]
    made = Tokenizer(models.BPE(trained["vocab"], [tuple(pair) for pair in trained["merges"]], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    made.normalizer = learned.normalizer
    made.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    made.post_processor = processors.TemplateProcessing("<bos> $A", special_tokens=[("<bos>", 2)])
    made.add_special_tokens(specials)
    made.add_tokens([AddedToken(text, normalized=False) for text in ("\n", "\n\n")])
    return made


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

    reference.speak(model, text)
    takes = {name: {**request, "waveform": summary(reference.take(model, config, PROMPT, request, SEED))} for name, request in TAKES.items()}
    words = tokenizer()
    words.save(str(folder / "tokenizer.json"), pretty=False)
    tokens = [{"text": text, "ids": words.encode(text, add_special_tokens=False).ids} for text in TEXTS]
    golden = {"sampleRate": SAMPLE_RATE, "seed": SEED, "prompt": PROMPT, "parts": cases, "takes": takes, "tokens": tokens}
    (folder / "cases.json").write_text(json.dumps(golden, indent=1) + "\n")
