import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { RefoleyError } from '#core/errors.ts';
import type { ChangedCollection } from '#engine/library/collections.ts';
import type { RequestedEdit } from '#engine/library/soundEdit.ts';
import { describeReport, describeSounds } from '../describeLibrary.ts';
import { describeCollections, describeEdit, describeSearches, describeTerms } from '../describeEdits.ts';
import { id as idOf, ids, list, number, texts, yesOrNo, type CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface SetOptions
  extends CommonOptions, Omit<RequestedEdit, 'addTags' | 'removeTags' | 'catId' | 'undecide'> {
  readonly cat?: string;
  readonly addTag?: string[];
  readonly removeTag?: string[];
  readonly undecide?: string[];
}

interface RegionOptions extends CommonOptions {
  readonly start?: number;
  readonly end?: number;
  readonly caption?: string;
  readonly remove?: true;
}

interface TermsOptions extends CommonOptions {
  readonly licence?: string;
  readonly author?: string;
  readonly mayCondition?: boolean;
  readonly clear?: true;
}

/** The commands by which the user says something about sounds. */
export function defineLibraryEdit(library: Command): void {
  defineSet(library);
  defineRegion(library);
  defineTerms(library);
  defineKeep(library);
  defineCollection(library.command('collection').description('sounds that you put together'));
  defineSaved(library.command('saved').description('searches under a name'));
}

function defineSet(library: Command): void {
  library
    .command('set')
    .description('say what sounds are; all of them are changed, or none')
    .argument('<id...>', '', ids)
    .option('--caption <text>', 'what is heard; "" for nothing, found by its audio')
    .option('--cat <CatID>', 'UCS category, such as DOORWood; "" for none')
    .option('--tags <a,b>', 'all the tags', list)
    .option('--add-tag <tag>', 'one more tag (repeatable)', texts)
    .option('--remove-tag <tag>', 'one tag less (repeatable)', texts)
    .option('--licence <text>', 'its terms of use')
    .option('--author <name>', 'who made it')
    .option('--may-condition <yes|no>', 'whether takes may lean on it', yesOrNo)
    .option('--rating <stars>', '0 to 5', number)
    .option('--favourite <yes|no>', 'whether it is one', yesOrNo)
    .option(
      '--undecide <field...>',
      'give back to what the file says: caption, catId, tags, licence, author, mayCondition',
    )
    .action((soundIds: number[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SetOptions>();
      const { caption, cat, tags, addTag, removeTag, licence, author, mayCondition, rating, favourite } =
        options;
      const edit = {
        ...{ caption, tags, licence, author, mayCondition, rating, favourite },
        ...{ catId: cat, addTags: addTag, removeTags: removeTag, undecide: options.undecide },
      };
      return withEngine(
        options,
        // The engine checks the names of the fields, and says which there are.
        (engine, work) => engine.library.edit(soundIds, edit as RequestedEdit, work),
        describeEdit,
      );
    });

  library
    .command('undo')
    .description('take back what "set", "region", "terms" or "collection" did, from the JSON that it printed')
    .argument('<file.json>', 'what it printed with --json')
    .action((file: string, _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        async (engine, work) => engine.library.undo(await readUndo(file), work),
        describeEdit,
      ),
    );
}

async function readUndo(file: string): Promise<unknown> {
  try {
    const printed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof printed === 'object' && printed !== null && 'undo' in printed ? printed.undo : printed;
  } catch (cause) {
    throw new RefoleyError(
      'input',
      `${file} cannot be read as JSON: give what the command printed with --json`,
      {
        cause,
      },
    );
  }
}

function defineRegion(library: Command): void {
  library
    .command('region')
    .description('make a stretch of a file a sound of its own, or take such a one out again')
    .argument('<id>', 'any sound of the file', idOf)
    .option('--start <seconds>', 'from the beginning of the file', number)
    .option('--end <seconds>', 'from the beginning of the file', number)
    .option('--caption <text>', "what is heard; the file's words unless given")
    .option('--remove', 'take this region out')
    .action((soundId: number, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RegionOptions>();
      const { start, end, caption, remove } = options;
      return withEngine(
        options,
        (engine, work) => {
          if (remove) return engine.library.removeRegions([soundId], work);
          if (start === undefined || end === undefined)
            throw new RefoleyError('input', 'a region needs --start and --end, in seconds');
          return engine.library.addRegion(soundId, { start, end, caption }, work);
        },
        describeEdit,
      );
    });
}

function defineTerms(library: Command): void {
  library
    .command('terms')
    .description('say what holds for all sounds of a folder; without options, tell it')
    .argument('<folder>', 'a folder that was added, or one inside it')
    .option('--licence <text>', 'terms of use; "" takes them out of the rule')
    .option('--author <name>', 'who made them; "" takes it out of the rule')
    .option('--may-condition <yes|no>', 'whether takes may lean on them', yesOrNo)
    .option('--clear', 'take the rule of this folder away')
    .action((folder: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<TermsOptions>();
      const { licence, author, mayCondition, clear } = options;
      return withEngine(
        options,
        (engine, work) => engine.library.terms(folder, { licence, author, mayCondition, clear }, work),
        describeTerms,
      );
    });
}

function defineKeep(library: Command): void {
  library
    .command('keep')
    .description('put copies of takes into the library; takes lean on them only where you allow it')
    .argument('<take.wav...>')
    .action((files: string[], _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        (engine, work) => engine.library.keep(files, work),
        (report) => `${describeReport(report)}\n${describeSounds(report)}`,
      ),
    );
}

function defineCollection(collection: Command): void {
  const named = (words: string, description: string) =>
    collection.command(words).description(description).argument('<name>');

  collection
    .command('list')
    .description('the collections, or the sounds of one')
    .argument('[name]')
    .action((name: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      if (name === undefined)
        return withEngine(
          options,
          async (engine) => ({ collections: await engine.library.collections.list() }),
          describeCollections,
        );
      return withEngine(
        options,
        async (engine) => ({ sounds: await engine.library.collections.sounds(name) }),
        describeSounds,
      );
    });
  for (const change of ['create', 'delete'] as const)
    named(change, change === 'create' ? 'make an empty one' : 'remove one; its sounds stay').action(
      (name: string, _options: unknown, command: Command) =>
        withEngine(
          command.optsWithGlobals<CommonOptions>(),
          async (engine) => changedCollection(await engine.library.collections[change](name)),
          describeCollections,
        ),
    );
  for (const change of ['add', 'remove'] as const)
    named(change, change === 'add' ? 'put sounds in' : 'take sounds out')
      .argument('<id...>', '', ids)
      .action((name: string, soundIds: number[], _options: unknown, command: Command) =>
        withEngine(
          command.optsWithGlobals<CommonOptions>(),
          async (engine) => changedCollection(await engine.library.collections[change](name, soundIds)),
          describeCollections,
        ),
      );
}

/** With what takes it back where `library undo` looks for it. */
function changedCollection({ undo, ...collection }: ChangedCollection) {
  return { collections: [collection], undo };
}

function defineSaved(saved: Command): void {
  saved
    .command('list')
    .description('the saved searches')
    .action((_options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        async (engine) => ({ searches: await engine.library.savedSearches.list() }),
        describeSearches,
      ),
    );
  saved
    .command('save')
    .description('keep a search under a name')
    .argument('<name>')
    .argument('<text>')
    .option('--mode <mode>', 'meaning, words or both')
    .action((name: string, text: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { mode?: string }>();
      return withEngine(
        options,
        async (engine) => ({ searches: [await engine.library.savedSearches.save(name, text, options.mode)] }),
        describeSearches,
      );
    });
  saved
    .command('delete')
    .description('forget a search')
    .argument('<name>')
    .action((name: string, _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        async (engine) => ({ searches: [await engine.library.savedSearches.delete(name)] }),
        describeSearches,
      ),
    );
}
