import type { TakeManifest } from '#core/pack/manifest.ts';
import { abilitiesOf, attendsNeighbours } from '#core/pipeline/abilities.ts';
import type { Pack, PackChannels } from '#shared/channels/packs.ts';
import type { Engine } from '../app.ts';
import type { FoundPack } from '../packs/findPacks.ts';
import {
  canHear,
  canMakeTakes,
  filesOf,
  parametersOf,
  totalBytes,
  weightsOf,
  type Pack as EnginePack,
} from '../packs/pack.ts';
import type { Handlers } from './handlers.ts';
import { work } from './work.ts';

export function createPackHandlers({ packs }: Engine): Handlers<PackChannels> {
  const publicPack = async (found: FoundPack): Promise<Pack> => {
    const { name, folder } = found;
    const own = { name, folder, added: packs.isAdded(folder) };
    if ('problem' in found) return { ...own, facts: null, problem: found.problem.message, measured: null };
    return {
      ...{ ...own, problem: null },
      facts: factsOf(found.pack),
      measured: (await packs.measured(found.pack)) ?? null,
    };
  };

  return {
    'packs.list': async () => Promise.all((await packs.list()).map(publicPack)),
    'packs.providers': async () => ({ machine: packs.machine, providers: await packs.providers() }),
    'packs.testProviders': ({ name }, call) => packs.testProviders(name, work(call)),
    'packs.measure': ({ name }, call) => packs.measure(name, work(call)),
    async 'packs.add'({ folder }, call) {
      const { manifest } = await packs.add(folder, work(call));
      return { name: manifest.name };
    },
    async 'packs.remove'({ name }) {
      await packs.remove(name);
    },
    async 'packs.lookUp'({ address }, call) {
      const { manifest, sha256, bytes } = await packs.lookUp(address, work(call));
      const { name, version, description, licence } = manifest;
      return { name, version, description, licence, sha256, bytes, files: filesOf(manifest).length + 1 };
    },
    async 'packs.download'(offer, call) {
      const { manifest } = await packs.download(offer, work(call));
      return { name: manifest.name };
    },
    'packs.verify': async ({ name }, call) =>
      (await packs.verify(name, work(call))).map(({ file, problem = null }) => ({ file, problem })),
  };
}

function factsOf(pack: EnginePack): NonNullable<Pack['facts']> {
  const { manifest } = pack;
  const { version, description, licence, attributions } = manifest;
  return {
    ...{ version, description, licence, attributions },
    checkpoint: manifest.format === 2 ? manifest.checkpoint : null,
    hears: canHear(pack),
    takes: canMakeTakes(pack) ? takeFactsOf(pack.manifest) : null,
    parameters: parametersOf(manifest),
    bytes: totalBytes(filesOf(manifest)) + (manifest.format === 2 ? totalBytes(weightsOf(manifest)) : 0),
  };
}

function takeFactsOf(manifest: TakeManifest): NonNullable<NonNullable<Pack['facts']>['takes']> {
  const { audio, conditioning, defaults, distilled } = manifest;
  const { longest, mostSteps, begins, mixes } = abilitiesOf(manifest);
  const { sampler, steps, guidance, libraryGuidance, k, start, candidates, duration } = defaults;
  return {
    attendsNeighbours: attendsNeighbours(manifest),
    sampleRate: audio.sampleRate,
    maxNeighbours: conditioning.maxNeighbours,
    defaultDuration: duration,
    ...{ longest, begins, mixes, takesSteps: mostSteps > 1 },
    defaults: { sampler, steps, guidance, libraryGuidance, k, start, candidates },
    distilled: distilled ?? null,
  };
}
