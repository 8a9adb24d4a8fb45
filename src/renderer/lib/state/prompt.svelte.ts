import type { GuidanceInterval } from '#core/diffusion/guidanceInterval.ts';
import type { RetrievalMode } from '#core/pipeline/recipe.ts';
import type { Preset } from '#shared/settings.ts';
import type { Generate, Take, TakeSettings } from '#shared/take.ts';
import type { PacksState } from './packs.svelte.ts';
import type { SettingsState } from './settings.svelte.ts';

/** Fast: the pack's distilled mode, a few steps at weights it was taught. Fine: as many steps as are asked for. */
export type Quality = 'fast' | 'fine';

/** How a take or a recipe was made. */
type Adoptable = Pick<
  Take,
  | 'prompt'
  | 'negative'
  | 'duration'
  | 'retrieval'
  | 'k'
  | 'sampler'
  | 'steps'
  | 'guidance'
  | 'libraryGuidance'
  | 'guidanceInterval'
  | 'start'
  | 'candidates'
  | 'seed'
>;

/** What the next takes are asked for with: everything in the prompt bar. */
export class PromptState {
  text = $state('');
  negative = $state('');
  /** Seconds. */
  duration = $state(3);
  variations = $state(4);
  seed = $state<number | null>(null);
  /** Whether the seed stays for the next takes. */
  seedLocked = $state(false);
  quality = $state<Quality>('fast');
  /** Of `fine`; null: the pack's own. */
  steps = $state<number | null>(null);
  guidance = $state<number | null>(null);
  libraryGuidance = $state<number | null>(null);
  /** Shares of the steps between which both act; null: all steps. */
  guidanceInterval = $state.raw<GuidanceInterval | null>(null);
  /** How much of the way from noise to sound a neighbour has gone already, 0 to 0.9; null: as much as the pack says. */
  start = $state<number | null>(null);
  /** How many ways are tried for each take; null: as many as the pack says. */
  candidates = $state<number | null>(null);
  retrieval = $state<RetrievalMode>('both');
  k = $state(3);

  readonly #packs: PacksState;
  readonly #settings: SettingsState;
  /** Whether the pack has a fast mode, and what it is. */
  distilled = $derived.by(() => this.#packs.current?.facts?.takes?.distilled ?? null);
  fast = $derived(this.quality === 'fast' && this.distilled !== null);
  defaults = $derived.by(
    () =>
      this.#packs.current?.facts?.takes?.defaults ?? {
        sampler: 'dpmpp' as const,
        steps: 20,
        guidance: 4.5,
        libraryGuidance: 4,
        k: 3,
        start: 0,
        candidates: 1,
      },
  );
  /** What the pack can be asked for; all of it while none is there. */
  can = $derived.by(() => {
    const { takesSteps = true, begins = true, mixes = true } = this.#packs.current?.facts?.takes ?? {};
    return { takesSteps, begins, mixes };
  });
  /** Whether there is guidance that could act in some steps only. */
  guides = $derived.by(() => {
    const { attendsNeighbours = true } = this.#packs.current?.facts?.takes ?? {};
    const weights = [this.guidance ?? this.defaults.guidance];
    if (attendsNeighbours) weights.push(this.libraryGuidance ?? this.defaults.libraryGuidance);
    return this.can.takesSteps && weights.some((weight) => weight !== 1);
  });
  /** Seconds of the longest take. */
  longest = $derived.by(() => this.#packs.current?.facts?.takes?.longest ?? 10.24);
  usualStart = $derived((this.fast ? this.distilled : this.defaults)?.start ?? 0);
  usualCandidates = $derived((this.fast ? this.distilled : this.defaults)?.candidates ?? 1);

  constructor(packs: PacksState, settings: SettingsState) {
    this.#packs = packs;
    this.#settings = settings;
  }

  settings(): TakeSettings {
    const { sampleRate, bits, highBand } = this.#settings.now;
    const { can, defaults } = this;
    const chosen = this.fast
      ? { sampler: 'distilled' as const }
      : {
          sampler: defaults.sampler,
          steps: (can.takesSteps ? this.steps : null) ?? defaults.steps,
          guidance: this.guidance ?? defaults.guidance,
          libraryGuidance: (can.mixes ? this.libraryGuidance : null) ?? defaults.libraryGuidance,
          guidanceInterval: (this.guides ? this.guidanceInterval : null) ?? undefined,
        };
    return {
      prompt: this.text.trim(),
      negative: this.fast ? '' : this.negative.trim(),
      seed: this.seed,
      duration: this.duration,
      start: (can.begins ? this.start : null) ?? this.usualStart,
      candidates: this.candidates ?? this.usualCandidates,
      retrieval: this.retrieval,
      k: this.k,
      ...{ sampleRate, bits, highBand },
      ...chosen,
    };
  }

  /** What a preset keeps. */
  options(): Omit<Preset, 'name'> {
    const { duration, variations, quality, steps, guidance, libraryGuidance } = this;
    const { guidanceInterval, start, candidates, retrieval, k } = this;
    return {
      ...{ duration, variations, quality, steps, guidance, libraryGuidance },
      ...{ guidanceInterval, start, candidates, retrieval, k },
    };
  }

  request(choice: Pick<Generate, 'pins' | 'bans'>): Generate {
    return { settings: this.settings(), variations: this.variations, ...choice };
  }

  /** Takes over how a take was made; its seed only when that is to stay. */
  adopt(take: Adoptable, { seed }: { readonly seed: boolean }): void {
    this.text = take.prompt;
    this.negative = take.negative;
    this.duration = take.duration;
    this.start = take.start;
    this.candidates = take.candidates;
    this.retrieval = take.retrieval;
    this.k = take.k;
    this.quality = take.sampler === 'distilled' ? 'fast' : 'fine';
    this.steps = take.steps;
    this.guidance = take.guidance;
    this.libraryGuidance = take.libraryGuidance;
    this.guidanceInterval = take.guidanceInterval ?? null;
    if (seed) this.seed = take.seed;
    this.seedLocked = seed;
  }
}
