import { isDeepStrictEqual } from 'node:util';
import { requireHearing, requireTakes, type HearingPack, type TakePack } from '../packs/pack.ts';
import type { ChosenProviders } from '../providers/chooseProviders.ts';
import { loadPack, type RunningPack } from './loadPack.ts';

type Hearing = RunningPack<HearingPack['manifest']>;
type Making = RunningPack<TakePack['manifest']>;

/** Two packs stay loaded: the last one that made takes, and the last one that heard; often they are one. */
export function createLoadedPacks() {
  let making: { readonly running: Making; readonly providers: ChosenProviders } | undefined;
  let hearing: Hearing | undefined;

  const release = async (old: RunningPack | undefined) => {
    if (old && old !== making?.running && old !== hearing) await old.sessions.close();
  };

  return {
    /**
     * @param providers of its parts that the CPU does not run; as it is loaded already unless given
     * @throws RefoleyError `input` for a pack that makes no takes
     */
    async load(folder: string, providers?: ChosenProviders): Promise<Making> {
      const old = making;
      const isSame = old && (!providers || isDeepStrictEqual(providers, old.providers));
      if (isSame && old.running.folder === folder) return old.running;
      making = undefined;
      // What hears runs on the CPU: it is no other than this one where that does, too.
      const canShare = Object.keys(providers ?? {}).length === 0 && hearing?.folder === folder;
      await release(old?.running);
      const loaded = canShare && hearing ? hearing : await loadPack(folder, undefined, providers);
      const running = requireTakes(loaded);
      making = { running, providers: providers ?? {} };
      return running;
    },

    /** @throws RefoleyError `input` for a pack that cannot hear */
    async loadHearing(folder: string, threads?: number): Promise<Hearing> {
      const old = hearing;
      if (old?.folder === folder) return old;
      hearing = undefined;
      await release(old);
      const there = making?.running.folder === folder ? making.running : await loadPack(folder, threads);
      return (hearing = requireHearing(there));
    },
  };
}
