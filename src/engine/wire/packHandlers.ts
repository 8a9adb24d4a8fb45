import type { Pack, PackChannels } from '#shared/channels/packs.ts';
import type { Engine } from '../app.ts';
import type { FoundPack } from '../packs/findPacks.ts';
import { filesOf } from '../packs/pack.ts';
import type { Handlers } from './handlers.ts';

export function createPackHandlers({ packs }: Engine): Handlers<PackChannels> {
  return {
    'packs.list': async () => (await packs.list()).map(publicPack),
    'packs.verify': async ({ name }) =>
      (await packs.verify(name)).map(({ file, problem = null }) => ({ file, problem })),
  };
}

function publicPack(found: FoundPack): Pack {
  const { name, folder } = found;
  if ('problem' in found) return { name, folder, facts: null, problem: found.problem.message };
  const { manifest } = found.pack;
  const { version, description, licence, audio, conditioning, defaults, distilled, graphs } = manifest;
  const { steps, guidance, libraryGuidance, k, duration } = defaults;
  return {
    ...{ name, folder, problem: null },
    facts: {
      ...{ version, description, licence },
      sampleRate: audio.sampleRate,
      maxNeighbours: conditioning.maxNeighbours,
      defaultDuration: duration,
      defaults: { steps, guidance, libraryGuidance, k },
      distilled: distilled ?? null,
      parameters: Object.values(graphs).reduce((sum, { parameters }) => sum + parameters, 0),
      bytes: filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0),
      attributions: manifest.attributions,
    },
  };
}
