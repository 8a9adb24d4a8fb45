import type { Command } from 'commander';
import { describeChange, describeWatched } from '../describeWatch.ts';
import { number, type CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface WatchOptions extends CommonOptions {
  readonly every?: number;
}

export function defineLibraryWatch(library: Command): void {
  library
    .command('watch')
    .description(
      'keep the library in step with its folders until Ctrl-C; says what has changed as it happens',
    )
    .argument('[folders...]', 'folders of the library; all of them unless given')
    .option(
      '--every <seconds>',
      'look at everything so often, for drives that do not tell what changes',
      number,
    )
    .action((named: readonly string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<WatchOptions>();
      const { every } = options;
      const folders = named.length === 0 ? undefined : named;
      const totals = { found: 0, changed: 0, moved: 0, gone: 0, added: 0, updated: 0, failed: 0 };
      // One JSON object is all that --json prints on stdout.
      const out = options.json ? process.stderr : process.stdout;
      return withEngine(
        options,
        async (engine, work) => {
          const began = performance.now();
          const watch = await engine.library.watch(
            {
              ...{ folders, every },
              onChange: (change) => {
                for (const key of ['found', 'changed', 'moved', 'gone', 'added', 'updated'] as const)
                  totals[key] += change[key];
                totals.failed += change.failed.length;
                out.write(`${describeChange(change)}\n`);
              },
              onWarning: (line) => process.stderr.write(`note: ${line}\n`),
            },
            work,
          );
          await watch.done;
          return { ...totals, seconds: (performance.now() - began) / 1000 };
        },
        describeWatched,
      );
    });
}
