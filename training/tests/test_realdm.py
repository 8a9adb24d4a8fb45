"""Re-AudioLDM at the paper's sizes, on small stand-ins in the published layouts: the paper's protocol, public weights, training, export."""

import copy
import csv
import dataclasses
import gzip
import json
import pickle

import numpy as np
import onnx
import onnxruntime
import pytest
import soundfile
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from onnx import TensorProto
from safetensors.torch import load_file, save_file
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel
from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

from refoley_training import audio
from refoley_training.models.audiomae_vit import AudioMAE
from refoley_training.models.unet import MASKED
from refoley_training.realdm import audiocaps, evaluate, export, prepare, public, synthetic, train
from refoley_training.realdm.config import CANDIDATES, SIZES, Size
from refoley_training.realdm.data import Data
from refoley_training.realdm.encoders import Clap, Codec
from refoley_training.realdm.model import ReAudioLDM

SMALL = Size((32, 32, 64), groups=32, heads=4, context=48, audio=24, text=40)
SETTING = evaluate.Setting(k=3, steps=2)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return synthetic.published(tmp_path_factory.mktemp("models"), synthetic.SMALL)


@pytest.fixture(scope="module")
def caps(tmp_path_factory):
    """14 clips; the captions of the first two of training and the first of test are the same."""
    folder = tmp_path_factory.mktemp("audiocaps")
    given = synthetic.audiocaps(folder, {"train": 10, "val": 1, "test": 3})
    rewrite(folder / "train.csv", lambda rows: [{**row, "caption": "rain falls on the roof"} if row["youtube_id"] in ("train000xxx", "train001xxx") else row for row in rows])
    rewrite(folder / "test.csv", lambda rows: [{**rows[0], "caption": "rain falls on the roof"}, *rows[1:]])
    return given


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, models, caps):
    folder = tmp_path_factory.mktemp("prepared")
    prepare.main(audiocaps.read(**caps, partial=True), folder, **models, workers=0)
    return folder


@pytest.fixture(scope="module")
def data(prepared):
    return Data(prepared)


@pytest.fixture(scope="module")
def short(data):
    """The same with 2.56 s of each clip."""
    cut = copy.copy(data)
    cut.latents = data.latents[:, :, :64]
    return cut


def rewrite(path, change):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(change(rows))


def unet_inputs(batch=2, k=2, frames=24):
    g = torch.Generator().manual_seed(0)
    shapes = [(batch, 8, frames, 16), (batch, 512), (batch, k, 32, SMALL.audio), (batch, k, 50, SMALL.text)]
    sample, text, sounds, captions = (torch.randn(shape, generator=g) for shape in shapes)
    return [sample, torch.tensor([900.0, 20.0])[:batch], text, sounds, captions, torch.zeros(batch, k, 82)]


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(1)
    return ReAudioLDM(SMALL).eval()


# The paper's protocol


def test_only_the_official_split_is_taken_for_it(caps):
    with pytest.raises(ValueError, match="train.csv lists 10 clips, the official split has 49838"):
        audiocaps.read(**caps)
    assert audiocaps.SPLITS["test"] == 975


def test_official_sizes_are_counted_in_clips_not_in_captions(tmp_path, monkeypatch):
    monkeypatch.setattr(audiocaps, "SPLITS", {"train": 3, "val": 1, "test": 2})
    clips = audiocaps.read(**synthetic.audiocaps(tmp_path, {"train": 3, "val": 1, "test": 2}, seconds=0.1))
    assert [clip.split for clip in clips] == ["train"] * 3 + ["val"] + ["test"] * 2
    assert [len(clip.captions) for clip in clips] == [1, 1, 1, 5, 5, 5]


