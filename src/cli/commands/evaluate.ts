import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { EvaluationReport } from '#engine/evaluation/evaluate.ts';
import type { ProviderSetting } from '#shared/provider.ts';
import { number, provider, PROVIDER_HELP, texts, type CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface EvaluateOptions extends CommonOptions {
  readonly suite: string;
  readonly limit?: number;
  readonly steps?: number;
  readonly keep?: string;
  readonly judge?: string;
  readonly pack?: readonly string[];
  readonly provider?: ProviderSetting;
}

export function defineEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('compare packs, and what the library adds: takes of the same prompts and seeds')
    .option('--suite <name or file>', "'everyday', or a captions file (.csv) beside its sounds", 'everyday')
    .option('--limit <n>', 'only the first prompts', number)
    .option('--steps <n>', 'diffusion steps, of packs that have them', number)
    .option('--keep <folder>', 'keep the takes there')
    .option('--judge <file>', 'an ONNX graph with independent ears, for KL and IS')
    .option('--pack <name>', 'model pack, a row for each way that it can use the library (repeatable)', texts)
    .option('--provider <name>', PROVIDER_HELP, provider)
    .action((_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<EvaluateOptions>();
      const { suite, limit, steps, pack: packs } = options;
      const keep = options.keep === undefined ? undefined : resolve(options.keep);
      const judge = options.judge === undefined ? undefined : resolve(options.judge);
      return withEngine(
        { ...options, pack: packs?.[0] },
        (engine, work) => engine.evaluate({ packs, suite, limit, steps, keep, judge }, work),
        describe,
      );
    });
}

const COLUMNS = [
  ['CLAP', 'clap'],
  ['like neighbours', 'likenessToNeighbours'],
  ['nearest', 'nearestNeighbour'],
  ['like real', 'likenessToReal'],
  ['FAD', 'fad'],
  ['KL', 'kl'],
  ['IS', 'is'],
  ['s/take', 'secondsPerTake'],
] as const;

function describe({ suite, prompts, rows }: EvaluationReport): string {
  const shown = COLUMNS.filter(([, key]) => rows.some((row) => row[key] !== null));
  const lines = [
    ['pack', 'retrieval', ...shown.map(([title]) => title)],
    ...rows.map((row) => [row.pack, row.retrieval, ...shown.map(([, key]) => row[key]?.toFixed(3) ?? '-')]),
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines.map((line) =>
    line
      .map((text, c) => text.padEnd(widths?.[c] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [`${prompts} prompts of ${suite}`, ...table].join('\n');
}
