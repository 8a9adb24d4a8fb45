import { z } from 'zod';
import { guidanceIntervalSchema, type GuidanceInterval } from '../diffusion/guidanceInterval.ts';
import { RefoleyError } from '../errors.ts';
import { samplers, type Sampler } from '../pack/facts.ts';
import type { TakeManifest } from '../pack/manifest.ts';
import { abilitiesOf } from './abilities.ts';
import { highBands, retrievalModes, type Recipe } from './recipe.ts';

/** Seconds. */
export const SHORTEST_TAKE = 0.2;
/** Beyond this a take is its neighbour behind a vocoder. */
const MAX_START = 0.9;
/** Beyond this the best hardly gets better. */
const MAX_CANDIDATES = 16;
/** Guidance weights above this only distort. */
const MAX_GUIDANCE = 30;
const SAMPLE_RATES = [
  8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000,
];

/** What a user chooses for a take. With the pack and the neighbours found for it, this becomes its recipe. */
export type TakeSettings = Pick<
  Recipe,
  | 'prompt'
  | 'negative'
  | 'seed'
  | 'sampler'
  | 'steps'
  | 'guidance'
  | 'libraryGuidance'
  | 'guidanceInterval'
  | 'retrieval'
  | 'k'
  | 'duration'
  | 'soundLength'
  | 'start'
  | 'candidates'
  | 'candidate'
  | 'highBand'
  | 'sampleRate'
  | 'bits'
>;

type Requested<Setting> = Setting extends number ? number : Setting extends string ? string : Setting;

/** Settings before they are checked: numbers and names as somebody typed them. */
export type RequestedSettings = {
  readonly [Name in keyof TakeSettings]?: Requested<NonNullable<TakeSettings[Name]>> | undefined;
};

/**
 * Fills what was left open from the pack's defaults and checks every range.
 * @throws RefoleyError 'input' that names the first setting out of range
 */
export function checkSettings(requested: RequestedSettings, pack: TakeManifest): TakeSettings {
  const { conditioning } = pack;
  const { mostSteps, longest, samplers: known, begins, mixes } = abilitiesOf(pack);
  const { retrieval } = requested;
  const usual = usualSampler(requested, pack);
  const taught = (requested.sampler ?? usual) === 'distilled' ? taughtSettings(requested, pack) : undefined;
  const defaults = { ...pack.defaults, ...taught, sampler: usual };
  const within = (name: string, low: number, high: number, unit = '') => {
    const message = `${name} must be between ${low} and ${high}${unit}`;
    return z.number(message).min(low, message).max(high, message);
  };
  const whole = (name: string, low: number, high: number) =>
    within(name, low, high).int(`${name} must be a whole number`);
  const only = (value: number, why: string) =>
    z.literal(value, `the pack '${pack.name}' ${why}: leave that out`);
  const oneOf = <const Names extends readonly string[]>(name: string, names: Names) =>
    z.enum(names, `${name} must be one of ${names.join(', ')}`);

  const schema = z.object({
    prompt: z
      .string('a prompt is needed')
      .trim()
      .min(1, 'the prompt is empty: describe the sound in a few words'),
    negative: z.string().trim().default(''),
    seed: whole('the seed', 0, 0xffff_ffff),
    sampler: oneOf('the sampler', samplers)
      .refine(
        (sampler) => known.includes(sampler),
        `the pack '${pack.name}' has no such sampler: take ${known.join(', ')}`,
      )
      .default(defaults.sampler),
    steps: (mostSteps === 1
      ? only(1, 'is not asked for a number of steps')
      : whole('the number of steps', 1, mostSteps)
    ).default(defaults.steps),
    guidance: within('guidance', 0, MAX_GUIDANCE).default(defaults.guidance),
    libraryGuidance: (mixes
      ? within('library guidance', 0, MAX_GUIDANCE)
      : only(0, 'knows no weight of the library')
    ).default(defaults.libraryGuidance),
    guidanceInterval: guidanceIntervalSchema
      .optional()
      .transform((interval) => (isWhole(interval) ? undefined : interval))
      .refine(
        (interval) => interval === undefined || mostSteps > 1,
        `the pack '${pack.name}' knows no guidance interval: leave that out`,
      ),
    retrieval: oneOf('retrieval', retrievalModes).default('both'),
    k: whole('k, the number of neighbours,', 0, conditioning.maxNeighbours).default(defaults.k),
    duration: within('the duration', SHORTEST_TAKE, longest, ' seconds').default(defaults.duration),
    // Somebody who asks for two seconds wants a sound of two seconds, not the first two of a longer one.
    soundLength: within("the sound's length", 0, longest, ' seconds').default(requested.duration ?? 0),
    // A neighbour of whose sound nothing is used gives no beginning either.
    start:
      retrieval === 'none' || retrieval === 'text'
        ? z
            .unknown()
            .optional()
            .transform(() => 0)
        : (begins ? within('start', 0, MAX_START) : only(0, 'cannot begin from a sound')).default(
            defaults.start,
          ),
    candidates: whole('the number of candidates', 1, MAX_CANDIDATES).default(defaults.candidates),
    candidate: whole('the candidate', 0, MAX_CANDIDATES - 1).optional(),
    highBand: oneOf('the high band', highBands).default('neighbours'),
    sampleRate: z
      .number()
      .refine(
        (rate) => SAMPLE_RATES.includes(rate),
        `the sample rate must be one of ${SAMPLE_RATES.join(', ')} Hz`,
      )
      .default(48_000),
    bits: z
      .union([z.literal(16), z.literal(24), z.literal(32)], 'bits must be 16, 24 or 32 (float)')
      .default(24),
  });

  const parsed = schema.safeParse(requested);
  if (!parsed.success)
    throw new RefoleyError('input', parsed.error.issues[0]?.message ?? 'a setting is not valid');
  return parsed.data;
}