def test_a_clip_in_two_splits_is_refused_and_clips_without_sound_are_left_out(tmp_path, capsys):
    given = synthetic.audiocaps(tmp_path, {"train": 3, "val": 1, "test": 2}, seconds=0.1)
    (tmp_path / "sounds" / "train001xxx_30.wav").unlink()
    (tmp_path / "sounds" / "test001xxx_30.wav").rename(tmp_path / "sounds" / "Ytest001xxx.wav")
    assert [clip.youtube_id for clip in audiocaps.read(**given, partial=True)] == ["train000xxx", "train002xxx", "val000xxx", "test000xxx", "test001xxx"]
    assert "train: 2 of 3 clips have their sound" in capsys.readouterr().out
    rewrite(tmp_path / "test.csv", lambda rows: [*rows, {**rows[0], "youtube_id": "train000xxx"}])
    with pytest.raises(ValueError, match="train000xxx is in train.csv and in test.csv"):
        audiocaps.read(**given, partial=True)


def test_a_clip_is_never_its_own_neighbour(data):
    training = set(data.rows("train"))
    for row in data.rows("train"):
        neighbours = data.neighbours[data.captions(np.array([row]))[0]]
        assert set(neighbours) == training - {row}
    for row in (*data.rows("val"), *data.rows("test")):
        assert set(data.neighbours[data.offsets[row] : data.offsets[row + 1]].ravel()) <= training
    assert [data.neighbours[0][0], data.neighbours[1][0]] == [1, 0]  # the same words, another clip
    assert set(data.neighbours[data.captions(data.rows("test"))[0]][:2]) == {0, 1}


def test_lists_are_cut_at_fifty(tmp_path):
    clips = [audiocaps.Clip(f"id{i}", "train", ["a"], "") for i in range(60)]
    np.save(tmp_path / "prompts.npy", np.random.default_rng(0).standard_normal((60, 512)).astype("float16"))
    np.save(tmp_path / "caption_offsets.npy", np.arange(61))
    prepare.write_neighbours(clips, tmp_path)
    assert np.load(tmp_path / "neighbours.npy").shape == (60, CANDIDATES) == (60, 50)


def test_the_prompt_is_the_first_caption_unless_another_is_asked_for(data, models):
    rows, clap = data.rows("test"), Clap.of(models["audioldm"])
    for number in (0, 3):
        expected = clap.embed([data.clips[row].captions[number] for row in rows])
        assert np.allclose(data.prompts[data.captions(rows, number)], expected, atol=2e-3)


def test_other_clips_in_the_same_folder_are_refused(prepared, models, caps):
    clips = audiocaps.read(**caps, partial=True)
    with pytest.raises(ValueError, match="made of other clips"):
        prepare.main(clips[1:], prepared, **models, workers=0)


# Front ends


def test_filter_banks_are_kaldis():
    wave = np.random.default_rng(0).standard_normal(40_000).astype("float32") * 0.1
    filters = mel_filter_bank(257, 128, 20, 8000, 16_000, None, "kaldi", True)
    expected = spectrogram(
        wave - wave.mean(), window_function(400, "hann", periodic=False), 400, 160, 512, power=2.0, center=False, preemphasis=0.97,
        mel_filters=filters, log_mel="log", mel_floor=1.192092955078125e-07, remove_dc_offset=True,
    ).T  # fmt: skip
    bank = audio.kaldi_fbank(torch.from_numpy(wave), 1024).numpy()
    assert np.abs(bank[: len(expected)] - expected).max() < 1e-3
    assert (bank[len(expected) :] == 0).all()


def test_a_vector_of_audiomae_hears_its_own_moment_first():
    torch.manual_seed(0)
    mae, bank = AudioMAE(**synthetic.SMALL["audiomae"]).eval(), torch.randn(1, 1024, 128)
    moved = bank.clone()
    moved[:, 320:352] += 20  # the eleventh of 32
    with torch.no_grad():
        before, after = mae(bank), mae(moved)
    assert before.shape == (1, 32, 24)
    assert int((after - before).abs().sum(-1).argmax()) == 10


# The model


def test_without_bias_it_is_diffusers_own_unet(model):
    sample, timestep, text, sounds, captions, bias = unet_inputs()
    reference = UNet2DConditionModel.from_config(model.unet.config)
    reference.load_state_dict(model.unet.state_dict())
    reference.set_attn_processor(AttnProcessor())
    with torch.no_grad():
        context, _ = model.context(sounds, captions, bias)
        expected = reference.eval()(sample, timestep, context, class_labels=text, return_dict=False)[0]
        for want_influence in (True, False):
            assert torch.allclose(model(sample, timestep, text, sounds, captions, bias, want_influence)[0], expected, atol=1e-5)


