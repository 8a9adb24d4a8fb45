/** Seconds of a fade that keeps a start, a stop or a change of volume from clicking. */
export const FADE = 0.004;
/** Level that a silent meter shows, dBFS. */
const SILENT = -90;

/** What the players of the window play into: one device, one volume, one meter. */
export class Output {
  /** dBFS. */
  peak = $state(SILENT);
  rms = $state(SILENT);
  volume = $state(1);
  readonly context: AudioContext;
  readonly node: GainNode;
  readonly #meter: AnalyserNode;
  /** What the meter looks at, every frame. */
  readonly #heard: Float32Array<ArrayBuffer>;

  constructor(context = new AudioContext({ latencyHint: 'interactive' })) {
    this.context = context;
    this.node = context.createGain();
    this.#meter = context.createAnalyser();
    this.#meter.fftSize = 2048;
    this.#heard = new Float32Array(this.#meter.fftSize);
    this.node.connect(this.#meter).connect(context.destination);
  }

  /** A context that was made before the first key is suspended. */
  async wake(): Promise<void> {
    if (this.context.state === 'suspended') await this.context.resume();
  }

  /** Milliseconds from here to the ear, as the audio clock has it. */
  get latency(): number {
    return 1000 * (this.context.outputLatency || this.context.baseLatency);
  }

  setVolume(volume: number): void {
    this.volume = volume;
    this.node.gain.setTargetAtTime(volume, this.context.currentTime, FADE);
  }

  /** @param deviceId of a `MediaDeviceInfo`; '' for the system's output */
  async setDevice(deviceId: string): Promise<void> {
    // TypeScript's DOM does not know it yet; Chromium has had it since version 110.
    const context = this.context as AudioContext & { setSinkId?: (id: string) => Promise<void> };
    await context.setSinkId?.(deviceId);
  }

  /** Reads the meter, once a frame while something plays. @returns whether it still shows something */
  measure(): boolean {
    const samples = this.#heard;
    this.#meter.getFloatTimeDomainData(samples);
    let peak = 0;
    let power = 0;
    for (const sample of samples) {
      peak = Math.max(peak, Math.abs(sample));
      power += sample * sample;
    }
    const decibels = (value: number): number => Math.max(SILENT, 20 * Math.log10(value));
    // Up at once, down by 1 dB a frame, as meters fall.
    this.peak = Math.max(decibels(peak), this.peak - 1, SILENT);
    this.rms = decibels(Math.sqrt(power / samples.length));
    return this.peak > SILENT;
  }
}
