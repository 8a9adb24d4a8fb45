import { RefoleyError } from '#core/errors.ts';
import type { PartName } from '#core/pack/manifest.ts';
import type { ProviderName } from '#shared/provider.ts';
import { openSessions, type Sessions } from '../onnx/sessions.ts';
import { openPack } from '../packs/openPack.ts';
import { fixedRun, type FixedRun } from './fixedRun.ts';
import { plainReason } from './plainReason.ts';
import type { Sizes } from './testSizes.ts';

export interface FixedRunInput {
  /** Folder of the pack. */
  readonly pack: string;
  readonly part: PartName;
  readonly provider: ProviderName;
  readonly sizes: Sizes;
}

/** What a process does that a provider is tried in; it may crash or hang. */
export function createTrialJobs() {
  let sessions: Sessions | undefined;
  return {
    /** Runs a part on inputs that are always the same. The first call says of which pack and with which provider. */
    async fixedRun({ pack, part, provider, sizes }: FixedRunInput): Promise<FixedRun> {
      sessions ??= openSessions(await openPack(pack), undefined, () => provider);
      try {
        return await fixedRun(sessions, part, sizes);
      } catch (cause) {
        // That a part does not load is the provider's fault here, not the pack's.
        throw provider === 'cpu' ? cause : new RefoleyError('unavailable', plainReason(cause), { cause });
      }
    },
  };
}
