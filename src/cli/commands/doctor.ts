import type { Command } from 'commander';
import type { DoctorReport } from '#engine/doctor.ts';
import type { CommonOptions } from '../options.ts';
import { describeProviders } from '../describeProviders.ts';
import { withEngine } from '../withEngine.ts';

export function defineDoctor(program: Command): void {
  program
    .command('doctor')
    .description('say what is there, what is missing, and which command mends it')
    .action((_options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<CommonOptions>(), (engine) => engine.doctor(), describe),
    );
}

function describe({
  versions,
  dataFolder,
  providers,
  index,
  packs,
  library,
  problems,
}: DoctorReport): string {
  return [
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
    `data folder ${dataFolder}`,
    'providers',
    ...describeProviders(providers).map((line) => `  ${line}`),
    `search by ${index === 'faiss' ? 'FAISS' : 'exact scan'}`,
    `packs: ${packs.map(({ name, version }) => `${name} ${version ?? '(damaged)'}`).join(', ') || 'none'}`,
    library ? `library: ${library.sounds} sounds in ${library.sources} folders` : 'library: none yet',
    ...(problems.length === 0 ? ['nothing is missing'] : ['to mend']),
    ...problems.map(({ what, mend }) => `  ${what}: ${mend}`),
  ].join('\n');
}