/**
 * The distilled mode where the pack has it and nothing is asked for that it has no say in: four of its candidates cost less
 * than one guided take, and the best of them is better (docs/adr/0012).
 */
function usualSampler(
  { negative, steps, guidance, libraryGuidance, guidanceInterval }: RequestedSettings,
  { defaults, distilled }: TakeManifest,
): Sampler {
  const guided =
    (negative ?? '') !== '' ||
    !isWhole(guidanceInterval) ||
    [steps, guidance, libraryGuidance].some((asked) => asked !== undefined);
  return distilled && !guided ? 'distilled' : defaults.sampler;
}

/** Whether guidance acts in all steps, as it does where nothing is said. */
function isWhole(interval: GuidanceInterval | undefined): boolean {
  return interval === undefined || (interval.from === 0 && interval.to === 1);
}

/** The distilled mode does what it was taught: its steps and its guidance are no choice. */
function taughtSettings(requested: RequestedSettings, { name, distilled }: TakeManifest) {
  if (!distilled) {
    throw new RefoleyError('input', `the pack '${name}' has no distilled mode: take ddim or dpmpp`);
  }
  const { steps, guidance, libraryGuidance, start, candidates } = distilled;
  const taught = { steps, guidance, libraryGuidance };
  if (!isWhole(requested.guidanceInterval)) {
    throw new RefoleyError(
      'input',
      `the distilled mode of '${name}' knows no guidance interval: leave it out, or take ddim or dpmpp`,
    );
  }
  for (const [setting, value] of Object.entries(taught)) {
    const asked = requested[setting as keyof typeof taught];
    if (asked !== undefined && asked !== value) {
      throw new RefoleyError(
        'input',
        `the distilled mode of '${name}' always takes ${steps} steps with guidance ${guidance} and library guidance ` +
          `${libraryGuidance}: leave them out, or take ddim or dpmpp`,
      );
    }
  }
  return { ...taught, start, candidates };
}
