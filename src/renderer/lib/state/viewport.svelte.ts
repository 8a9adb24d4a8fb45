import type { Stretch } from '../audio/playedFrames.ts';

/** Pixels that one sample may be wide. */
const WIDEST_SAMPLE = 8;
/** Pixels that a whole sound may be wide: Chromium places nothing beyond 33 million. */
const WIDEST = 16_000_000;

/** Which stretch of a sound is seen, in seconds. */
export class Viewport {
  /** Pixels. */
  width = $state(0);
  /** Of the sound, seconds. */
  duration = $state(0);
  /** Hz. */
  rate = $state(48_000);
  start = $state(0);
  end = $state(0);

  get length(): number {
    return this.end - this.start;
  }

  get pixelsPerSecond(): number {
    return this.length > 0 ? this.width / this.length : 0;
  }

  get whole(): boolean {
    return this.start <= 0 && this.end >= this.duration;
  }

  x(seconds: number): number {
    return (seconds - this.start) * this.pixelsPerSecond;
  }

  seconds(x: number): number {
    return this.pixelsPerSecond === 0 ? 0 : this.start + x / this.pixelsPerSecond;
  }

  /** Of another sound; what is seen stays where it was unless that was all. */
  measure(duration: number, rate: number): void {
    const { whole } = this;
    Object.assign(this, { duration, rate });
    if (whole) this.fit();
    else this.show(this.start, this.end);
  }

  show(start: number, end: number): void {
    const least = Math.max(
      this.width / (WIDEST_SAMPLE * this.rate),
      (this.width * this.duration) / WIDEST,
      1e-6,
    );
    const length = Math.min(this.duration, Math.max(least, end - start));
    const middle = (start + end) / 2;
    const from = end - start < length ? middle - length / 2 : start;
    this.start = Math.max(0, Math.min(from, this.duration - length));
    this.end = this.start + length;
  }

  fit(): void {
    this.show(0, this.duration);
  }

  /** @param about a moment that stays where it is seen */
  zoom(factor: number, about = (this.start + this.end) / 2): void {
    const length = this.length / factor;
    const share = this.length > 0 ? (about - this.start) / this.length : 0.5;
    this.show(about - share * length, about + (1 - share) * length);
  }

  scroll(seconds: number): void {
    const { length } = this;
    const start = Math.max(0, Math.min(this.start + seconds, this.duration - length));
    this.show(start, start + length);
  }

  /** Brings a moment into view that lies outside of it. */
  follow(seconds: number): void {
    if (seconds < this.start || seconds > this.end) this.scroll(seconds - this.start - 0.05 * this.length);
  }

  select({ start, end }: Stretch): void {
    const margin = 0.04 * (end - start);
    this.show(start - margin, end + margin);
  }
}
