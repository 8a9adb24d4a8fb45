"""Properties that training and the product rely on, on random weights."""

import numpy as np
import torch

from refoley_training import audio, diffusion
from refoley_training.models.audiomae import AudioMAE
from refoley_training.models.hifigan import HEAD_FFT, Generator
from refoley_training.models.unet import MASKED, Overlay, UNet, UNetConfig, length_embedding
from refoley_training.models.vae import VAE
from refoley_training.split import assign, join_groups

TINY = UNetConfig(widths=(64, 64, 64), context=64, embedding=64)


def unet_inputs(batch: int = 2, k: int = 2):
    torch.manual_seed(0)
    return [torch.randn(batch, 8, 24, 16), torch.full((batch,), 500.0), torch.randn(batch, 512), torch.ones(batch), torch.randn(batch, k, 32, 256),
            torch.randn(batch, k, 50, 384), torch.zeros(batch, k, 82)]  # fmt: skip


def test_vae_keeps_its_shapes():
    latent = VAE().encode(torch.randn(2, 64, 64))
    assert latent.shape == (2, 8, 16, 16)
    assert VAE().decode(latent).shape == (2, 64, 64)


def test_log_mel_has_one_frame_per_hop():
    for n in (1024, 1600, 16000, 16100):
        assert audio.log_mel(torch.randn(n)).shape == (n // 160, 64)


def test_mel_filters_match_a_known_sine():
    wave = torch.sin(2 * np.pi * 1000 * torch.arange(16000) / 16000)
    mel = audio.log_mel(wave).mean(0)
    centres = audio.slaney_hz(np.linspace(0, audio.slaney_mel(8000), 66))[1:-1]
    assert abs(centres[int(mel.argmax())] - 1000) < 70


def test_vocoder_reconstructs_noise_that_it_only_passes_through():
    model, noise_in = Generator(), torch.randn(1, 16000)
    spectrum = model.spectrum_of(noise_in) * model.window.square().sum().sqrt()
    difference = (model.overlap_add(spectrum) - noise_in)[:, HEAD_FFT:-HEAD_FFT]
    assert difference.abs().max() < 1e-3


def test_untrained_vocoder_keeps_the_level_of_noise():
    wave = 0.1 * torch.randn(1, 32000)
    with torch.no_grad():
        again = Generator()(audio.log_mel(wave), torch.randn(1, 32000))
    ratio = 20 * torch.log10(again.std() / wave.std())
    assert abs(ratio) < 2


def test_the_attention_mass_is_a_by_product():
    model, inputs = UNet(TINY).eval(), unet_inputs()
    with torch.no_grad():
        with_mass, influence = model(*inputs)
        without, none = model(*inputs, want_influence=False)
    assert none is None
    assert torch.allclose(with_mass, without, atol=1e-4)
    assert (influence >= 0).all() and (influence.sum(1) <= 1).all()


def test_a_weight_moves_the_influence():
    model, inputs = UNet(TINY).eval(), unet_inputs()
    with torch.no_grad():
        _, before = model(*inputs)
        inputs[6][:, 0] += 2.0
        _, after = model(*inputs)
        inputs[6][:] = MASKED
        _, masked = model(*inputs)
    assert (after[:, 0] > before[:, 0]).all() and (after[:, 1] < before[:, 1]).all()
    assert (masked == 0).all()


def test_a_patch_hears_its_own_moment_of_a_neighbour():
    overlay = Overlay(64)
    torch.nn.init.normal_(overlay.out.weight)
    x, tokens, bias = torch.randn(1, 64, 40, 8), torch.randn(1, 2, 32, 256), torch.zeros(1, 2, 32)
    moved = tokens.clone()
    moved[:, 1, 7] = torch.randn(256)
    before, mass = overlay(x, tokens, bias)
    difference = (overlay(x, moved, bias)[0] - before).abs().amax(dim=(0, 1, 3))
    assert difference[7] > 0.01 and difference[:7].max() == 0 and difference[8:].max() == 0
    heavier = overlay(x, tokens, bias + torch.tensor([0.0, 2.0])[None, :, None])[1]
    assert heavier[0, 1] > mass[0, 1] and heavier[0, 0] < mass[0, 0]
    assert overlay(x, tokens, bias + MASKED)[1].max() == 0
    assert torch.allclose(before[:, :, 32:], overlay.out.bias[None, :, None, None].expand(1, -1, 8, 8))  # nothing is heard beyond the tokens


def test_padding_of_text_tokens_is_without_effect():
    model, inputs = UNet(TINY).eval(), unet_inputs()
    inputs[6][:, :, 32 + 9 :] = MASKED
    short = [*inputs[:5], inputs[5][:, :, :9], inputs[6][:, :, : 32 + 9]]
    with torch.no_grad():
        assert torch.allclose(model(*inputs)[0], model(*short)[0], atol=1e-4)


def test_velocity_recovers_the_latent():
    latent, eps = torch.randn(4, 8, 8, 16), torch.randn(4, 8, 8, 16)
    timestep = torch.tensor([0, 300, 700, 999])
    noised, velocity = diffusion.add_noise(latent, eps, timestep)
    alpha_bar = diffusion.alphas_cumprod()[timestep][:, None, None, None]
    assert torch.allclose(alpha_bar.sqrt() * noised - (1 - alpha_bar).sqrt() * velocity, latent, atol=1e-4)


def test_ddim_walks_back_along_a_known_path():
    latent = torch.randn(2, 8, 8, 16)
    alpha_bar = diffusion.alphas_cumprod()

    def exact(sample, timestep):
        a = alpha_bar[timestep.long()][:, None, None, None]
        eps = (sample - a.sqrt() * latent) / (1 - a).sqrt()
        return a.sqrt() * eps - (1 - a).sqrt() * latent

    assert torch.allclose(diffusion.ddim(exact, torch.randn(2, 8, 8, 16), 10), latent, atol=1e-3)


def test_audiomae_sees_visible_patches_only():
    model, fbank = AudioMAE().eval(), torch.randn(2, 256, 128)
    mask = torch.zeros(2, 32, dtype=torch.bool)
    mask[:, 16:] = True
    changed = fbank.clone()
    changed[:, 128:] += 5
    with torch.no_grad():
        assert torch.allclose(model.reconstruct(fbank, mask)[0], model.reconstruct(changed, mask)[0], atol=1e-5)
        assert model(fbank).shape == (2, 32, 256)


def test_near_duplicates_join_their_groups_and_groups_never_straddle():
    groups = [f"g{i // 3}" for i in range(300)]
    joined = join_groups(groups, [(0, 299), (3, 6)])
    assert joined[0] == joined[299] == joined[2] and joined[3] == joined[6] != joined[0]
    splits = assign(joined, ["C" if i % 7 == 0 else "A" for i in range(300)])
    for name in set(joined):
        held = {split for group, split in zip(joined, splits) if group == name} - {"unused"}
        assert len(held) == 1
    assert not any(split in ("validation", "test") for i, split in enumerate(splits) if i % 7 == 0)
    assert {"train", "validation", "test"} <= set(splits)


def test_a_length_is_told_from_none():
    model, inputs = UNet(TINY).eval(), unet_inputs()
    with torch.no_grad():
        short, _ = model(*inputs)
        inputs[3] = torch.zeros(2)
        unknown, _ = model(*inputs)
    assert (length_embedding(torch.zeros(2)) == 0).all()
    assert not torch.allclose(short, unknown)


def test_vae_codes_a_sound_alike_whatever_silence_follows():
    model, mel = VAE().eval(), torch.randn(1, 64, 64)
    longer = torch.cat([mel, torch.full((1, 128, 64), -11.5)], dim=1)
    with torch.no_grad():
        assert torch.allclose(model.encode(mel)[:, :, :8], model.encode(longer)[:, :, :8], atol=1e-4)
