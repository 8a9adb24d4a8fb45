/**
 * Runs `work` when it is woken and once more if it was woken meanwhile, never twice at a time.
 *
 * @param work must not reject
 */
export function createWakeable(work: () => Promise<void>) {
  let running: Promise<void> | undefined;
  let again = false;
  const loop = async (): Promise<void> => {
    while (again) {
      again = false;
      await work();
    }
    running = undefined;
  };
  return {
    wake(): void {
      again = true;
      running ??= loop();
    },
    /** Resolves when nothing is left to do. */
    idle: async (): Promise<void> => running,
  };
}
