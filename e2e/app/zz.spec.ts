import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWav } from '../../src/core/audio/wav.ts';
import { gaussianNoise } from '../../src/core/diffusion/noise.ts';
import { expect, test } from './support/app.ts';
import { editorOf } from './support/editor.ts';
import { ready } from './support/studio.ts';
test('measure', async ({ window, dataFolder }) => {
  const rate = 48_000;
  const noise = gaussianNoise(7, rate);
  const channel = Float32Array.from({ length: 600 * rate }, (_, n) => 0.3 * (noise[n % rate] ?? 0) * Math.abs(Math.sin(n / 100000)));
  const path = join(dataFolder, '..', 'long.wav');
  await writeFile(path, writeWav({ sampleRate: rate, channels: [channel, channel], bits: 16 }));
  await window.setViewportSize({ width: 1440, height: 900 });
  await ready(window);
  const sound = await window.evaluate((file) => globalThis.refoley.invoke('audio.adopt', { file }), path);
  if (!sound.ok) throw new Error(sound.error.message);
  await window.evaluate((id) => globalThis.refoley.invoke('settings.change', { editing: `sound/${id}` }), sound.value.id);
  await window.evaluate(() => {
    const starts: number[] = [];
    Object.assign(globalThis, { starts, frames: [] as number[] });
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (when = 0, ...rest: number[]) {
      starts.push(performance.now() + 1000 * Math.max(0, when - this.context.currentTime));
      return start.call(this, when, ...rest);
    };
    const loop = () => { (globalThis as any).frames.push(performance.now()); requestAnimationFrame(loop); };
    loop();
    addEventListener('keydown', () => Object.assign(globalThis, { key: performance.now() }), true);
  });
  const t0 = Date.now();
  await window.keyboard.press('Control+4');
  const editor = editorOf(window);
  await expect(editor.wave).toBeVisible({ timeout: 60_000 });
  console.log('open', Date.now() - t0);
  await expect(editor.loudness).toContainText('LUFS', { timeout: 60_000 });
  console.log('loudness', Date.now() - t0);
  await window.waitForTimeout(500);
  const frames = async (what: string, act: () => Promise<void>) => {
    await window.evaluate(() => ((globalThis as any).frames.length = 0));
    await act();
    const gaps = await window.evaluate(() => { const f = (globalThis as any).frames as number[]; return f.slice(1).map((v, i) => v - (f[i] ?? 0)).sort((a, b) => a - b); });
    console.log(what, gaps.length, 'median', gaps[gaps.length >> 1]?.toFixed(1), 'p95', gaps[Math.floor(gaps.length * 0.95)]?.toFixed(1), 'max', gaps.at(-1)?.toFixed(1));
  };
  const box = (await editor.wave.boundingBox())!;
  await window.mouse.move(box.x + 700, box.y + 200);
  await frames('idle', () => window.waitForTimeout(1000));
  await frames('zoom in', async () => { for (let i = 0; i < 40; i++) { await window.mouse.wheel(0, -120); await window.waitForTimeout(30); } });
  await frames('scroll near', async () => { for (let i = 0; i < 40; i++) { await window.mouse.wheel(80, 0); await window.waitForTimeout(30); } });
  await frames('zoom out', async () => { for (let i = 0; i < 40; i++) { await window.mouse.wheel(0, 120); await window.waitForTimeout(30); } });
  for (let i = 0; i < 8; i++) await window.mouse.wheel(0, -120);
  await frames('scroll mid', async () => { for (let i = 0; i < 40; i++) { await window.mouse.wheel(80, 0); await window.waitForTimeout(30); } });
  await frames('drag select', async () => { await editor.select(0.2, 0.6); for (let i = 0; i < 20; i++) await editor.select(0.2, 0.3 + i / 50); });
  await window.keyboard.press('w');
  await window.waitForTimeout(1500);
  await frames('scroll spectrogram', async () => { for (let i = 0; i < 40; i++) { await window.mouse.wheel(80, 0); await window.waitForTimeout(30); } });
  await window.keyboard.press('w');
  const latencies: number[] = [];
  for (const at of [0.1, 0.5, 0.7, 0.3, 0.9, 0.2]) {
    await window.keyboard.press('0');
    await editor.click(at);
    await window.waitForTimeout(300);
    await window.evaluate(() => ((globalThis as any).starts.length = 0));
    await window.keyboard.press('Space');
    await window.waitForTimeout(600);
    latencies.push(await window.evaluate(() => (globalThis as any).starts[0] - (globalThis as any).key));
    await window.keyboard.press('Space');
  }
  console.log('start', latencies.map((v) => v.toFixed(1)).join(' '));
  await window.keyboard.press('Home');
  await window.keyboard.press('Space');
  await frames('playing', () => window.waitForTimeout(3000));
  await window.keyboard.press('Space');
  for (const [key, name] of [['n', 'normalise'], ['r', 'reverse']] as const) {
    const t = Date.now();
    const before = await editor.edits.count();
    await window.keyboard.press(key);
    await window.waitForFunction((n) => document.querySelectorAll('ol[aria-label=Edits] button[title="Change its parameters"]').length > n, name === 'normalise' ? 0 : 1, { timeout: 60000 });
    console.log(name, Date.now() - t, before);
    await window.keyboard.press('Enter');
    await window.waitForTimeout(3000);
  }
  await window.screenshot({ path: '/tmp/ed/long.png' });
  await window.setViewportSize({ width: 1100, height: 700 });
  await window.keyboard.press('g');
  await window.waitForTimeout(4000);
  await window.screenshot({ path: '/tmp/ed/narrow.png' });
});
