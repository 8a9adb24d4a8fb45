import { requireHearing, type HearingPack } from '../packs/pack.ts';
import { loadPack, type RunningPack } from './loadPack.ts';

/** Two packs stay loaded: the last one that made takes, and the last one that heard; often they are one. */
export function createLoadedPacks() {
  let making: RunningPack | undefined;
  let hearing: RunningPack<HearingPack['manifest']> | undefined;

  const loaded = (folder: string) => [making, hearing].find((pack) => pack?.folder === folder);
  const release = async (old: RunningPack | undefined) => {
    if (old && old !== making && old !== hearing) await old.sessions.close();
  };

  return {
    async load(folder: string, threads?: number): Promise<RunningPack> {
      const old = making;
      if (old?.folder === folder) return old;
      making = undefined;
      await release(old);
      return (making = loaded(folder) ?? (await loadPack(folder, threads)));
    },

    /** @throws RefoleyError `input` for a pack that cannot hear */
    async loadHearing(folder: string, threads?: number): Promise<RunningPack<HearingPack['manifest']>> {
      const old = hearing;
      if (old?.folder === folder) return old;
      hearing = undefined;
      await release(old);
      return (hearing = requireHearing(loaded(folder) ?? (await loadPack(folder, threads))));
    },
  };
}
