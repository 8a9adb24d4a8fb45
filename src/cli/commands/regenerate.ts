import type { Command } from 'commander';
import type { ProviderSetting } from '#shared/provider.ts';
import { describeTakes } from '../describeTakes.ts';
import { provider, PROVIDER_HELP, type CommonOptions } from '../options.ts';
import { withEngine } from '../withEngine.ts';

interface RegenerateOptions extends CommonOptions {
  readonly out?: string;
  readonly provider?: ProviderSetting;
}

export function defineRegenerate(program: Command): void {
  program
    .command('regenerate')
    .description('make a take again from the recipe inside its WAV')
    .argument('<file>', 'a WAV that Refoley wrote')
    .option('--out <path>', 'a file that ends in .wav (replaced if it exists) or a folder')
    .option('--provider <name>', PROVIDER_HELP, provider)
    .action((file: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RegenerateOptions>();
      return withEngine(
        options,
        (engine, work) => engine.regenerate({ file, out: options.out }, work),
        describeTakes,
      );
    });
}
