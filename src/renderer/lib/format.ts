/** Words and numbers as a sound designer reads them: always with their unit. */

/** `0:03.2`, `1:02:03`. */
export function clock(seconds: number, decimals = 1): string {
  const whole = Math.max(0, seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = (whole % 60)
    .toFixed(hours > 0 ? 0 : decimals)
    .padStart(hours > 0 || decimals === 0 ? 2 : 3 + decimals, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `3.2 s`, `4 min 10 s`. */
export function duration(seconds: number): string {
  if (seconds < 0.095) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** Time left, no finer than anybody cares for. */
function timeLeft(seconds: number): string {
  if (seconds < 1) return 'less than 1 s left';
  return `${duration(seconds < 10 ? Math.ceil(seconds) : seconds).replace('.0', '')} left`;
}

/** The same behind other words; nothing where it is not known. */
export function timeLeftAfter(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? '' : `, ${timeLeft(seconds)}`;
}

export function loudness(lufs: number | null): string {
  return lufs === null ? 'silent' : `${lufs.toFixed(1)} LUFS`;
}

export function rate(hertz: number): string {
  return `${Number((hertz / 1000).toFixed(1))} kHz`;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** The last part of a path of any system. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** `88.4 MB`. */
export function bytes(number: number): string {
  if (number < 1e6) return `${Math.max(1, Math.round(number / 1e3))} kB`;
  return number < 1e9 ? `${(number / 1e6).toFixed(1)} MB` : `${(number / 1e9).toFixed(2)} GB`;
}
