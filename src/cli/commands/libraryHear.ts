import type { Command } from 'commander';
import { mapPoints } from '#engine/library/mapPoints.ts';
import {
  describeAccepted,
  describeCoverage,
  describeDuplicates,
  describeMap,
  describeSuggestions,
} from '../describeHeard.ts';
import { ids, number, type CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface SuggestOptions extends CommonOptions {
  readonly accept?: readonly number[];
  readonly all?: true;
  readonly atLeast: number;
  readonly limit?: number;
}

/** What the library knows by listening: suggestions, duplicates, coverage, the map. */
export function defineLibraryHear(library: Command): void {
  library
    .command('suggest')
    .description('list what sounds without a category may be, or accept it')
    .option('--accept <id...>', 'make the suggestions for sounds their category and tags', ids)
    .option('--all', 'accept every suggestion that is sure enough; needs --at-least')
    .option('--at-least <confidence>', 'only suggestions so sure, 0 to 1', number, 0)
    .option('--limit <n>', 'how many are listed; all unless given', number)
    .action((_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SuggestOptions>();
      const { accept, all, atLeast, limit } = options;
      if (all && command.getOptionValueSource('atLeast') === 'default')
        command.error('error: --all needs --at-least: say how sure is sure enough');
      if (accept ?? all) {
        const request = { ids: all ? undefined : accept, atLeast };
        return withEngine(options, (engine, work) => engine.library.accept(request, work), describeAccepted);
      }
      return withEngine(
        options,
        async (engine, work) => ({ suggestions: await engine.library.suggestions({ atLeast, limit }, work) }),
        describeSuggestions,
      );
    });

  library
    .command('duplicates')
    .description('find files that hold the same; deletes nothing')
    .option('--near', 'also sounds that are merely alike, as variants are')
    .action((_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { near?: true }>();
      return withEngine(
        options,
        async (engine, work) => ({ groups: await engine.library.duplicates(options, work) }),
        describeDuplicates,
      );
    });

  library
    .command('coverage')
    .description('show which kinds of sound the library has, and where it is thin')
    .option('--category <name>', 'one UCS category or CatID')
    .option('--thin', 'only kinds with few sounds or none')
    .action((_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { category?: string; thin?: true }>();
      const detailed = options.category !== undefined || options.thin === true;
      return withEngine(
        options,
        (engine, work) => engine.library.coverage(options, work),
        (report) => describeCoverage(report, detailed),
      );
    });

  library
    .command('map')
    .description('lay the sounds on a plane by how they sound')
    .option('--out <file.json>', 'write the points there instead of printing them')
    .action((_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { out?: string }>();
      const { out } = options;
      if (out !== undefined)
        return withEngine(options, (engine, work) => engine.library.writeMap(out, work), describeMap);
      return withEngine(
        options,
        async (engine, work) => mapPoints(await engine.library.map(work)),
        (map) => describeMap({ ...map, sounds: map.points.length }),
      );
    });
}
