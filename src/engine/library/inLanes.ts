/** Runs `work` over the items, so many at a time, in their order; the first rejection ends it once all have settled. */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const run = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  const settled = await Promise.allSettled(Array.from({ length: lanes }, run));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
