import type { Notices } from '../state/notices.svelte.ts';
import { FADE, type Output } from './output.svelte.ts';
import { playedFrames, type Stretch } from './playedFrames.ts';
import type { SampleStream } from './sampleStream.ts';

/** Seconds of the pieces that are scheduled: the first is short, so that it is heard at once. */
const PIECES = [0.1, 0.4, 1];
/** Seconds that are scheduled ahead. */
const AHEAD = 1.5;
/** Milliseconds between two looks at what is scheduled. */
const LOOK = 100;
/** Frames of what comes before and after that a piece holds, for the interpolation between sample rates. */
const MARGIN = 64;

/**
 * Plays long sounds from where they lie, without decoding them as a whole: pieces of a second, scheduled ahead to the frame.
 * A loop is made within the pieces, so that it has no seam at any length.
 */
export class StreamPlayer {
  playing = $state(false);
  loop = $state(false);
  /** Seconds. */
  position = $state(0);
  /** Milliseconds from the last call of play to the sound, as the audio clock has it. */
  latency = $state<number | null>(null);
  readonly #notices: Notices;
  readonly #output: Output;
  #stream = $state.raw<SampleStream | null>(null);
  #stretch: Stretch = { start: 0, end: 0 };
  #voice: { readonly gain: GainNode; readonly sources: Set<AudioBufferSourceNode> } | undefined;
  /** The first frame, and the moment on the audio clock at which it is heard. */
  #begun = { at: 0, from: 0 };
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  constructor(notices: Notices, output: Output) {
    this.#notices = notices;
    this.#output = output;
  }

  /** Seconds. */
  get length(): number {
    return this.#stream ? this.#stream.frames / this.#stream.sampleRate : 0;
  }

  /** Plays another file from now on, which is silent until then. */
  use(stream: SampleStream | null): void {
    this.stop();
    this.#stream = stream;
    this.position = Math.min(this.position, this.length);
  }

  /** Reads ahead what would be played next. */
  prepare(from: number): void {
    const stream = this.#stream;
    const first = Math.round(from * (stream?.sampleRate ?? 0));
    stream?.read(first, first + stream.sampleRate).catch(() => undefined);
  }

  /**
   * Plays from a position to the end of a stretch or, in a loop, that stretch again and again.
   *
   * @param stretch in seconds; the whole sound unless given
   */
  async play(from: number, stretch: Stretch = { start: 0, end: this.length }): Promise<void> {
    const stream = this.#stream;
    if (!stream) return;
    const pressed = performance.now();
    this.#silence();
    const asked = ++this.#asked;
    const rate = stream.sampleRate;
    this.#stretch = { start: Math.round(stretch.start * rate), end: Math.round(stretch.end * rate) };
    const first = Math.round(from * rate);
    await this.#notices.attempt(async () => {
      await this.#output.wake();
      const piece = await this.#piece(stream, first, 0, Math.round((PIECES[0] ?? 1) * rate));
      if (asked !== this.#asked) return;
      const { context, node } = this.#output;
      const gain = context.createGain();
      gain.connect(node);
      gain.gain.setValueAtTime(0, context.currentTime);
      gain.gain.setTargetAtTime(1, context.currentTime, FADE / 3);
      this.#voice = { gain, sources: new Set() };
      this.#begun = { at: context.currentTime + 0.005, from: first };
      this.playing = true;
      this.latency = performance.now() - pressed + 5 + this.#output.latency;
      cancelAnimationFrame(this.#frame);
      this.#follow();
      await this.#schedule(stream, asked, piece);
    });
  }

  stop(): void {
    this.#asked++;
    clearTimeout(this.#timer);
    this.#silence();
    this.playing = false;
  }

  /** Schedules piece after piece, no further ahead than need be, until the end or another call of play. */
  async #schedule(stream: SampleStream, asked: number, first: AudioBuffer | null): Promise<void> {
    const { context } = this.#output;
    const rate = stream.sampleRate;
    let done = 0;
    let piece = first;
    for (let number = 1; piece && asked === this.#asked; number++) {
      const frames = piece.length - 2 * MARGIN;
      this.#sound(piece, this.#begun.at + done / rate, frames / rate);
      done += frames;
      const early = this.#begun.at + done / rate - context.currentTime - AHEAD;
      if (early > 0) await this.#wait(1000 * early + LOOK);
      if (asked !== this.#asked) return;
      const seconds = PIECES[Math.min(number, PIECES.length - 1)] ?? 1;
      piece = await this.#piece(stream, this.#begun.from, done, Math.round(seconds * rate));
    }
    if (asked !== this.#asked) return;
    await this.#wait(1000 * (this.#begun.at + done / rate - context.currentTime));
    if (asked !== this.#asked) return;
    this.stop();
    this.position = this.#stretch.end / rate;
  }

  /** What is heard after so many frames, with its margins; null at the end. */
  async #piece(
    stream: SampleStream,
    from: number,
    after: number,
    frames: number,
  ): Promise<AudioBuffer | null> {
    const loop = this.#loop(from);
    const length = loop ? frames : Math.min(frames, this.#stretch.end - from - after);
    if (length <= 0) return null;
    const parts = playedFrames(from, loop, after - MARGIN, length + 2 * MARGIN);
    const read = await Promise.all(parts.map(({ start, end }) => stream.read(start, end)));
    const { context } = this.#output;
    const buffer = context.createBuffer(stream.channels, length + 2 * MARGIN, stream.sampleRate);
    let at = 0;
    for (const channels of read) {
      channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel, at));
      at += channels[0]?.length ?? 0;
    }
    return buffer;
  }

  /** What is repeated, in frames. */
  #loop(from: number): Stretch | null {
    return this.loop && from < this.#stretch.end && this.#stretch.end > this.#stretch.start
      ? this.#stretch
      : null;
  }

  #sound(piece: AudioBuffer, when: number, seconds: number): void {
    const voice = this.#voice;
    if (!voice) return;
    const source = this.#output.context.createBufferSource();
    source.buffer = piece;
    source.connect(voice.gain);
    voice.sources.add(source);
    source.onended = () => voice.sources.delete(source);
    source.start(when, MARGIN / piece.sampleRate, seconds);
  }

  #silence(): void {
    const voice = this.#voice;
    this.#voice = undefined;
    if (!voice) return;
    const now = this.#output.context.currentTime;
    voice.gain.gain.setTargetAtTime(0, now, FADE / 2);
    for (const source of voice.sources) source.stop(now + 3 * FADE);
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timer = setTimeout(resolve, Math.max(0, milliseconds));
    });
  }

  /** While it plays, the position and the meter follow it; nothing runs otherwise. */
  #follow(): void {
    const rate = this.#stream?.sampleRate ?? 1;
    if (this.playing) {
      const passed = Math.max(0, this.#output.context.currentTime - this.#begun.at) * rate;
      const { from } = this.#begun;
      const [heard] = playedFrames(from, this.#loop(from), Math.round(passed), 1);
      const start = Math.min(heard?.start ?? 0, this.#stretch.end);
      this.position = start / rate;
    }
    const heard = this.#output.measure();
    if (this.playing || heard) this.#frame = requestAnimationFrame(() => this.#follow());
  }
}
