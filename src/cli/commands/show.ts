import type { Command } from 'commander';
import type { ShownFile } from '#core/export/shownFile.ts';
import type { CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface ShowOptions extends CommonOptions {
  readonly sheet?: string;
}

export function defineShow(program: Command): void {
  program
    .command('show')
    .description('tell what a sound file says about itself: where it came from, its metadata, its loudness')
    .argument('<file>', 'a file that Refoley wrote, or any other')
    .option('--sheet <file.html>', 'write a page of where it came from, for delivery')
    .action((file: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ShowOptions>();
      const { sheet: out } = options;
      return withEngine(
        options,
        async (engine) => {
          const shown = await engine.show(file);
          return out === undefined ? shown : { ...shown, sheet: await engine.sheet(file, out) };
        },
        describe,
      );
    });
}

function describe(shown: ShownFile & { readonly sheet?: string }): string {
  const { name, sha256, seconds, sampleRate, bits, channels, loudness, time, recipe, edit, origin } = shown;
  const format = [
    `${seconds.toFixed(3)} s`,
    `${sampleRate} Hz`,
    bits && `${bits} bits`,
    `${channels} channels`,
  ];
  const { integrated, truePeak } = loudness;
  const led = recipe?.neighbours.map(({ name: from, influence, author = '', licence, sha256: hash }) => {
    const terms = [author && `by ${author}`, licence].filter(Boolean).join(', ');
    return `  ${String(Math.round(100 * influence)).padStart(3)} %  ${from}  (${terms || 'no terms stated'})  ${hash}`;
  });
  const sounds = origin ? [origin.source, ...Object.values(origin.sounds)] : [];
  return [
    `${name}  (${format.filter(Boolean).join(', ')})`,
    `SHA-256 ${sha256}`,
    integrated === null ? 'silence' : `${integrated.toFixed(1)} LUFS, ${(truePeak ?? 0).toFixed(1)} dBTP`,
    ...(time === null ? [] : [`begins ${time.toFixed(3)} s after midnight`]),
    ...(recipe
      ? [`made by ${recipe.pack.name} ${recipe.pack.version} of "${recipe.prompt}", seed ${recipe.seed}`]
      : []),
    ...(led && led.length > 0 ? ['led by', ...led] : []),
    ...(edit ? [`edited: ${edit.operations.map(({ op }) => op).join(', ')}`] : []),
    ...sounds.map((sound) => `  out of ${sound.name}  ${sound.sha256}`),
    ...shown.marks.map(
      ({ kind, start, end, label }) => `${kind} ${start.toFixed(3)} ${end.toFixed(3)} ${label}`,
    ),
    ...Object.entries(shown.fields).map(([field, text]) => `${field}: ${text.replace(/\s+/g, ' ')}`),
    ...shown.notes.map((note) => `note: ${note}`),
    ...(shown.sheet === undefined ? [] : [shown.sheet]),
  ].join('\n');
}
