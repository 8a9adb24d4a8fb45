import type { Command } from 'commander';
import type { ExportReport } from '#engine/export/exportFiles.ts';
import type { ExportOptions as Asked } from '#shared/channels/delivery.ts';
import { list, number, type CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface ExportOptions extends CommonOptions {
  readonly out: string;
  readonly format?: string;
  readonly bits?: number;
  readonly rate?: number;
  readonly quality?: number;
  readonly name?: string;
  readonly title?: string;
  readonly catId?: string;
  readonly creator?: string;
  readonly source?: string;
  readonly author?: string;
  readonly licence?: string;
  readonly regions?: true;
  readonly sheet?: string;
  readonly daw?: string[];
}

export function defineExport(program: Command): void {
  program
    .command('export')
    .description('write sounds for delivery: format, names, metadata, sheets')
    .argument('<files...>', 'takes, or any sound files')
    .requiredOption('--out <folder>', 'where they go; no file is replaced')
    .option('--format <name>', 'wav, flac or ogg')
    .option('--bits <n>', '16, 24 or 32 (float)', number)
    .option('--rate <hz>', '44100, 48000 or 96000', number)
    .option('--quality <n>', 'of Ogg, -1 to 10', number)
    .option('--name <template>', 'of names, such as "{catId}_{fxName}_{creatorId}_{sourceId}_{number:02}"')
    .option('--title <text>', 'FXName of UCS')
    .option('--cat-id <id>', 'of UCS')
    .option('--creator <id>', 'CreatorID of UCS')
    .option('--source <id>', 'SourceID of UCS')
    .option('--author <name>', 'who made the sounds')
    .option('--licence <text>', 'terms of use')
    .option('--regions', 'a file for each region')
    .option('--sheet <name>', 'a CSV and a JSON of everything exported')
    .option('--daw <kinds>', 'reaper (project), regions (for REAPER), audacity (labels)', list)
    .action((files: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ExportOptions>();
      const { title, catId, creator: creatorId, source: sourceId, author, licence } = options;
      const { format, bits, rate: sampleRate, quality, regions, sheet } = options;
      // The engine judges what was typed.
      const asked = {
        ...{ folder: options.out, template: options.name, regions, sheet, handOff: options.daw },
        delivery: { format, bits, sampleRate, quality },
      } as Asked;
      const said = { title, catId, creatorId, sourceId, author, licence };
      return withEngine(options, (engine, work) => engine.export(files, said, asked, work), describe);
    });
}

function describe({ files, sheets }: ExportReport): string {
  const lines = files.map(({ path, seconds, loudness, truePeak }) => {
    const level = loudness === null ? 'silence' : `${loudness.toFixed(1)} LUFS`;
    const peak = truePeak === null ? '' : `, ${truePeak.toFixed(1)} dBTP`;
    return `${path}  (${seconds.toFixed(2)} s, ${level}${peak})`;
  });
  return [...lines, ...sheets].join('\n');
}