def test_a_weight_moves_the_influence_and_masked_neighbours_are_not_heard(model):
    inputs = unet_inputs()
    with torch.no_grad():
        _, before = model(*inputs)
        inputs[5][:, 0] += 2.0
        _, after = model(*inputs)
        inputs[5][:, 1] = MASKED
        one, alone = model(*inputs)
        inputs[3][:, 1] = 9.0
        again, _ = model(*inputs)
        inputs[5][:] = MASKED
        _, nobody = model(*inputs)
    assert (before.sum(1) < 1).all() and (after[:, 0] > before[:, 0]).all() and (after[:, 1] < before[:, 1]).all()
    assert (alone[:, 1] == 0).all() and torch.equal(one, again) and (nobody == 0).all()


def test_the_papers_sizes():
    for name, millions in (("s", 190.2), ("l", 434.9)):
        with torch.device("meta"):
            full = ReAudioLDM(SIZES[name])
        assert round(sum(p.numel() for p in full.parameters()) / 1e6, 1) == millions
        size = SIZES[name]
        assert all(width % size.groups == 0 for width in size.channels) and all(width % size.heads == 0 for width in size.channels[1:])


# Public weights


def test_a_published_unet_is_taken_over_but_for_what_now_hears_neighbours(models):
    model = ReAudioLDM(SMALL)
    file = load_file(models["audioldm"] / "unet" / "diffusion_pytorch_model.safetensors")
    report = public.fill(model.unet, public.read(models["audioldm"] / "unet"))
    assert report.new == report.unused == [] and len(report.taken) + len(report.reshaped) == len(file)
    assert {name.split(".")[-3] + "." + name.split(".")[-2] for name in report.reshaped} == {"attn2.to_k", "attn2.to_v"}
    assert all(torch.equal(model.unet.state_dict()[name], file[name]) for name in report.taken)
    assert f"{len(report.reshaped)} (" in str(report) and "attn2.to_k" in str(report)


def test_audiomae_is_found_under_the_names_of_several_publishers(models, tmp_path):
    weights = load_file(models["audiomae"])
    named = {f"encoder.{name}".replace(".norm.", ".fc_norm."): value for name, value in weights.items() if name.split(".")[0] != "norm"}
    named |= {f"encoder.fc_norm.{name.split('.')[1]}": value for name, value in weights.items() if name.split(".")[0] == "norm"}
    save_file({**named, "decoder_embed.weight": torch.zeros(2)}, tmp_path / "timm.safetensors")
    torch.save({"model": weights, "epoch": 32}, tmp_path / "pretrained.pth")
    bank = torch.randn(1, 1024, 128)
    with torch.no_grad():
        expected = public.load_audiomae(models["audiomae"]).eval()(bank)
        for name in ("timm.safetensors", "pretrained.pth"):
            assert torch.equal(public.load_audiomae(tmp_path / name).eval()(bank), expected)


def test_an_audiomae_with_gaps_and_a_pickle_that_is_code_are_refused(models, tmp_path):
    weights = load_file(models["audiomae"])
    save_file({name: value for name, value in weights.items() if not name.startswith("blocks.0.mlp")}, tmp_path / "part.safetensors")
    with pytest.raises(ValueError, match="no whole AudioMAE"):
        public.load_audiomae(tmp_path / "part.safetensors")
    torch.save({"model": ReAudioLDM}, tmp_path / "code.pth")
    with pytest.raises(pickle.UnpicklingError):
        public.read(tmp_path / "code.pth")


# Training


