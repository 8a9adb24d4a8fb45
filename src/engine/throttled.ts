/** Progress goes out a few times a second: no more often than this, in milliseconds. */
const INTERVAL = 100;

/** Passes progress on a few times a second, and the beginning of each stage at once. */
export function throttled<Progress extends { readonly stage: string }>(
  send: (progress: Progress) => void,
): (progress: Progress) => void {
  let last = { stage: '', time: 0 };
  return (progress) => {
    const time = performance.now();
    if (progress.stage === last.stage && time - last.time < INTERVAL) return;
    last = { stage: progress.stage, time };
    send(progress);
  };
}
