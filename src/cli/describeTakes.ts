import { readTerms } from '#core/rights/readTerms.ts';
import type { TakesReport } from '#engine/takes/renderTakes.ts';

const BAR = 20;

/** Where each take is, and which neighbours shaped it how much. */
export function describeTakes({ takes, neighbours, passedOver, passedOverCount }: TakesReport): string {
  const files = takes.map(
    ({ path, seconds, seed, loudness }) =>
      `${path}  (${seconds} s, ${loudness.toFixed(1)} LUFS, seed ${seed})`,
  );
  const shaped = neighbours.map(({ id, caption, path, licence, similarity, weight, pinned, influence }) => {
    const bar = '█'.repeat(Math.round(influence * BAR)).padEnd(BAR, '·');
    const share = `${Math.round(influence * 100)} %`.padStart(5);
    const marks = [
      `similarity ${similarity.toFixed(2)}`,
      pinned && 'pinned',
      weight !== 1 && `weight ${weight}`,
      readTerms(licence).nonCommercial && 'non-commercial use only',
    ];
    return `  ${bar} ${share}  #${id} ${caption || path}  (${marks.filter(Boolean).join(', ')})`;
  });
  const passed = passedOver.map(({ id, caption, reason }) => `  #${id} ${caption || '-'}  (${reason})`);
  const more = passedOverCount - passed.length;
  if (more > 0) passed.push(`  and ${more} more`);
  return [
    ...files,
    ...(shaped.length > 0 ? ['shaped by', ...shaped] : []),
    ...(passed.length > 0 ? ['nearer, and passed over', ...passed] : []),
  ].join('\n');
}
