import type { Page } from '@playwright/test';
import { ready } from '../e2e/app/support/studio.ts';
import { inApp } from './inApp.ts';
import { quantile } from './quantile.ts';

const CLIPS = 12;
/** Milliseconds: longer than what the analyser remembers, so that the sound before is forgotten. */
const SILENCE = 1200;

/**
 * Selects clips of the library and plays each by the space key: from the time stamp that Chromium gives the key to the first
 * sample that is not zero behind the player's volume, at the time when the audio clock hands it to the output. In it are the
 * page's handling of the key, the start of the source and Chromium's own buffers. Not in it are the keyboard, the desktop and a
 * sound card: the output of a Chromium without a screen discards what it is given, at the pace of a real one. A clip is decoded
 * when it is selected, which is not in it either.
 */
export async function auditionBench(dataFolder: string): Promise<Record<string, number>> {
  const times = await inApp(dataFolder, async (window) => {
    await ready(window);
    await window.evaluate(listen);
    await window.keyboard.press('Control+2');
    const measured: number[] = [];
    for (let clip = 0; clip < CLIPS; clip++) measured.push(await keyToSound(window, clip));
    return measured;
  });
  return {
    'space to the sound of the clip, median, ms': quantile(times, 0.5),
    'space to the sound of the clip, slowest, ms': Math.max(...times),
  };
}

async function keyToSound(window: Page, row: number): Promise<number> {
  await window.locator(`#sound-row-${row}`).click();
  await window.waitForTimeout(SILENCE);
  await window.keyboard.press('Space');
  const milliseconds = await window.evaluate(() => globalThis.heardAfter());
  await window.keyboard.press('Space');
  return milliseconds;
}

type Connect = (this: AudioNode, to: unknown, ...rest: unknown[]) => unknown;

declare global {
  /** Milliseconds from the last key to its sound. */
  var heardAfter: () => Promise<number>;
}

/** Runs in the page: an analyser behind the gain that all voices of the player go through. */
function listen(): void {
  let ear: AnalyserNode | undefined;
  let pressed = 0;
  addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), true);
  const connect = Reflect.get(AudioNode.prototype, 'connect') as Connect;
  const connectHearing: Connect = function (to, ...rest) {
    if (!ear && this instanceof GainNode && to instanceof GainNode) {
      ear = new AnalyserNode(this.context, { fftSize: 32_768 });
      connect.call(to, ear);
    }
    return connect.call(this, to, ...rest);
  };
  Reflect.set(AudioNode.prototype, 'connect', connectHearing);

  globalThis.heardAfter = async () => {
    for (;;) {
      await new Promise((done) => setTimeout(done, 50));
      if (!ear) continue;
      const context = ear.context as AudioContext;
      const samples = new Float32Array(ear.fftSize);
      ear.getFloatTimeDomainData(samples);
      const { currentTime, sampleRate } = context;
      const first = samples.findIndex((sample) => sample !== 0);
      if (first < 0) continue;
      if (first === 0) throw new Error('the sound before was still heard');
      const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
      const began = currentTime - (samples.length - first) / sampleRate;
      return performanceTime + 1000 * (began - contextTime) - pressed;
    }
  };
}
