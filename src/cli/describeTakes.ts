import type { TakesReport } from '#engine/takes/renderTakes.ts';

const BAR = 20;

/** Where each take is, and which neighbours shaped it how much. */
export function describeTakes({ takes, neighbours }: TakesReport): string {
  const files = takes.map(
    ({ path, seconds, seed, loudness }) =>
      `${path}  (${seconds} s, ${loudness.toFixed(1)} LUFS, seed ${seed})`,
  );
  const shaped = neighbours.map(({ id, caption, path, similarity, weight, pinned, influence }) => {
    const bar = '█'.repeat(Math.round(influence * BAR)).padEnd(BAR, '·');
    const share = `${Math.round(influence * 100)} %`.padStart(5);
    const marks = [
      `similarity ${similarity.toFixed(2)}`,
      pinned && 'pinned',
      weight !== 1 && `weight ${weight}`,
    ];
    return `  ${bar} ${share}  #${id} ${caption || path}  (${marks.filter(Boolean).join(', ')})`;
  });
  return [...files, ...(shaped.length > 0 ? ['shaped by', ...shaped] : [])].join('\n');
}
