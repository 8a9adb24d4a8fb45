import { loadOnnxRuntime } from '#engine/onnx/runtime.ts';
import { relativeError, type Checkpoint, type Floats } from './checkpoint.ts';

/**
 * Models of AudioLDM's kind: each part on the same inputs, then ten steps of DDIM with guidance from the same noise and what is decoded
 * from them.
 *
 * @param told inputs of the UNet that stay the same over all steps, with the text first and without it second
 */
export async function compareDenoising(
  { case: given, floats, open, run, errorOf }: Checkpoint,
  told: readonly string[],
): Promise<Record<string, number>> {
  const ort = await loadOnnxRuntime();
  const errors: Record<string, number> = {
    vaeEncoder: await errorOf('vaeEncoder', ['log_mel'], 'moments'),
    vaeDecoder: await errorOf('vaeDecoder', ['latent'], 'log_mel'),
    vocoder: await errorOf('vocoder', ['log_mel'], 'waveform'),
  };

  const unet = await open('unet');
  const constants = Object.fromEntries(told.map((name) => [name, given(`unet/${name}`)]));
  const predict = async (sample: Floats, timestep: Floats) => {
    const outputs = (await unet.run({ sample, timestep, ...constants })) as Record<string, Floats>;
    return outputs['prediction']?.data ?? new Float32Array();
  };
  const prediction = await predict(floats('unet/sample'), floats('unet/timestep'));
  errors['unet'] = relativeError(prediction, floats('unet/prediction').data);
  const { dims } = floats('loop/latents');
  let latents = floats('loop/latents').data;
  const [guidance = 1] = floats('loop/guidance').data;
  const coefficients = floats('loop/coefficients').data;
  for (const [step, timestep] of floats('loop/timesteps').data.entries()) {
    const both = await predict(
      new ort.Tensor('float32', Float32Array.of(...latents, ...latents), [2, ...dims.slice(1)]),
      new ort.Tensor('float32', Float32Array.of(timestep, timestep), [2]),
    );
    const [ofSample = 0, ofNoise = 0] = coefficients.subarray(2 * step);
    latents = latents.map((value, i) => {
      const without = both[latents.length + i]!;
      return ofSample * value + ofNoise * (without + guidance * (both[i]! - without));
    });
  }
  await unet.release();
  errors['10 steps of DDIM with guidance'] = relativeError(latents, floats('loop/denoised').data);

  const [scaling = 1] = floats('loop/scaling').data;
  const latent = new ort.Tensor(
    'float32',
    latents.map((value) => value / scaling),
    dims,
  );
  const { log_mel: mel } = await run('vaeDecoder', { latent });
  if (!mel) throw new Error('the VAE decoder has no output log_mel');
  const log_mel = new ort.Tensor('float32', mel.data, [mel.dims[0]!, ...mel.dims.slice(2)]);
  const { waveform } = await run('vocoder', { log_mel });
  const reference = floats('loop/waveform').data;
  errors['the waveform of that'] = relativeError(waveform?.data.subarray(0, reference.length), reference);
  return errors;
}
