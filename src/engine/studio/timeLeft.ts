import type { Progress } from '#core/pipeline/generate.ts';

/** Seconds that a take takes beside its steps, before one was measured: encoding, decoding, writing. */
const ASSUMED_REST = 1.5;

export interface TimeLeft {
  /** Tells how far the present take is; `share` 0 to 1, `left` seconds for all takes, null before a step was measured. */
  progress(progress: Progress): { readonly share: number; readonly left: number | null };
  /** The present take is finished. */
  finished(): void;
}

/**
 * Time left from measured step times: a row that the denoiser is shown in a step costs what the rows so far cost on average, everything
 * else what it cost the last time.
 *
 * @param takes how many are still to be made, the present one included
 * @param now milliseconds
 */
export function createTimeLeft(takes: number, now: () => number = () => performance.now()): TimeLeft {
  let remaining = takes;
  let began = now();
  let sampling: { readonly at: number; readonly done: number } | undefined;
  let perStep: number | undefined;
  let steps = 0;
  let stepsDone = 0;
  let rest: number | undefined;

  const seconds = (from: number): number => (now() - from) / 1000;
  const wholeTake = (): number => (perStep ?? 0) * steps + (rest ?? ASSUMED_REST);

  return {
    progress({ stage, done: doneSteps, of: allSteps, rows }) {
      const { done, of } = rows ?? { done: doneSteps, of: allSteps };
      if (stage === 'sample') {
        sampling ??= { at: now(), done };
        steps = of;
        stepsDone = done;
        if (done > sampling.done) perStep = seconds(sampling.at) / (done - sampling.done);
      } else if (sampling && stage !== 'encode') stepsDone = steps;
      if (perStep === undefined) return { share: 0, left: null };
      const stepsLeft = perStep * (steps - stepsDone);
      const after = stepsDone < steps ? (rest ?? ASSUMED_REST) : (rest ?? ASSUMED_REST) / 2;
      const left = stepsLeft + after;
      const share = Math.min(1, Math.max(0, 1 - left / Math.max(wholeTake(), left)));
      return { share, left: left + (remaining - 1) * wholeTake() };
    },
    finished() {
      remaining--;
      if (perStep !== undefined) rest = Math.max(0.05, seconds(began) - perStep * steps);
      began = now();
      sampling = undefined;
      stepsDone = 0;
    },
  };
}
