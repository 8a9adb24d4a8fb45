import type { Command } from 'commander';
import type { ProviderSetting } from '#shared/provider.ts';
import { describeTakes } from '../describeTakes.ts';
import {
  CANDIDATES_HELP,
  HIGH_BAND_HELP,
  ids,
  interval,
  number,
  pins,
  provider,
  PROVIDER_HELP,
  SAMPLER_HELP,
  type CommonOptions,
  type Pin,
} from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface GenerateOptions extends CommonOptions {
  readonly negative?: string;
  readonly out?: string;
  readonly variations?: number;
  readonly seed?: number;
  readonly duration?: number;
  readonly steps?: number;
  readonly sampler?: string;
  readonly guidance?: number;
  readonly libraryGuidance?: number;
  readonly guidanceInterval?: { readonly from: number; readonly to: number };
  readonly start?: number;
  readonly candidates?: number;
  readonly k?: number;
  readonly retrieval?: string;
  readonly pin?: Pin[];
  readonly ban?: number[];
  readonly pack?: string;
  readonly provider?: ProviderSetting;
  readonly highBand?: string;
  readonly rate?: number;
  readonly bits?: number;
}

export function defineGenerate(program: Command): void {
  program
    .command('generate')
    .description('make a sound from words, led by the nearest sounds of your library')
    .argument('<prompt>', 'what to hear, for example "rusty gate creaks open, slow"')
    .option('--negative <text>', 'what to keep away from')
    .option('--out <path>', 'a file that ends in .wav (replaced if it exists) or a folder')
    .option('--variations <n>', 'how many takes, each with the next seed', number)
    .option('--seed <n>', 'same seed, same sound; a random one unless given', number)
    .option(
      '--duration <seconds>',
      'of the file and the sound, 0.2 to 10.24, with Stable Audio 3 to as much as its folder says; left out, the sound is as long as suits it',
      number,
    )
    .option('--steps <n>', 'diffusion steps', number)
    .option('--sampler <name>', SAMPLER_HELP)
    .option('--guidance <weight>', 'how closely to follow the prompt', number)
    .option('--library-guidance <weight>', 'how closely to follow the library', number)
    .option(
      '--guidance-interval <from..to>',
      'the share of the steps in which both act, from the first (0) to the last (1): 0..1 unless given; the others run once, which is faster',
      interval,
    )
    .option(
      '--start <share>',
      'how much of the way a neighbour has gone already: 0 (noise alone) to 0.9',
      number,
    )
    .option('--candidates <n>', CANDIDATES_HELP, number)
    .option('--k <n>', 'how many neighbours', number)
    .option('--retrieval <mode>', 'what of the neighbours is used: none, audio, text or both')
    .option('--pin <id[:weight]>', 'lean on this sound whatever the prompt says (repeatable)', pins)
    .option('--ban <id>', 'never lean on this sound (repeatable)', ids)
    .option('--pack <name>', 'model pack')
    .option('--provider <name>', PROVIDER_HELP, provider)
    .option('--high-band <from>', HIGH_BAND_HELP)
    .option('--rate <hz>', 'sample rate of the file', number)
    .option('--bits <n>', '16, 24 or 32 (float)', number)
    .action((prompt: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GenerateOptions>();
      const { variations, out, pin, ban, rate, ...settings } = options;
      return withEngine(
        options,
        (engine, work) => {
          const requested = { ...settings, prompt, sampleRate: rate };
          return engine.generate({ settings: requested, variations, out, pins: pin, bans: ban }, work);
        },
        describeTakes,
      );
    });
}
