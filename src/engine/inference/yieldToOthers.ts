import { constants, getPriority, setPriority } from 'node:os';

/** Lets every other program go first, from now on: listening to a library takes hours and must not be felt. */
export function yieldToOthers(): void {
  const { PRIORITY_BELOW_NORMAL } = constants.priority;
  // A lower priority (a larger number) that somebody chose stays.
  if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
}
