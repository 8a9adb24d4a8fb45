import { resolve } from 'node:path';
import type { RefoleyError } from '#core/errors.ts';
import type { Engine } from '#engine/app.ts';
import type { EngineProgress, Work } from '#engine/context.ts';
import type { ProviderSetting } from '#shared/provider.ts';
import type { CommonOptions } from './options.ts';
import { createProgressLine } from './progressLine.ts';

const STAGES = {
  evaluate: 'evaluating, take',
  index: 'indexing the library,',
  backup: 'copying the catalogue, page',
  map: 'laying out the map, sound',
  edit: 'rendering the edit, sample',
  save: 'writing the edit, sample',
  verify: 'checking the pack',
  install: 'installing the pack',
  export: 'exporting, file',
  batch: 'batch, row',
  test: 'testing the providers, part',
  encode: 'listening to the neighbours',
  sample: 'sampling, step',
  decode: 'decoding',
  vocode: 'rendering the waveform',
  choose: 'choosing the best of them',
  finish: 'writing',
} as const;
const COUNTED = new Set<string>(['sample', 'evaluate', 'index', 'backup', 'map', 'export', 'batch', 'test']);

/**
 * Opens the engine for one command, prints what the command returns and closes it again. Ctrl-C cancels the command
 * (a second one ends the process), progress goes to stderr.
 * @param act what the command does
 * @param describe the result for people; `--json` prints it as it is
 * @param failure what is wrong although the command did its work, said after the result
 */
export async function withEngine<Result>(
  options: CommonOptions & { readonly pack?: string | undefined; readonly provider?: ProviderSetting },
  act: (engine: Engine, work: Work) => Promise<Result>,
  describe: (result: Result) => string,
  failure: (result: Result) => RefoleyError | undefined = () => undefined,
): Promise<void> {
  const [{ openEngine }, { defaultDataFolder }] = await Promise.all([
    import('#engine/app.ts'),
    import('#engine/dataFolder.ts'),
  ]);
  const line = createProgressLine();
  const warnings: string[] = [];
  const engine = openEngine({
    dataFolder: options.data === undefined ? defaultDataFolder() : resolve(options.data),
    pack: options.pack,
    ears: options.ears ?? process.env['REFOLEY_EARS'],
    provider: options.provider,
    warn: (warning) => warnings.push(warning),
  });
  const controller = new AbortController();
  const cancel = () => controller.abort();
  process.once('SIGINT', cancel).once('SIGTERM', cancel);
  try {
    const onProgress = (progress: EngineProgress) => line.show(describeProgress(progress));
    const result = await act(engine, { signal: controller.signal, onProgress });
    line.clear();
    // Said after the work, so that a command that fails says nothing but its error.
    for (const warning of warnings) process.stderr.write(`note: ${warning}\n`);
    const text = options.json ? JSON.stringify(result) : describe(result);
    if (text !== '') process.stdout.write(`${text}\n`);
    const problem = failure(result);
    if (problem) throw problem;
  } finally {
    line.clear();
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    await engine.close();
  }
}

function describeProgress(progress: EngineProgress): string {
  const { stage, done, of } = progress;
  if (stage === 'library') return describeScan(progress);
  return COUNTED.has(stage) ? `${STAGES[stage]} ${Math.floor(done)} of ${of}` : STAGES[stage];
}

const SCAN_STAGES = {
  listed: 'listing the library',
  read: 'reading the library',
  analysed: 'listening to the library',
  named: 'learning the names of the categories',
  suggested: 'suggesting categories',
};

function describeScan({ part, done, of, left }: EngineProgress & { readonly stage: 'library' }): string {
  const words = `${SCAN_STAGES[part]}: ${done}`;
  if (part === 'listed' || part === 'suggested') return words;
  return left === undefined ? `${words} of ${of}` : `${words} of ${of}, ${duration(left)} left`;
}

function duration(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
