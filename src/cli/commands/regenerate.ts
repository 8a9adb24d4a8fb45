import type { Command } from 'commander';
import { describeTakes } from '../describeTakes.ts';
import type { CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface RegenerateOptions extends CommonOptions {
  readonly out?: string;
}

export function defineRegenerate(program: Command): void {
  program
    .command('regenerate')
    .description('make a take again from the recipe inside its WAV')
    .argument('<file>', 'a WAV that Refoley wrote')
    .option('--out <path>', 'a file that ends in .wav (replaced if it exists) or a folder')
    .action((file: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RegenerateOptions>();
      return withEngine(
        options,
        (engine, work) => engine.regenerate({ file, out: options.out }, work),
        describeTakes,
      );
    });
}
