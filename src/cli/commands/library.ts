import type { Command } from 'commander';
import { RefoleyError } from '#core/errors.ts';
import type { VerifiedLibrary } from '#engine/verifiedLibrary.ts';
import { describeReport, describeVerified } from '../describeLibrary.ts';
import { id as idOf, type CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';
import { defineLibraryBackup } from './libraryBackup.ts';
import { defineLibraryEdit } from './libraryEdit.ts';
import { defineLibraryHear } from './libraryHear.ts';
import { defineLibrarySearch } from './librarySearch.ts';
import { defineLibraryWatch } from './libraryWatch.ts';

export function defineLibrary(program: Command): void {
  const library = program.command('library').description('the sounds that takes lean on');

  library
    .command('add')
    .description('add a folder, or bring it up to date')
    .argument('<folder>')
    .option(
      '--captions <file.csv>',
      'captions, with the columns file and caption; captions.csv in the folder if it exists',
    )
    .action((folder: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { captions?: string }>();
      const { captions } = options;
      return withEngine(
        options,
        (engine, work) => engine.library.add(folder, { captions }, work),
        describeReport,
      );
    });

  library
    .command('rescan')
    .description('find what is new, changed or gone, in one folder or in all of them')
    .argument('[folder]')
    .action((folder: string | undefined, _options: unknown, command: Command) =>
      withEngine(common(command), (engine, work) => engine.library.rescan(folder, work), describeReport),
    );

  library
    .command('remove')
    .description('take a folder out of the library; its files stay')
    .argument('<folder>')
    .action((folder: string, _options: unknown, command: Command) =>
      withEngine(
        common(command),
        (engine, work) => engine.library.remove(folder, work),
        ({ removed }) => `${removed} sounds taken out of the library`,
      ),
    );

  library
    .command('verify')
    .description('check the catalogue and every file in it; changes nothing')
    .action((_options: unknown, command: Command) =>
      withEngine(common(command), (engine, work) => engine.library.verify(work), describeVerified, damage),
    );

  defineLibrarySearch(library);

  library
    .command('show')
    .description('show everything about a sound')
    .argument('<id>', '', idOf)
    .action((id: number, _options: unknown, command: Command) =>
      withEngine(
        common(command),
        async (engine, work) => ({ sounds: [await engine.library.show(id, work)] }),
        ({ sounds }) => JSON.stringify(sounds[0], null, 2),
      ),
    );

  defineLibraryEdit(library);
  defineLibraryHear(library);
  defineLibraryWatch(library);
  defineLibraryBackup(library);
}

/** Files that are gone are a finding, a damaged catalogue is a failure. */
function damage({ integrity }: VerifiedLibrary): RefoleyError | undefined {
  if (integrity.length === 0) return undefined;
  const what =
    'the catalogue is damaged: move it away and add your folders again; your sounds were not touched';
  return new RefoleyError('corrupt', what);
}

function common(command: Command): CommonOptions {
  return command.optsWithGlobals<CommonOptions>();
}
