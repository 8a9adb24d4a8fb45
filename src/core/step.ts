/**
 * Taken between the parts of long work, so that whoever waits hears how far it is and can end it: 0 to 1 of the work is done. What it
 * throws ends the work.
 */
export type Step = (share: number) => Promise<void> | void;

export const noStep: Step = () => undefined;

/** Steps of stages that follow one another, each with its weight, out of the steps of the whole. */
export function stagesOf<const Weights extends readonly number[]>(
  step: Step,
  weights: Weights,
): { readonly [Stage in keyof Weights]: Step } {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let done = 0;
  const steps = weights.map((weight): Step => {
    const before = done;
    done += weight;
    return (share) => step((before + share * weight) / total);
  });
  return steps as { readonly [Stage in keyof Weights]: Step };
}
