import { Command, CommanderError } from 'commander';
import { asRefoleyError } from '#core/errors.ts';
import { defineBatch } from './commands/batch.ts';
import { defineDoctor } from './commands/doctor.ts';
import { defineEdit } from './commands/edit.ts';
import { defineEvaluate } from './commands/evaluate.ts';
import { defineExport } from './commands/export.ts';
import { defineGenerate } from './commands/generate.ts';
import { defineLibrary } from './commands/library.ts';
import { definePack } from './commands/pack.ts';
import { defineRegenerate } from './commands/regenerate.ts';
import { defineShow } from './commands/show.ts';

const DONE = 0;
const FAILED = 1;
const USAGE = 2;

/** Runs one command line. Returns the exit code: 0 done, 1 failed (said in one line on stderr), 2 usage. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const program = new Command('refoley')
    .description('Foley from a few words, led by the sounds of your own library')
    .option('--data <folder>', 'user data folder (or REFOLEY_DATA)')
    .option('--ears <name>', 'pack that hears the library, instead of the usual one (or REFOLEY_EARS)')
    .option('--json', 'print one JSON object on stdout and nothing else')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const define of [
    defineGenerate,
    defineRegenerate,
    defineBatch,
    defineEdit,
    defineExport,
    defineShow,
    defineLibrary,
    definePack,
    defineEvaluate,
    defineDoctor,
  ])
    define(program);

  try {
    await program.parseAsync(args, { from: 'user' });
    return DONE;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? DONE : USAGE;
    return fail(cause);
  }
}

/** Says what went wrong in one line. */
export function fail(cause: unknown): number {
  const { kind, message } = asRefoleyError(cause);
  process.stderr.write(`error: ${kind}: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  return FAILED;
}
