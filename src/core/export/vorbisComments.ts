import type { Comment } from '../audio/vorbisComment.ts';
import type { Clip } from '../edit/clip.ts';

/**
 * Comments with the marks of a clip as players and game engines know them: CHAPTER001 and CHAPTER001NAME for markers and
 * regions (a region's end is CHAPTER001END), LOOPSTART and LOOPLENGTH in samples.
 */
export function vorbisComments(
  texts: readonly Comment[],
  { markers, loop, rate }: Pick<Clip, 'markers' | 'loop' | 'rate'>,
): Comment[] {
  const chapters = markers.slice(0, 999).flatMap(({ start, length, label }, index): Comment[] => {
    const name = `CHAPTER${String(index + 1).padStart(3, '0')}`;
    return [
      [name, clock(start / rate)],
      [`${name}NAME`, label],
      ...(length > 0 ? [[`${name}END`, clock((start + length) / rate)] as const] : []),
    ];
  });
  const looped: Comment[] = loop
    ? [
        ['LOOPSTART', String(loop.start)],
        ['LOOPLENGTH', String(loop.end - loop.start)],
      ]
    : [];
  return [...texts, ...chapters, ...looped];
}

/** hh:mm:ss.sss */
function clock(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const part = (unit: number, size: number): string =>
    String(Math.floor(milliseconds / unit) % size).padStart(2, '0');
  const rest = String(milliseconds % 1000).padStart(3, '0');
  return `${part(3_600_000, 100)}:${part(60_000, 60)}:${part(1000, 60)}.${rest}`;
}
