/** Milliseconds spent in named stages, one after another. */
export interface StageTimer<Stage extends string> {
  /** Ends the stage before it. */
  enter(stage: Stage): void;
  /** Ends the last stage. */
  times(): Record<Stage, number>;
}

/**
 * @param stages all there are, so that one never entered counts 0
 * @param now a clock in milliseconds
 */
export function createStageTimer<Stage extends string>(
  stages: readonly Stage[],
  now: () => number,
): StageTimer<Stage> {
  const times = Object.fromEntries(stages.map((stage) => [stage, 0])) as Record<Stage, number>;
  let current: { stage: Stage; since: number } | undefined;
  const end = () => {
    if (current) times[current.stage] += now() - current.since;
    current = undefined;
  };
  return {
    enter(stage) {
      if (current?.stage === stage) return;
      end();
      current = { stage, since: now() };
    },
    times() {
      end();
      return { ...times };
    },
  };
}
