"""Folders as the authors of Tango and AudioGen publish them, of small stand-ins, laid out as the app takes them: the same outputs."""

import json
import os
import pickle
import re
from pathlib import Path

import pytest
import torch
import yaml
from diffusers import AutoencoderKL, UNet2DConditionModel
from refoley_training.published import audiogen, tango
from safetensors.torch import save_file
from templates import audiogen as graphs
from templates import audioldm, t5
from templates import tango as tango_graphs
from templates.folder import randomise
from transformers import MusicgenForConditionalGeneration, SpeechT5HifiGan, SpeechT5HifiGanConfig, T5Config, T5EncoderModel

WORDS = {**t5.SIZES["flan-large"], **t5.SMALL}
UNET = {**tango_graphs.unet_config((32, 64), (2, 4), 32), "layers_per_block": 1}
DDCONFIG = {"in_channels": 1, "out_ch": 1, "ch": 32, "ch_mult": [1, 2, 2], "z_channels": 8, "num_res_blocks": 2}
# Latent diffusion's names of what diffusers names otherwise.
LATENT_DIFFUSION = {
    r"_blocks\.(\d)\.resnets\.(\d)": r".\1.block.\2", r"down\.(\d)\.downsamplers\.0": r"down.\1.downsample", "up_blocks": "up",
    r"mid_block\.resnets\.0": "mid.block_1", r"mid_block\.resnets\.1": "mid.block_2", r"mid_block\.attentions\.0": "mid.attn_1",
    r"down_blocks\.(\d)\.downsamplers\.0": r"down.\1.downsample", r"conv_norm_out": "norm_out", "conv_shortcut": "nin_shortcut",
    r"attn_1\.group_norm": "attn_1.norm", r"attn_1\.to_q": "attn_1.q", r"attn_1\.to_k": "attn_1.k", r"attn_1\.to_v": "attn_1.v",
    r"attn_1\.to_out\.0": "attn_1.proj_out",
}  # fmt: skip


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A T5 as transformers publishes it."""
    folder = tmp_path / "t5"
    folder.mkdir()
    model = T5EncoderModel(T5Config(**WORDS))
    randomise(model)
    weights = {name: value.clone() for name, value in model.state_dict().items() if "embed_tokens" not in name}
    save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(WORDS))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_text("{}")
    return folder


def in_latent_diffusion(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    named = {}
    for name, value in weights.items():
        # The levels of the decoder are counted from the other end, and one upsamples where diffusers has a list of them.
        name = re.sub(r"up_blocks\.(\d)\.", lambda found: f"up_blocks.{2 - int(found[1])}.", name)
        name = re.sub(r"up_blocks\.(\d)\.upsamplers\.0", r"up.\1.upsample", name)
        for pattern, old in LATENT_DIFFUSION.items():
            name = re.sub(pattern, old, name)
        is_square = "attn_1" in name and value.ndim == 2
        named[name] = value[:, :, None, None] if is_square else value
    return named


@pytest.fixture
def published_tango(tmp_path: Path, words: Path):
    models = {
        "unet": UNet2DConditionModel(**UNET), "text_encoder": T5EncoderModel(T5Config(**WORDS)),
        "vae": AutoencoderKL(**tango.vae_config(DDCONFIG)),
        "vocoder": SpeechT5HifiGan(SpeechT5HifiGanConfig(**{**audioldm.VOCODER, "upsample_initial_channel": 64})),
    }  # fmt: skip
    for name in ("unet", "text_encoder", "vae"):
        randomise(models[name].eval())
    folder = tmp_path / "authors"
    folder.mkdir()
    main = {f"{part}.{name}": value for part in ("unet", "text_encoder") for name, value in models[part].state_dict().items()}
    torch.save(main, folder / "pytorch_model_main.bin")
    vocoder = {f"vocoder.{name.replace('upsampler', 'ups')}": value for name, value in models["vocoder"].state_dict().items()}
    vocoder = {name: value for name, value in vocoder.items() if name not in ("vocoder.mean", "vocoder.scale")}
    torch.save({**in_latent_diffusion(models["vae"].state_dict()), **vocoder}, folder / "pytorch_model_vae.bin")
    (folder / "vae_config.json").write_text(json.dumps({"ddconfig": DDCONFIG, "scale_factor": 0.9}))
    return folder, models


@torch.no_grad()
def test_tango_computes_what_its_pickles_held(tmp_path: Path, words: Path, published_tango):
    folder, models = published_tango
    out = tmp_path / "laid out"
    tango.lay_out(folder, out, words, UNET)
    assert json.loads((out / "model_index.json").read_text()) == {"_class_name": "TangoPipeline"}
    assert json.loads((out / "scheduler" / "scheduler_config.json").read_text())["prediction_type"] == "v_prediction"
    assert json.loads((out / "vae" / "config.json").read_text())["scaling_factor"] == 0.9
    assert "license: cc-by-nc-sa-4.0" in (out / "README.md").read_text()
    assert (out / "tokenizer" / "tokenizer.json").exists()

    mel = torch.randn(1, 1, 64, 64)
    vaes = (models["vae"], AutoencoderKL.from_pretrained(out / "vae"))
    there, again = (vae.decode(vae.encode(mel).latent_dist.mean).sample for vae in vaes)
    assert torch.equal(again, there)
    vocoder = SpeechT5HifiGan.from_pretrained(out / "vocoder")
    assert torch.allclose(vocoder(mel[:, 0]), models["vocoder"].eval()(mel[:, 0]), atol=1e-6)
    text = T5EncoderModel.from_pretrained(out / "text_encoder")(torch.tensor([[5, 6, 1]])).last_hidden_state
    assert torch.equal(text, models["text_encoder"](torch.tensor([[5, 6, 1]])).last_hidden_state)


def test_another_model_is_refused_with_what_differs(tmp_path: Path, words: Path, published_tango):
    folder, _ = published_tango
    with pytest.raises(ValueError, match=r"the UNet does not fit: .*conv_in\.weight is \(32, 8, 3, 3\), not \(320, 8, 3, 3\)|and \d+ more"):
        tango.lay_out(folder, tmp_path / "out", words)
    assert not (tmp_path / "out").exists()


def test_a_pickle_with_code_is_not_run(tmp_path: Path, words: Path, published_tango):
    class Code:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    folder, _ = published_tango
    torch.save({"unet": Code()}, folder / "pytorch_model_main.bin")
    with pytest.raises(pickle.UnpicklingError):
        tango.lay_out(folder, tmp_path / "out", words, UNET)
    assert not (tmp_path / "ran").exists()


# audiocraft's names of what transformers names otherwise.
LANGUAGE = {
    r"^decoder\.model\.decoder\.embed_tokens": "emb", r"^decoder\.model\.decoder\.layers": "transformer.layers",
    r"^decoder\.lm_heads": "linears", r"^decoder\.model\.decoder\.layer_norm": "out_norm", "encoder_attn_layer_norm": "norm_cross",
    "self_attn_layer_norm": "norm1",
    "final_layer_norm": "norm2", "encoder_attn": "cross_attention", r"\.fc(\d)": r".linear\1",
    "^enc_to_dec_proj": "condition_provider.conditioners.description.output_proj",
}  # fmt: skip
CODEC = {
    r"^(encoder|decoder)\.layers": r"\1.model", r"^quantizer\.layers": "quantizer.vq.layers", r"\.codebook\.": "._codebook.",
    r"\.conv\.(?=bias|parametrizations)": ".conv.conv.", r"parametrizations\.weight\.original0": "weight_g",
    r"parametrizations\.weight\.original1": "weight_v",
}  # fmt: skip
# Of the stand-in, with names in place of values as training leaves them.
SAID = {
    "sample_rate": 400, "channels": 1, "encodec": {"causal": False},
    "transformer_lm": {"dim": 48, "num_heads": 4, "num_layers": 2, "hidden_scale": 2, "n_q": 4, "card": 64, "activation": "gelu"},
    "seanet": {
        "dimension": 16, "channels": "${channels}", "causal": "${encodec.causal}", "n_filters": 4, "n_residual_layers": 1, "ratios": [4, 2],
        "norm": "weight_norm", "pad_mode": "constant", "true_skip": True, "lstm": 2,
    },
    "rvq": {"n_q": 4, "bins": 64},
}  # fmt: skip


def renamed(name: str, rules: dict[str, str]) -> str:
    for pattern, new in rules.items():
        name = re.sub(pattern, new, name)
    # A convolution that goes up is named so twice.
    return re.sub(r"^(decoder\.model\.(3|6))\.conv\.conv", r"\1.convtr.convtr", name)


@torch.no_grad()
def test_audiogen_computes_what_its_pickles_held(tmp_path: Path, words: Path):
    whole = graphs.model({**graphs.SMALL, "decoder": {**graphs.SMALL["decoder"], "ffn_dim": 96}, "text_encoder": WORDS})
    randomise(whole.decoder)
    randomise(whole.audio_encoder)
    randomise(whole.enc_to_dec_proj)
    positions = whole.decoder.model.decoder.embed_positions
    positions.make_weights(positions.num_positions, positions.embedding_dim)  # a table, no weights of the file
    whole.text_encoder = T5EncoderModel.from_pretrained(words, config=T5Config(**WORDS)).eval()
    state = whole.state_dict()
    language, kinds = {}, {"q": 0, "k": 1, "v": 2}
    for name, value in state.items():
        if not name.startswith(("decoder.", "enc_to_dec_proj.")):
            continue
        own = renamed(name, LANGUAGE)
        found = re.fullmatch(r"(.*\.)([qkv])_proj\.weight", own)
        if found:
            language.setdefault(f"{found[1]}in_proj_weight", torch.zeros(3, *value.shape))[kinds[found[2]]] = value
        else:
            language[own] = value
    language = {name: value.flatten(0, 1) if name.endswith("in_proj_weight") else value for name, value in language.items()}
    own = {name.removeprefix("audio_encoder."): value for name, value in state.items() if name.startswith("audio_encoder.")}
    codec = {renamed(name, CODEC): value for name, value in own.items()}
    assert "decoder.model.3.convtr.convtr.weight_g" in codec and "emb.3.weight" in language
    folder, out = tmp_path / "authors", tmp_path / "out"
    folder.mkdir()
    said = yaml.safe_dump(SAID)
    torch.save({"best_state": language, "xp.cfg": said, "version": "1.0", "exported": True}, folder / "state_dict.bin")
    torch.save({"best_state": codec, "xp.cfg": said, "version": "1.0", "exported": True}, folder / "compression_state_dict.bin")
    audiogen.lay_out(folder, out, words)
    assert "license: cc-by-nc-4.0" in (out / "README.md").read_text()
    assert json.loads((out / "config.json").read_text())["audio_encoder"]["target_bandwidths"] == [1.2]

    again = MusicgenForConditionalGeneration.from_pretrained(out).eval()
    text, codes = torch.tensor([[7, 8, 1]]), torch.randint(0, 64, (4, 5))
    given = {"input_ids": text, "decoder_input_ids": codes}
    assert torch.allclose(again(**given).logits, whole.eval()(**given).logits, atol=1e-5)
    books = torch.randint(0, 64, (1, 1, 4, 9))
    there, made = (model.audio_encoder.decode(books, [None]).audio_values for model in (whole, again))
    assert torch.allclose(made, there, atol=1e-5)


def test_a_codec_that_is_only_named_is_asked_for(tmp_path: Path, words: Path):
    folder = tmp_path / "authors"
    folder.mkdir()
    torch.save({"best_state": {}, "xp.cfg": ""}, folder / "state_dict.bin")
    torch.save({"pretrained": "facebook/encodec_32khz", "exported": True}, folder / "compression_state_dict.bin")
    with pytest.raises(ValueError, match="encodec_32khz"):
        audiogen.lay_out(folder, tmp_path / "out", words)