def test_training_learns_saves_and_goes_on(models, short, tmp_path):
    config = train.Config(steps=2, batch=1, warmup=1, save_every=2)
    first = train.train(config, SMALL, short, models["audioldm"], tmp_path)
    rows = list(csv.DictReader((tmp_path / "re-audioldm" / "log.csv").open()))
    assert [row["step"] for row in rows] == ["2"] and all(float(rows[0][name]) > 0 for name in ("loss", "held_k0", "held_k3", "held_wrong"))
    again = train.Training(config, SMALL, short, models["audioldm"])
    published = {name: value.clone() for name, value in again.model.state_dict().items()}
    saved = torch.load(tmp_path / "re-audioldm" / "last.pt", weights_only=False)
    moved = [name for name, value in saved["model"].items() if not torch.equal(value, published[name])]
    assert any(name.startswith("context.") for name in moved) and any("conv_in" in name for name in moved) and any("attn2.to_k" in name for name in moved)
    whole = train.train(dataclasses.replace(config, steps=3, save_every=3), SMALL, short, None, tmp_path)
    assert [row["step"] for row in csv.DictReader((tmp_path / "re-audioldm" / "log.csv").open())] == ["2", "3"]
    assert not torch.equal(first.context.null, whole.context.null)


def test_what_is_withheld_and_how_many_neighbours_there_are(data):
    config = train.Config(batch=400, k=10)
    rng, sizes = np.random.default_rng(0), set()
    for _ in range(30):
        sizes.add(train.drawn(data, data.rows("train"), dataclasses.replace(config, batch=1), rng)[1].token_bias.shape[1])
    assert sizes == set(range(1, 10))  # nine others are all there are
    _, c = train.drawn(data, data.rows("train"), config, rng)
    no_text = (c.text_embedding == 0).all(1)
    sounds, captions = (c.token_bias[:, :, part] > MASKED for part in (slice(0, 32), slice(32, 33)))
    heard, read = sounds.flatten(1).any(1), captions.flatten(1).any(1)
    shares = [float(x.float().mean()) for x in (no_text & (heard | read), ~no_text & ~heard & ~read, no_text & ~heard & ~read, heard & ~read, read & ~heard)]
    assert np.allclose(shares, [0.17, 0.12, 0.08, 0.08, 0.08], atol=0.05)


def test_padding_is_masked_and_an_absent_neighbour_wholly(data):
    c = data.conditioning(np.array([0, 1]), np.array([[1, 2], [3, -1]]))
    for place, neighbour in (((0, 0), 1), ((0, 1), 2), ((1, 0), 3)):
        assert int((c.token_bias[place][32:] == 0).sum()) == data.text_lengths[neighbour]
    assert (c.token_bias[1, 1] == MASKED).all() and (c.token_bias[0, :, :32] == 0).all()


# Takes and export


def test_a_take_depends_on_its_clip_not_on_the_batch(model, short):
    rows = short.rows("test")[:2]
    together = evaluate.sample(model, short, rows, SETTING)
    assert torch.allclose(together[1:], evaluate.sample(model, short, rows[1:], SETTING), atol=0.05)
    assert not torch.allclose(together[1:], together[:1], atol=0.5)


def test_takes_are_ten_seconds_named_by_clip_and_not_made_twice(model, data, models, tmp_path):
    rows, codec, once = data.rows("test")[:2], Codec.of(models["audioldm"]), evaluate.Setting(k=1, steps=1)
    files = evaluate.make(model, codec, data, rows, once, tmp_path, batch=2)
    real = evaluate.keep_real(data, rows, tmp_path / "real")
    assert [file.name for file in files] == [file.name for file in real] == ["test000xxx.wav", "test001xxx.wav"]
    assert {(info.frames, info.samplerate) for info in map(soundfile.info, (*files, *real))} == {(160_000, 16_000)}
    stamps = [file.stat().st_mtime_ns for file in files]
    evaluate.make(model, codec, data, rows, once, tmp_path, batch=2)
    assert [file.stat().st_mtime_ns for file in files] == stamps


def test_a_row_of_the_table_withholds_what_it_says(data):
    rows = data.rows("test")
    bias = {kind: evaluate.condition(data, rows, dataclasses.replace(SETTING, retrieval=kind)).token_bias for kind in ("none", "audio", "text", "both")}
    assert (bias["none"] == MASKED).all() and bias["both"].shape[1] == 3
    assert (bias["audio"][:, :, 32:] == MASKED).all() and (bias["audio"][:, :, :32] == 0).all()
    assert (bias["text"][:, :, :32] == MASKED).all() and (bias["text"][:, :, 32:] > MASKED).any()


