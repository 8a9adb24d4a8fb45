import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { templateListSchema } from '#core/checkpoint/templates.ts';
import { randomWeights } from './randomWeights.ts';
import { safetensors, type Stored } from './safetensors.ts';

const GOLDENS = fileURLToPath(new URL('../goldens/audioldm', import.meta.url));
const INDEX = { _class_name: 'AudioLDMPipeline', _diffusers_version: '0.15.0' };
/** As cvssp/audioldm-s-full-v2 publishes it. */
const SCHEDULER = {
  ...{ _class_name: 'DDIMScheduler', num_train_timesteps: 1000, beta_start: 0.0015, beta_end: 0.0195 },
  ...{ beta_schedule: 'scaled_linear', clip_sample: false, prediction_type: 'epsilon' },
  ...{ set_alpha_to_one: false, steps_offset: 1, trained_betas: null },
};
/** What config.json says that no graph depends on. */
const REST: Readonly<Record<string, object>> = {
  vae: { _class_name: 'AutoencoderKL', scaling_factor: 0.9227914214134216 },
  unet: { _class_name: 'UNet2DConditionModel', sample_size: 128 },
  vocoder: { architectures: ['SpeechT5HifiGan'], sampling_rate: 16_000 },
  text_encoder: { architectures: ['ClapTextModelWithProjection'] },
};
const FOLDERS: Readonly<Record<string, string>> = {
  ...{ textEncoder: 'text_encoder', unet: 'unet', vaeEncoder: 'vae', vaeDecoder: 'vae', vocoder: 'vocoder' },
};

/** Puts the templates of small models where the app looks for those that a user made. */
export async function addSmallTemplates(dataFolder: string): Promise<void> {
  await cp(GOLDENS, join(dataFolder, 'templates', 'audioldm'), { recursive: true });
}

/** A small AudioLDM with random weights in the layout that its authors publish. */
export async function writeSmallAudioldm(folder: string): Promise<string> {
  const { templates } = templateListSchema.parse(
    JSON.parse(await readFile(join(GOLDENS, 'templates.json'), 'utf8')),
  );
  const weights = new Map<string, Record<string, Stored>>();
  for (const { part, file, config } of templates) {
    const name = FOLDERS[part] ?? part;
    await writeJson(join(folder, name), 'config.json', { ...config, ...REST[name] });
    const template = gunzipSync(await readFile(join(GOLDENS, file)));
    weights.set(name, { ...weights.get(name), ...randomWeights(template) });
  }
  for (const [name, tensors] of weights)
    await writeFile(join(folder, name, 'diffusion_pytorch_model.safetensors'), safetensors(tensors));
  await writeJson(folder, 'model_index.json', INDEX);
  await writeJson(join(folder, 'scheduler'), 'scheduler_config.json', SCHEDULER);
  await mkdir(join(folder, 'tokenizer'), { recursive: true });
  await cp(join(GOLDENS, 'tokenizer.json'), join(folder, 'tokenizer', 'tokenizer.json'));
  await writeJson(join(folder, 'tokenizer'), 'tokenizer_config.json', {
    ...{ tokenizer_class: 'RobertaTokenizer', model_max_length: 512 },
    ...{ bos_token: '<s>', eos_token: '</s>', pad_token: '<pad>', unk_token: '<unk>' },
  });
  return folder;
}

async function writeJson(folder: string, name: string, json: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), JSON.stringify(json, null, 1));
}
