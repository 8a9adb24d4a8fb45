import type { AudioRef } from '#shared/channels/common.ts';
import type { Notices } from '../state/notices.svelte.ts';
import { Buffers } from './buffers.ts';
import { FADE, type Output } from './output.svelte.ts';

/** What is to be heard: a stretch of a file, in seconds. */
export interface Playable {
  readonly ref: AudioRef;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Speeds that repeated presses of J and L go through. */
const SPEEDS = [1, 2, 4];

interface Voice {
  readonly source: AudioBufferSourceNode;
  readonly gain: GainNode;
}

/**
 * The player of sounds and takes. They come decoded from memory, so a start takes as long as the sound card; A and B run side
 * by side and only their gains change, so that a comparison stays at one position.
 */
export class Player {
  current = $state.raw<Playable | null>(null);
  /** The other side of a comparison, and which of the two is heard. */
  other = $state.raw<Playable | null>(null);
  side = $state<'a' | 'b'>('a');
  playing = $state(false);
  loop = $state(false);
  /** Seconds within the stretch. */
  position = $state(0);
  /** Times as fast as recorded; negative: backwards. */
  speed = $state(1);
  /** Milliseconds from the last call of play to the sound, as the audio clock has it. */
  latency = $state<number | null>(null);

  readonly #notices: Notices;
  readonly #output: Output;
  readonly #context: AudioContext;
  readonly #buffers: Buffers;
  #voices: { a: Voice; b: Voice | undefined } | undefined;
  #begun = { at: 0, from: 0 };
  #asked = 0;
  #frame = 0;

  constructor(notices: Notices, output: Output) {
    this.#notices = notices;
    this.#output = output;
    this.#context = output.context;
    this.#buffers = new Buffers(output.context);
  }

  /** Length of the stretch in seconds. */
  get length(): number {
    return this.current ? this.current.end - this.current.start : 0;
  }

  /** Decodes a sound that may be played next. */
  prepare(sound: Playable | null | undefined): void {
    if (sound) this.#buffers.prepare(sound.ref);
  }

  /** Shows a sound in the transport, without a sound. */
  cue(sound: Playable): void {
    if (sameStretch(sound, this.current)) return;
    this.stop();
    Object.assign(this, { current: sound, other: null, side: 'a', position: 0, speed: 1 });
    this.prepare(sound);
  }

  /** Plays a sound from its beginning, or from a position in seconds. */
  async play(sound: Playable | null = this.current, from = 0): Promise<void> {
    if (!sound) return;
    const asked = ++this.#asked;
    const pressed = performance.now();
    if (!sameStretch(sound, this.current)) Object.assign(this, { current: sound, other: null, side: 'a' });
    await this.#notices.attempt(async () => {
      await this.#output.wake();
      const [a, b] = await Promise.all([
        this.#buffers.get(sound.ref),
        this.other ? this.#buffers.get(this.other.ref) : undefined,
      ]);
      if (asked !== this.#asked) return;
      this.#start(sound, a, b, from);
      this.latency = performance.now() - pressed + this.#output.latency;
    });
  }

  toggle(): void {
    if (this.playing) this.stop();
    else void this.play(this.current, this.position >= this.length - 0.01 ? 0 : this.position);
  }

  stop(): void {
    this.#asked++;
    this.#silence();
    this.playing = false;
  }

  seek(seconds: number): void {
    const position = Math.min(Math.max(0, seconds), this.length);
    this.position = position;
    if (this.playing) void this.play(this.current, position);
  }

  /** J, K and L: backwards, stop, forwards; pressed again they go faster. */
  shuttle(direction: -1 | 0 | 1): void {
    if (direction === 0) {
      this.stop();
      this.speed = 1;
      return;
    }
    const going = this.playing && Math.sign(this.speed) === direction;
    const at = SPEEDS.indexOf(Math.abs(this.speed));
    this.speed = direction * (going ? (SPEEDS[Math.min(at + 1, SPEEDS.length - 1)] ?? 1) : 1);
    const end = direction > 0 ? 0 : this.length;
    const atEdge = direction > 0 ? this.position >= this.length - 0.01 : this.position <= 0.01;
    void this.play(this.current, atEdge ? end : this.position);
  }

