import type { Command } from 'commander';
import type { ListOptions, SearchOptions, SimilarOptions } from '#engine/searchActions.ts';
import { describeResults, describeSounds } from '../describeLibrary.ts';
import { number, texts, type CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

const DEFAULT_LIMIT = 10;
const FIELDS = 'fields such as "cat:doors dur:<2s -is:synthetic"';

/** The commands that find sounds. */
export function defineLibrarySearch(library: Command): void {
  library
    .command('search')
    .description(`find sounds by what they are; ${FIELDS} narrow it`)
    .argument('<text>')
    .option('--limit <n>', 'how many', number, DEFAULT_LIMIT)
    .option('--offset <n>', 'how many to pass over: the next page', number, 0)
    .option('--mode <mode>', 'meaning, words or both', 'both')
    .option('--diverse', 'fewer takes of one sound among the first')
    .action((text: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & SearchOptions>();
      return withEngine(
        options,
        (engine, work) => engine.library.search(text, options, work),
        describeResults,
      );
    });

  library
    .command('similar')
    .description('find sounds that sound like one of the library, or like any file')
    .argument('<sound>', 'an id, or a file')
    .option('--more <sound>', 'more like this one too; repeatable', texts)
    .option('--less <sound>', 'less like this one; repeatable', texts)
    .option('--start <seconds>', 'only from here on in the file', number)
    .option('--end <seconds>', 'only up to here', number)
    .option('--filter <fields>', `only what passes ${FIELDS}`)
    .option('--parts', 'all parts of a file that are near, not only the nearest')
    .option('--limit <n>', 'how many', number, DEFAULT_LIMIT)
    .option('--offset <n>', 'how many to pass over: the next page', number, 0)
    .action((sound: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & SimilarOptions>();
      return withEngine(
        options,
        (engine, work) => engine.library.similar(sound, options, work),
        describeResults,
      );
    });

  library
    .command('list')
    .description('list the sounds')
    .option('--source <folder>', 'only those of one folder')
    .option('--filter <fields>', `only what passes ${FIELDS}`)
    .option('--limit <n>', 'how many; all unless given', number)
    .option('--offset <n>', 'how many to pass over', number, 0)
    .action((_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & ListOptions>();
      return withEngine(
        options,
        async (engine, work) => ({ sounds: await engine.library.list(options, work) }),
        describeSounds,
      );
    });
}
