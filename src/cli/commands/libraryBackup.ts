import type { Command } from 'commander';
import type { CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

export function defineLibraryBackup(library: Command): void {
  library
    .command('backup')
    .description('copy the catalogue (not the sounds) into one file, also while it is in use')
    .argument('<file.sqlite>')
    .action((file: string, _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        (engine, work) => engine.library.backup(file, work),
        ({ path, bytes, sounds, sources }) =>
          `${path}: ${sounds} sounds of ${sources} folders, ${(bytes / 1e6).toFixed(1)} MB`,
      ),
    );

  library
    .command('restore')
    .description('put a backup in the place of the catalogue, which stays beside it as .before-restore')
    .argument('<file.sqlite>')
    .action((file: string, _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        (engine) => engine.library.restore(file),
        ({ sounds, sources, before }) => {
          const kept = before === null ? '' : `; what was there before is ${before}`;
          return `${sounds} sounds of ${sources} folders restored${kept}`;
        },
      ),
    );
}