  setLoop(loop: boolean): void {
    this.loop = loop;
    if (this.playing) void this.play(this.current, this.position);
  }

  /** Puts another sound beside the current one, to be switched to at the same position. */
  compare(other: Playable | null): void {
    this.other = other;
    this.side = 'a';
    this.prepare(other);
    if (this.playing) void this.play(this.current, this.position);
  }

  switchSide(side: 'a' | 'b' = this.side === 'a' ? 'b' : 'a'): void {
    if (!this.other) return;
    this.side = side;
    this.#balance();
  }

  #start(sound: Playable, a: AudioBuffer, b: AudioBuffer | undefined, from: number): void {
    this.#silence();
    const other = this.other;
    this.#voices = {
      a: this.#voice(sound, a, from),
      b: b && other ? this.#voice(other, b, from) : undefined,
    };
    this.#balance();
    this.#begun = { at: this.#context.currentTime, from };
    this.position = from;
    this.playing = true;
    this.#voices.a.source.onended = () => this.#ended();
    cancelAnimationFrame(this.#frame);
    this.#follow();
  }

  #voice({ start, end }: Playable, buffer: AudioBuffer, from: number): Voice {
    const context = this.#context;
    const source = context.createBufferSource();
    const gain = context.createGain();
    gain.gain.value = 0;
    const backwards = this.speed < 0;
    source.buffer = backwards ? reversed(context, buffer) : buffer;
    source.playbackRate.value = Math.abs(this.speed);
    source.connect(gain).connect(this.#output.node);
    const stop = Math.min(end, buffer.duration);
    const [first, last] = backwards ? [buffer.duration - stop, buffer.duration - start] : [start, stop];
    const offset = backwards ? last - from : first + from;
    source.loop = this.loop;
    source.loopStart = first;
    source.loopEnd = last;
    if (this.loop) source.start(0, offset);
    else source.start(0, offset, Math.max(0, last - offset));
    return { source, gain };
  }

  #balance(): void {
    const now = this.#context.currentTime;
    const { a, b } = this.#voices ?? {};
    a?.gain.gain.setTargetAtTime(this.side === 'a' || !b ? 1 : 0, now, FADE / 2);
    b?.gain.gain.setTargetAtTime(this.side === 'b' ? 1 : 0, now, FADE / 2);
  }

  #silence(): void {
    const voices = this.#voices;
    this.#voices = undefined;
    if (!voices) return;
    const now = this.#context.currentTime;
    for (const { source, gain } of [voices.a, ...(voices.b ? [voices.b] : [])]) {
      source.onended = null;
      gain.gain.setTargetAtTime(0, now, FADE / 2);
      source.stop(now + 3 * FADE);
    }
  }

  #ended(): void {
    this.playing = false;
    this.position = this.speed < 0 ? 0 : this.length;
    this.#voices = undefined;
  }

  /** While it plays, the position and the meter follow it; nothing runs otherwise. */
  #follow(): void {
    if (this.playing && this.#voices) {
      const passed = (this.#context.currentTime - this.#begun.at) * this.speed;
      const reached = this.#begun.from + passed;
      this.position =
        this.loop && this.length > 0
          ? modulo(reached, this.length)
          : Math.min(Math.max(0, reached), this.length);
    }
    const heard = this.#output.measure();
    if (this.playing || heard) this.#frame = requestAnimationFrame(() => this.#follow());
  }
}

function sameStretch(one: Playable | null, other: Playable | null): boolean {
  return one?.ref === other?.ref && one?.start === other?.start && one?.end === other?.end;
}

function modulo(value: number, length: number): number {
  return ((value % length) + length) % length;
}

const backwards = new WeakMap<AudioBuffer, AudioBuffer>();

function reversed(context: BaseAudioContext, buffer: AudioBuffer): AudioBuffer {
  const known = backwards.get(buffer);
  if (known) return known;
  const made = context.createBuffer(buffer.numberOfChannels, buffer.length, buffer.sampleRate);
  for (let channel = 0; channel < buffer.numberOfChannels; channel++)
    made.copyToChannel(buffer.getChannelData(channel).toReversed(), channel);
  backwards.set(buffer, made);
  return made;
}
