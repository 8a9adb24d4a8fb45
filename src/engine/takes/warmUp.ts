import type { PartName, TakeManifest } from '#core/pack/manifest.ts';
import { packParts } from '#core/pack/packParts.ts';
import { attendsNeighbours } from '#core/pipeline/abilities.ts';
import { branchesOf } from '#core/pipeline/branchesOf.ts';
import { textParts } from '#core/pipeline/ears.ts';
import type { EngineContext } from '../context.ts';
import type { TakePack } from '../packs/pack.ts';

type WarmUpContext = Pick<EngineContext, 'inference' | 'providers' | 'pack' | 'hearing'>;

/**
 * Creates the sessions that takes need before the first one asks for them: one after another, for as long as nobody wants the inference
 * process. Whoever does waits for one session at most, and creates the others. Where the pack does not fit or a graph does not load,
 * the take will tell.
 */
export async function warmUp(context: WarmUpContext): Promise<void> {
  const { inference } = context;
  try {
    const [pack, hearing] = await Promise.all([context.pack(), context.hearing()]);
    if (await wouldBeTested(context, pack)) return;
    const { manifest } = pack;
    const input = {
      ...{ pack: pack.folder, hearing: hearing.folder, size: usualSize(manifest) },
      providers: await context.providers.of(pack, {}),
    };
    const chooses = usualModes(manifest).some(({ candidates }) => candidates > 1);
    const heardBy = [...textParts(hearing.manifest), ...(chooses ? (['clapAudio'] as const) : [])];
    const steps = [
      ...heardBy.map((part) => ({ part, hears: true })),
      ...partsOfTakes(manifest).map((part) => ({ part, hears: false })),
    ];
    for (const step of steps.sort((a, b) => urgency(a.part) - urgency(b.part))) {
      if (!inference.isIdle()) return;
      await inference.run('warmUp', { ...input, ...step });
    }
  } catch {
    // Said by the take that needs it.
  }
}

/** A provider that the user named and that was never tried is tested before the first take, which takes its time. */
async function wouldBeTested({ providers }: WarmUpContext, pack: TakePack): Promise<boolean> {
  const { setting } = providers;
  if (setting === 'auto' || setting === 'cpu') return false;
  const tests = (await providers.tested(pack))?.parts ?? [];
  return !tests.some(({ provider }) => provider === setting);
}

/** How takes are made unless the user says otherwise. */
function usualModes({ defaults, distilled }: TakeManifest) {
  return distilled ? [distilled, defaults] : [defaults];
}

function usualSize(manifest: TakeManifest) {
  const { duration, sampler, guidance, libraryGuidance } = manifest.defaults;
  const rows = branchesOf({ sampler, guidance, libraryGuidance }, attendsNeighbours(manifest)).length;
  return { duration, rows };
}

const ENCODERS: ReadonlySet<PartName> = new Set(['vaeEncoder', 'autoencoderEncoder']);
/** What takes do without where they lean on no sound, or where there is nothing to choose. */
const OPTIONAL: ReadonlySet<PartName> = new Set([...ENCODERS, 'audioMae', 'clapAudio']);

function partsOfTakes(manifest: TakeManifest): readonly PartName[] {
  const begins = usualModes(manifest).some(({ start }) => start > 0);
  return packParts(manifest).flatMap(({ part }) => (ENCODERS.has(part) && !begins ? [] : [part]));
}

/** What every take needs first. */
function urgency(part: PartName): number {
  return OPTIONAL.has(part) ? 1 : 0;
}
