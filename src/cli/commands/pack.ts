import type { Command } from 'commander';
import { RefoleyError } from '#core/errors.ts';
import type { FoundPack } from '#engine/packs/findPacks.ts';
import { canHear, canMakeTakes, type Pack } from '#engine/packs/pack.ts';
import type { CommonOptions } from '../options.ts';
import { describeProviders } from '../describeProviders.ts';
import { withEngine } from '../withEngine.ts';

const STARTER = 'starter';

export function definePack(program: Command): void {
  const pack = program.command('pack').description('the model packs');

  pack
    .command('list')
    .description('list the packs that are installed')
    .action((_options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        async (engine) => ({ packs: (await engine.packs.list()).map(listed) }),
        ({ packs }) =>
          packs
            .map(
              ({ name, version, does, folder, licence, problem }) =>
                `${name} ${version ?? ''}  ${folder}  (${problem ?? `${does.join(', ')}; licence: ${licence}`})`,
            )
            .join('\n'),
      ),
    );

  pack
    .command('info')
    .description('show what a pack is made of')
    .argument('[name]', '', STARTER)
    .action((name: string, _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        async (engine) => info(await engine.packs.info(name)),
        (facts) => JSON.stringify(facts, null, 2),
      ),
    );

  pack
    .command('add')
    .description('add a pack, or a model as its authors publish it: its weights stay where they are')
    .argument(
      '<folder>',
      'holds manifest.json, or a published model: model_index.json, model_config.json or config.json and what lies beside it',
    )
    .action((folder: string, _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        async (engine, work) => info(await engine.packs.add(folder, work)),
        ({ name, version, folder: added }) => `${name} ${version}  ${added}`,
      ),
    );

  pack
    .command('remove')
    .description('delete a pack that was added')
    .argument('<name>')
    .action((name: string, _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        async (engine) => ({ name, folder: await engine.packs.remove(name) }),
        ({ folder }) => `removed ${folder}`,
      ),
    );

  pack
    .command('measure')
    .description(
      'test each provider with a pack, choose the fastest that is right, and measure how fast a take is',
    )
    .argument('[name]', '', STARTER)
    .action((name: string, _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        async (engine, work) => ({
          ...{ name, machine: engine.packs.machine },
          providers: await engine.packs.testProviders(name, work),
          ...(await engine.packs.measure(name, work)),
        }),
        ({ machine, providers, fine, fast }) =>
          [
            ...[fine, ...(fast ? [fast] : [])].map(
              ({ steps, stepsPerSecond, secondsPerTake }) =>
                `${steps} steps: ${stepsPerSecond.toFixed(1)} steps/s, ${secondsPerTake.toFixed(2)} s a take`,
            ),
            machine,
            ...describeProviders(providers),
          ].join('\n'),
      ),
    );

  pack
    .command('verify')
    .description('compare every file of a pack with its manifest')
    .argument('[name]', '', STARTER)
    .action((name: string, _options: unknown, command: Command) =>
      withEngine(
        command.optsWithGlobals<CommonOptions>(),
        async (engine, work) => {
          const files = await engine.packs.verify(name, work);
          return { name, ok: files.every(({ problem }) => problem === undefined), files };
        },
        ({ files }) => files.map(({ file, problem }) => `${file}: ${problem ?? 'ok'}`).join('\n'),
        ({ ok }) => (ok ? undefined : new RefoleyError('corrupt', `pack '${name}' is damaged: reinstall it`)),
      ),
    );
}

function listed(found: FoundPack) {
  const { name, folder } = found;
  if ('problem' in found)
    return {
      ...{ name, version: null, sha256: null, does: [], licence: null, folder },
      problem: found.problem.message,
    };
  const { pack } = found;
  const does = [...(canMakeTakes(pack) ? ['makes takes'] : []), ...(canHear(pack) ? ['hears'] : [])];
  const { version, licence } = pack.manifest;
  return { name, version, sha256: pack.sha256, does, licence, folder, problem: null };
}

function info({ folder, sha256, manifest }: Pack) {
  return { folder, sha256, ...manifest };
}
