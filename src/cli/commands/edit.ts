import type { Command } from 'commander';
import type { EditFileReport } from '#engine/edit/editFile.ts';
import { number, type CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface EditOptions extends CommonOptions {
  readonly ops: string;
  readonly out: string;
  readonly rate?: number;
  readonly bits?: number;
  readonly quality?: number;
}

export function defineEdit(program: Command): void {
  program
    .command('edit')
    .description('render an edit list over a sound, which itself stays as it is')
    .argument('<file>', 'a take, or any sound file')
    .requiredOption('--ops <file>', 'the edit list, a JSON (docs/editing.md)')
    .requiredOption('--out <path>', 'a file that ends in .wav, .flac or .ogg; replaced if it exists')
    .option('--rate <hz>', '44100, 48000 or 96000; that of the file unless given', number)
    .option('--bits <n>', '16, 24 or 32 (float)', number)
    .option('--quality <n>', 'of Ogg, -1 to 10', number)
    .action((file: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<EditOptions>();
      const { ops, out, rate: sampleRate, bits, quality } = options;
      return withEngine(
        options,
        (engine, work) => engine.edit({ file, ops, out, sampleRate, bits, quality }, work),
        describe,
      );
    });
}

function describe({ path, seconds, loudness, truePeak, operations }: EditFileReport): string {
  const level = loudness === null ? 'silence' : `${loudness.toFixed(1)} LUFS`;
  const peak = truePeak === null ? '' : `, ${truePeak.toFixed(1)} dBTP`;
  const steps = operations.length === 1 ? '1 operation' : `${operations.length} operations`;
  return `${path}  (${seconds.toFixed(2)} s, ${level}${peak}, ${steps})`;
}
