import type { Command } from 'commander';
import { RefoleyError } from '#core/errors.ts';
import type { BatchReport } from '#engine/batch/runBatch.ts';
import type { ProviderSetting } from '#shared/provider.ts';
import {
  CANDIDATES_HELP,
  HIGH_BAND_HELP,
  number,
  provider,
  PROVIDER_HELP,
  SAMPLER_HELP,
  type CommonOptions,
} from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface BatchOptions extends CommonOptions {
  readonly out: string;
  readonly duration?: number;
  readonly steps?: number;
  readonly sampler?: string;
  readonly candidates?: number;
  readonly k?: number;
  readonly retrieval?: string;
  readonly pack?: string;
  readonly provider?: ProviderSetting;
  readonly highBand?: string;
  readonly rate?: number;
  readonly bits?: number;
}

export function defineBatch(program: Command): void {
  program
    .command('batch')
    .description('make the takes of a table, a row a prompt; run again, it goes on where it was')
    .argument('<file.csv>', 'columns: prompt, and if you like negative, duration, variations, seed, name')
    .requiredOption('--out <folder>', 'where the takes go, as <name>_01.wav')
    .option('--duration <seconds>', 'of rows that say nothing else', number)
    .option('--steps <n>', 'diffusion steps', number)
    .option('--sampler <name>', SAMPLER_HELP)
    .option('--candidates <n>', CANDIDATES_HELP, number)
    .option('--k <n>', 'how many neighbours', number)
    .option('--retrieval <mode>', 'what of the neighbours is used: none, audio, text or both')
    .option('--pack <name>', 'model pack')
    .option('--provider <name>', PROVIDER_HELP, provider)
    .option('--high-band <from>', HIGH_BAND_HELP)
    .option('--rate <hz>', 'sample rate of the files', number)
    .option('--bits <n>', '16, 24 or 32 (float)', number)
    .action((file: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<BatchOptions>();
      const {
        out,
        duration,
        steps,
        sampler,
        candidates,
        k,
        retrieval,
        highBand,
        rate: sampleRate,
        bits,
      } = options;
      const settings = { duration, steps, sampler, candidates, k, retrieval, highBand, sampleRate, bits };
      return withEngine(
        options,
        (engine, work) => engine.batch({ file, out, settings }, work),
        describeBatch,
        ({ failed, rows }) =>
          failed === 0
            ? undefined
            : new RefoleyError(
                'unavailable',
                `${failed} of ${rows.length} rows are not complete: mend what the list above says, and run it again`,
              ),
      );
    });
}

function describeBatch({ rows, made, kept }: BatchReport): string {
  const lines = rows.map(({ line, set, takes, problem }) => {
    const state = problem ? `${problem.kind}: ${problem.message}` : `${takes.length} takes`;
    return `line ${line}  ${set}: ${state}`;
  });
  return [...lines, `${made} takes made, ${kept} were there`].join('\n');
}
