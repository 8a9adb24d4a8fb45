import type { Notices } from '../state/notices.svelte.ts';
import type { Output } from './output.svelte.ts';

interface Device {
  /** The `deviceId` of a `MediaDeviceInfo`. */
  readonly value: string;
  readonly label: string;
}

/** The audio outputs of this machine as they come and go, and which of them is played to. */
export class Outputs {
  list = $state.raw<readonly Device[]>([]);
  /** The one that is wanted is not connected. */
  gone = $state(false);
  #wanted = '';
  /** Nothing is said to the audio context before another output is wanted. */
  #used = '';
  readonly #output: Output;
  readonly #notices: Notices;

  constructor(output: Output, notices: Notices) {
    this.#output = output;
    this.#notices = notices;
    navigator.mediaDevices.addEventListener('devicechange', () => void this.follow());
  }

  /** @param wanted '' for the system's output */
  async choose(wanted: string): Promise<void> {
    this.#wanted = wanted;
    await this.follow();
  }

  /** Plays to the output that is wanted or, while it is not connected, to the system's. */
  async follow(): Promise<void> {
    await this.#notices.attempt(async () => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      this.list = devices
        .filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '' && deviceId !== 'default')
        .map(({ deviceId, label }, place) => ({ value: deviceId, label: label || `Output ${place + 1}` }));
      const gone = this.#wanted !== '' && !this.list.some(({ value }) => value === this.#wanted);
      if (gone && !this.gone)
        this.#notices.note(
          'The chosen audio output is not connected: until it is, sounds are heard on the system’s output',
        );
      this.gone = gone;
      const output = gone ? '' : this.#wanted;
      if (output === this.#used) return;
      this.#used = output;
      await this.#output.setDevice(output);
    });
  }
}