def test_clap_scores_know_a_clip_from_another(data, tmp_path):
    folder = tmp_path / "clap"
    torch.manual_seed(0)
    small = {"hidden_size": 32, "projection_dim": 16}
    text = {**small, "vocab_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    ears = {**small, "hidden_size": 64, "patch_embeds_hidden_size": 8, "depths": [1, 1, 1, 1], "num_attention_heads": [1, 2, 2, 2]}
    ClapModel(ClapConfig(text_config=text, audio_config=ears, projection_dim=16)).save_pretrained(folder)
    ClapFeatureExtractor(truncation="rand_trunc", padding="repeatpad").save_pretrained(folder)
    synthetic.tokenizer().save_pretrained(folder)
    listener = evaluate.Listener(folder)
    rows = data.rows("test")
    real = evaluate.keep_real(data, rows, tmp_path / "real")
    same = listener.scores(real, real, [data.clips[row].captions[0] for row in rows])
    assert same["clips"] == 3 and abs(same["Frechet distance in CLAP"]) < 1e-3
    assert same["CLAP score"] == same["CLAP score of the real clips"]
    rolled = listener.scores(real[1:] + real[:1], real, ["rain", "dog", "wind"])
    assert rolled["CLAP score"] != rolled["CLAP score of the real clips"]


@pytest.fixture(scope="module")
def exported(model, models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    return folder, export.export(model, folder, **models)


def test_an_export_is_laid_out_as_models_are_published_and_its_graphs_agree_with_torch(exported):
    folder, differences = exported
    assert set(differences) == {"unet", "audioMae", "vaeEncoder", "vaeDecoder", "vocoder", "textEncoder", "clapText"}
    assert all(difference < 1e-4 for difference in differences.values())
    assert json.loads((folder / "model_index.json").read_text())["_class_name"] == "ReAudioLDM"
    assert "license: cc-by-nc-sa-4.0" in (folder / "README.md").read_text()
    for tokenizer in ("tokenizer", "tokenizer_2"):
        assert all((folder / tokenizer / name).exists() for name in ("tokenizer.json", "tokenizer_config.json"))
    assert not list(folder.rglob("*.onnx"))


def test_the_graph_of_the_unet_takes_all_of_its_weights_from_the_file_and_hears_neighbours(exported, model):
    folder, _ = exported
    weights = load_file(folder / "unet" / "model.safetensors")
    assert all(torch.equal(weights[name], value.cpu()) for name, value in model.state_dict().items())
    templates = folder / "templates" / "re-audioldm"
    (entry,) = (each for each in json.loads((templates / "templates.json").read_text())["templates"] if each["part"] == "unet")
    assert entry["config"] == json.loads((folder / "unet" / "config.json").read_text())
    graph = onnx.load_model_from_string(gzip.decompress((templates / entry["file"]).read_bytes()))
    assert {tensor.name for tensor in graph.graph.initializer if tensor.data_location == TensorProto.EXTERNAL} == set(weights)
    export.bind(graph, folder / "unet" / "model.safetensors")
    path = folder / "unet" / "unet.onnx"
    path.write_bytes(graph.SerializeToString())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = ["sample", "timestep", "text_embedding", "audio_tokens", "text_tokens", "token_bias"]
    inputs = unet_inputs(batch=1, k=10, frames=32)
    inputs[5][:, 4] = MASKED
    inputs[5][:, 2] = np.log(3)
    prediction, influence = session.run(["prediction", "influence"], {name: value.numpy() for name, value in zip(names, inputs)})
    with torch.no_grad():
        expected, shares = model.cpu()(*inputs)
    assert np.allclose(prediction, expected, atol=1e-4) and np.allclose(influence, shares, atol=1e-5)
    assert influence[0, 4] == 0 and influence[0].argmax() == 2
