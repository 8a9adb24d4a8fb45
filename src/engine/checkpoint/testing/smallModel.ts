import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { FAMILIES, type Family } from '#core/checkpoint/families.ts';
import { templateListSchema } from '#core/checkpoint/templates.ts';
import type { PartName } from '#core/pack/manifest.ts';
import { configPath } from '../readCheckpoint.ts';
import { randomWeights } from './randomWeights.ts';
import { safetensors, type Stored } from './safetensors.ts';

export type SmallFamily = Family['family'];

/** As cvssp publishes both. */
const SCHEDULER = {
  ...{ _class_name: 'DDIMScheduler', num_train_timesteps: 1000, beta_start: 0.0015, beta_end: 0.0195 },
  ...{ beta_schedule: 'scaled_linear', clip_sample: false, prediction_type: 'epsilon' },
  ...{ set_alpha_to_one: false, steps_offset: 1, trained_betas: null },
};
/** What training/refoley_training/published gives Tango, from Stable Diffusion 2.1. */
const TANGO_SCHEDULER = {
  ...{ ...SCHEDULER, beta_start: 0.00085, beta_end: 0.012, prediction_type: 'v_prediction' },
};
/** What config.json says that no graph depends on. */
const REST: Readonly<Record<string, object>> = {
  vae: { _class_name: 'AutoencoderKL', scaling_factor: 0.9227914214134216 },
  unet: { sample_size: 128 },
  vocoder: { architectures: ['SpeechT5HifiGan'], sampling_rate: 16_000 },
};
/** The same of the families that have one configuration. */
const ROOT_REST: Readonly<Partial<Record<SmallFamily, object>>> = {
  // A tenth of the published rate: its room of six seconds would otherwise take most of a minute.
  'stable-audio-3': { sample_rate: 4410 },
};
/** Weights that are larger than others: AudioGen's tokens would be drowned by their places, and the same ones come again and again. */
const LOUDER: Readonly<Partial<Record<SmallFamily, readonly [name: RegExp, factor: number]>>> = {
  audiogen: [/decoder\.embed_tokens/, 8],
};
const BRANCHES: ReadonlySet<string> = new Set(['model', 'text_encoder']);
const TOKENS = { bos_token: '<s>', eos_token: '</s>', pad_token: '<pad>', unk_token: '<unk>' };
const TOKENIZERS: Readonly<Record<string, object>> = {
  '': { ...TOKENS, tokenizer_class: 'T5Tokenizer', model_max_length: 512 },
  tokenizer: { ...TOKENS, tokenizer_class: 'RobertaTokenizer', model_max_length: 512 },
  tokenizer_2: { ...TOKENS, tokenizer_class: 'T5Tokenizer', model_max_length: 512 },
  't5gemma-b-b-ul2': { tokenizer_class: 'GemmaTokenizer', pad_token: '<pad>', add_bos_token: false },
};
/** As laion publishes it. */
const processorOf = (size: string) => ({
  ...{
    feature_extractor_type: 'ClapFeatureExtractor',
    feature_size: 64,
    sampling_rate: 48_000,
    hop_length: 480,
  },
  ...{ fft_window_size: 1024, max_length_s: 10, frequency_min: 50, frequency_max: 14_000, top_db: null },
  ...{ padding: 'repeatpad', truncation: size === 'fused' ? 'fusion' : 'rand_trunc' },
});
/** As many tokens as the small text encoder knows: letters. */
const LETTERS = {
  ...{ version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null },
  ...{ pre_tokenizer: null, post_processor: null, decoder: null },
  model: {
    ...{ type: 'BPE', unk_token: '<unk>', fuse_unk: true, byte_fallback: false, merges: [] },
    vocab: Object.fromEntries(
      ['<pad>', '<unk>', ...Array.from(' abcdefghijklmnopqrstuvwxyz')].map((token, id) => [token, id]),
    ),
  },
};

function goldensOf(family: SmallFamily): string {
  return fileURLToPath(new URL(`../goldens/${family}`, import.meta.url));
}

/** Puts the templates of small models where the app looks for those that a user made. */
export async function addSmallTemplates(dataFolder: string, family: SmallFamily = 'audioldm'): Promise<void> {
  await cp(goldensOf(family), join(dataFolder, 'templates', family), { recursive: true });
}

/**
 * A small model with random weights in the layout that its authors publish.
 * @param size of parts that have several; of any unless given
 */
export async function writeSmallModel(
  folder: string,
  family: SmallFamily = 'audioldm',
  size = '',
): Promise<string> {
  const goldens = goldensOf(family);
  const published = FAMILIES.find((each) => each.family === family)!;
  const { className, modelType, parts, tokenizers, configFiles } = published;
  const list: unknown = JSON.parse(await readFile(join(goldens, 'templates.json'), 'utf8'));
  const models = new Map<string, { config: object; weights: Record<string, Stored> }>();
  const { templates } = templateListSchema.parse(list);
  for (const { part, file, config } of templates.filter((each) => !size || ['', size].includes(each.size))) {
    const name = parts[part as PartName]!;
    const template = gunzipSync(await readFile(join(goldens, file)));
    const there = models.get(name);
    models.set(name, {
      config: merged(there?.config, config),
      weights: { ...there?.weights, ...louder(randomWeights(template), LOUDER[family]) },
    });
  }
  for (const [name, { config, weights }] of models) {
    await mkdir(join(folder, name), { recursive: true });
    await writeJson(folder, configPath(published, name), {
      ...config,
      ...(name === '' ? ROOT_REST[family] : REST[name]),
      ...(modelType && { model_type: modelType }),
    });
    await writeFile(join(folder, name, 'diffusion_pytorch_model.safetensors'), safetensors(weights));
  }
  for (const name of tokenizers) {
    await writeJson(join(folder, name), 'tokenizer_config.json', TOKENIZERS[name || 'tokenizer']!);
    const golden = join(goldens, `${name || 'tokenizer'}.json`);
    if (existsSync(golden)) await cp(golden, join(folder, name, 'tokenizer.json'));
    else await writeJson(join(folder, name), 'tokenizer.json', LETTERS);
  }
  if (configFiles['processor']) await writeJson(folder, configFiles['processor'], processorOf(size));
  if (!className) return folder;
  await writeJson(folder, 'model_index.json', { _class_name: className, _diffusers_version: '0.15.0' });
  const scheduler = family === 'tango' ? TANGO_SCHEDULER : SCHEDULER;
  await writeJson(join(folder, 'scheduler'), 'scheduler_config.json', scheduler);
  return folder;
}

function louder(
  weights: Record<string, Stored>,
  [name, factor]: readonly [RegExp, number] = [/^$/, 1],
): Record<string, Stored> {
  for (const [tensor, [, , { buffer }]] of Object.entries(weights))
    if (name.test(tensor)) {
      const values = new Float32Array(buffer);
      values.forEach((value, i) => (values[i] = value * factor));
    }
  return weights;
}

/** The parts of some families share one configuration, of which each graph depends on a branch. */
function merged(one: object = {}, other: object): object {
  const both = Object.entries(other).map(([key, value]: [string, unknown]) => {
    const there = (one as Record<string, unknown>)[key];
    const isBranch = BRANCHES.has(key) && typeof there === 'object' && typeof value === 'object';
    return [key, isBranch ? { ...there, ...value } : value] as const;
  });
  return { ...one, ...Object.fromEntries(both) };
}

async function writeJson(folder: string, name: string, json: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), JSON.stringify(json, null, 1));
}
