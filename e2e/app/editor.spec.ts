import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readWav, writeWav } from '../../src/core/audio/wav.ts';
import { gaussianNoise } from '../../src/core/diffusion/noise.ts';
import { runJson } from '../support/refoley.ts';
import { expect, launch, test } from './support/app.ts';
import { seriousViolations } from './support/axe.ts';
import { editorOf } from './support/editor.ts';
import { ready } from './support/studio.ts';

test('a sound is trimmed and faded, taken back, left and found again', async ({
  window,
  app,
  appFolder,
  dataFolder,
}) => {
  const editor = editorOf(window);
  await editor.open(3);
  const ref = await editor.opened();
  const { rendered: whole } = await editor.state(ref);

  await editor.select(0.25, 0.75);
  const rate = whole?.sampleRate ?? 0;
  const frames = Math.round((await editor.seconds('Length')) * rate);
  expect(frames / (whole?.frames ?? 0)).toBeCloseTo(0.5, 1);
  await window.keyboard.press('t');
  await expect(editor.edits).toHaveCount(1);
  await expect(editor.edits).toContainText('Trim');
  // To the very sample.
  expect((await editor.state(ref)).rendered?.frames).toBe(frames);

  await editor.select(0, 0.5);
  await window.keyboard.press('f');
  await expect(editor.form).toContainText('Fade in');
  await editor.form.getByRole('radio', { name: 'Line' }).click();
  await window.keyboard.press('Enter');
  await expect(editor.form).toHaveCount(0);
  const faded = await editor.state(ref);
  expect(faded.operations.at(-1)).toMatchObject({ op: 'fade', direction: 'in', curve: 'linear' });
  // The choice of a curve is no step of its own.
  expect(faded.history).toMatchObject({ done: 2 });

  await window.keyboard.press('Control+Z');
  await expect(editor.edits).toHaveCount(1);
  await app.close();

  const again = await launch(appFolder, dataFolder);
  try {
    const reopened = await again.firstWindow();
    await ready(reopened);
    await reopened.keyboard.press('Control+4');
    const found = editorOf(reopened);
    await expect(found.wave).toBeVisible({ timeout: 60_000 });
    await expect(found.edits).toHaveCount(1);
    expect((await found.state(ref)).rendered?.frames).toBe(frames);
    await reopened.keyboard.press('Control+Shift+Z');
    await expect(found.edits).toHaveCount(2);
    expect((await found.state(ref)).rendered?.version).toBe(faded.rendered?.version);
    await reopened.getByRole('button', { name: 'Remove Trim' }).click();
    await expect(found.edits).toHaveCount(1);
    expect((await found.state(ref)).rendered?.frames).toBe(whole?.frames);
  } finally {
    await again.close();
  }
});

test('what is selected follows the mouse, the keys and the numbers, to the sample', async ({ window }) => {
  const editor = editorOf(window);
  await editor.open(3);
  const ref = await editor.opened();
  const rate = (await editor.state(ref)).rendered?.sampleRate ?? 0;
  const onSample = (seconds: number) => Math.abs(seconds * rate - Math.round(seconds * rate)) < 0.1;

  await editor.click(0.5);
  await expect(editor.field('Length')).toHaveValue('0.000000');
  const middle = await editor.seconds('Start');
  expect(onSample(middle)).toBe(true);
  await editor.click(0.75, 'Shift');
  expect(await editor.seconds('Start')).toBe(middle);
  const end = await editor.seconds('End');
  expect(end).toBeGreaterThan(middle);
  // The end that is nearer goes with the pointer.
  await editor.click(0.25, 'Shift');
  expect(await editor.seconds('End')).toBe(end);
  expect(await editor.seconds('Start')).toBeLessThan(middle);

  await window.keyboard.press('Escape');
  await editor.click(0.5);
  await window.keyboard.press('Shift+ArrowRight');
  await window.keyboard.press('Shift+ArrowRight');
  expect(await editor.seconds('Start')).toBe(middle);
  expect(await editor.seconds('Length')).toBeGreaterThan(0);

  await editor.field('Start').fill('0.1');
  await editor.field('Start').press('Enter');
  await editor.field('Length').fill('0:00.05');
  await editor.field('Length').press('Enter');
  expect(Math.round((await editor.seconds('End')) * rate)).toBe(
    Math.round(0.1 * rate) + Math.round(0.05 * rate),
  );
  await editor.field('End').press('ArrowUp');
  expect(Math.round((await editor.seconds('Length')) * rate)).toBe(Math.round(0.05 * rate) + 1);

  // At zero crossings nothing clicks.
  await window.getByRole('radio', { name: 'Zero' }).click();
  await editor.select(0.3, 0.6);
  const [samples = new Float32Array()] = readWav(await editor.bytes()).channels;
  for (const name of ['Start', 'End']) {
    const frame = Math.round((await editor.seconds(name)) * rate);
    const [before = 0, at = 0] = samples.subarray(frame - 1, frame + 1);
    expect(before * at).toBeLessThanOrEqual(0);
  }
});

test('levels are set by numbers, by points, and heard as they are set', async ({ window }) => {
  const editor = editorOf(window);
  await editor.open(3);
  await window.keyboard.press('n');
  await editor.form.getByRole('radio', { name: 'LUFS' }).click();
  await editor.form.getByRole('button', { name: '-24 LUFS' }).click();
  await expect(editor.loudness).toContainText('-24.0 LUFS');
  await editor.form.getByRole('button', { name: '-23 LUFS' }).click();
  await expect(editor.loudness).toContainText('-23.0 LUFS');
  await window.keyboard.press('Enter');

  // What is taken back was never there.
  await window.keyboard.press('g');
  const gain = editor.form.getByRole('textbox', { name: 'Gain, typed' });
  await gain.fill('-6');
  await gain.press('Tab');
  await expect(editor.loudness).toContainText('-29.0 LUFS');
  await window.keyboard.press('Escape');
  await expect(editor.edits).toHaveCount(1);
  await expect(editor.loudness).toContainText('-23.0 LUFS');

  await window.keyboard.press('e');
  const points = window.getByRole('group', { name: 'Envelope' }).getByRole('slider');
  await expect(points).toHaveCount(2);
  for (const point of [0, 1]) {
    await points.nth(point).focus();
    for (let step = 0; step < 2; step++) await window.keyboard.press('Shift+ArrowDown');
    await expect(points.nth(point)).toHaveAttribute('aria-valuetext', '-10 dB');
  }
  await expect(editor.loudness).toContainText('-33.0 LUFS');
  await points.first().press('Enter');
  await expect(editor.edits).toHaveCount(2);
  expect((await editor.state(await editor.opened())).history.done).toBe(2);
});

test('a selection plays, loops until it is stopped, and marks fall where it is', async ({ window }) => {
  const editor = editorOf(window);
  await editor.open(3);
  const transport = window.getByRole('contentinfo');
  await editor.select(0.5, 0.6);
  await window.keyboard.press('Space');
  await expect(transport.getByRole('button', { name: 'Stop' })).toBeVisible();
  // It ends by itself where the selection does.
  await expect(transport.getByRole('button', { name: 'Play' })).toBeVisible();
  await window.evaluate(recordPieces);
  await window.keyboard.press('Shift+L');
  await window.keyboard.press('Space');
  await expect.poll(() => window.evaluate(() => globalThis.pieces.length)).toBeGreaterThan(3);
  await expect(transport.getByRole('button', { name: 'Stop' })).toBeVisible();
  await window.keyboard.press('m');
  await window.keyboard.press('k');
  await expect(transport.getByRole('button', { name: 'Play' })).toBeVisible();
  const [start, end] = [await editor.seconds('Start'), await editor.seconds('End')];
  const ref = await editor.opened();
  const [mark] = (await editor.state(ref)).rendered?.marks ?? [];
  expect(mark?.at).toBeGreaterThanOrEqual(start - 1e-6);
  expect(mark?.at).toBeLessThanOrEqual(end);

  // What the sound card was given is the selection again and again, without a gap or a sample too many.
  const pieces = await window.evaluate(() => globalThis.pieces);
  const { sampleRate = 0 } = (await editor.state(ref)).rendered ?? {};
  const [samples = new Float32Array()] = readWav(await editor.bytes()).channels;
  const loop = samples.subarray(Math.round(start * sampleRate), Math.round(end * sampleRate));
  expect(pieces.flatMap(({ heard }) => heard)).toEqual(
    Array.from({ length: pieces.reduce((sum, { heard }) => sum + heard.length, 0) }, (_, at) =>
      Number(loop[at % loop.length]),
    ),
  );
  pieces.slice(1).forEach(({ when }, at) => {
    const before = pieces[at];
    expect(when).toBeCloseTo((before?.when ?? 0) + (before?.heard.length ?? 0) / sampleRate, 9);
  });

  await window.getByRole('button', { name: /^Name of the mark/ }).click();
  await window.keyboard.type('growl');
  await window.keyboard.press('Enter');
  await expect
    .poll(async () => (await editor.state(ref)).rendered?.marks)
    .toMatchObject([{ at: mark?.at, label: 'growl' }]);
});

/** In the page: keeps what is scheduled, and when. */
function recordPieces(): void {
  globalThis.pieces = [];
  const start: unknown = Reflect.get(AudioBufferSourceNode.prototype, 'start');
  AudioBufferSourceNode.prototype.start = function (when = 0, offset = 0, duration = 0) {
    const { buffer } = this;
    if (buffer) {
      const [first, last] = [offset, offset + duration].map((at) => Math.round(at * buffer.sampleRate));
      globalThis.pieces.push({ when, heard: [...buffer.getChannelData(0).subarray(first, last)] });
    }
    Reflect.apply(start as () => void, this, [when, offset, duration]);
  };
}

test('another sound is laid over, marked, and moved; a source that is gone is said and nothing lost', async ({
  window,
  app,
  appFolder,
  dataFolder,
}) => {
  const path = join(dataFolder, '..', 'own.wav');
  const rate = 48_000;
  const tone = Float32Array.from({ length: rate }, (_, n) => 0.25 * Math.sin(n * 0.05));
  await writeFile(path, writeWav({ sampleRate: rate, channels: [tone, tone], bits: 24 }));
  const editor = editorOf(window);
  const ref = await editor.adopt(path);
  await expect(editor.loudness).toContainText('LUFS');

  await editor.click(0.5);
  await editor.tool('Layer…').click();
  await window.getByRole('textbox', { name: 'Find a take or sound' }).fill('wolf');
  await window
    .getByRole('list', { name: 'Takes and sounds' })
    .getByRole('button', { name: /wolf/ })
    .first()
    .click();
  await expect(editor.form).toContainText('Layer');
  await window.keyboard.press('Escape');
  await expect(window.getByText('Nothing is changed yet.')).toBeVisible();
  await expect(editor.edits).toHaveCount(0);
  await window.keyboard.press('Control+Shift+Z');
  await expect(editor.edits).toContainText('Layer');
  const [layer] = (await editor.state(ref)).operations;
  expect(layer).toMatchObject({ op: 'layer' });
  expect(layer?.op === 'layer' && layer.at).toBeCloseTo(0.5, 1);

  await editor.click(0.25);
  await window.keyboard.press('m');
  await expect(editor.edits).toHaveCount(2);
  const box = await editor.wave.boundingBox();
  const { marks = [], seconds = 1 } = (await editor.state(ref)).rendered ?? {};
  const at = marks[0]?.at ?? 0;
  const [x, y] = [(box?.x ?? 0) + (at / seconds) * (box?.width ?? 0), (box?.y ?? 0) + 200];
  await window.mouse.move(x, y);
  await window.mouse.down();
  await window.mouse.move(x + 100, y, { steps: 4 });
  await window.mouse.up();
  await expect.poll(async () => (await editor.state(ref)).rendered?.marks[0]?.at).toBeGreaterThan(at + 0.05);
  expect((await editor.state(ref)).rendered?.marks).toHaveLength(1);
  const name = window.getByRole('textbox', { name: 'Name of the mark' });
  // The window may be drawing what the engine has done already.
  await expect(async () => {
    await window.mouse.dblclick(x + 100, y);
    await expect(name).toBeVisible({ timeout: 1000 });
  }).toPass();
  await name.fill('hit');
  await window.keyboard.press('Enter');
  await expect(window.getByRole('list', { name: 'Marks' })).toContainText('hit');

  // Regions lie everywhere then, and yet one selects through them.
  await editor.click(0.75);
  await window.keyboard.press('c');
  await expect(window.getByRole('list', { name: 'Marks' }).getByRole('listitem')).toHaveCount(3);
  await editor.select(0.6, 0.9);
  expect((await editor.seconds('Length')) / seconds).toBeCloseTo(0.3, 1);
  const { operations } = await editor.state(ref);
  const source = await window.evaluate((of) => globalThis.refoley.invoke('audio.source', { ref: of }), ref);
  if (!source.ok) throw new Error(source.error.message);
  const kept = source.value.path;
  await app.close();

  await rename(kept, `${kept}.away`);
  const again = await launch(appFolder, dataFolder);
  try {
    const reopened = await again.firstWindow();
    await ready(reopened);
    await reopened.keyboard.press('Control+4');
    await expect(reopened.getByRole('alert')).toContainText('own.wav');
    await expect(editorOf(reopened).edits).toHaveCount(operations.length);
    await rename(`${kept}.away`, kept);
    await reopened.getByRole('button', { name: 'Try again' }).click();
    await expect(editorOf(reopened).wave).toBeVisible();
    expect((await editorOf(reopened).state(ref)).operations).toEqual(operations);
  } finally {
    await again.close();
  }
});

test('the edited sound is dragged out with exactly its samples', async ({ window, desktop, dataFolder }) => {
  const editor = editorOf(window);
  await editor.open(3);
  const ref = await editor.opened();
  const [before = new Float32Array()] = readWav(await editor.bytes()).channels;
  await editor.select(0.2, 0.4);
  await window.keyboard.press('Delete');
  await expect(editor.edits).toHaveCount(1);
  const { rendered, operations } = await editor.state(ref);
  const [cut] = operations;
  if (cut?.op !== 'cut') throw new Error('nothing was cut');

  await window.getByTitle('Drag the edited sound into a DAW').dragTo(window.getByRole('contentinfo'));
  await expect.poll(async () => (await desktop.calls()).map(([what]) => what)).toContain('startDrag');
  const drag = (await desktop.calls()).find(([what]) => what === 'startDrag');
  const bytes = await desktop.dropped(String(drag?.[1]));
  const wav = readWav(bytes);
  const [dragged = new Float32Array()] = wav.channels;
  expect(wav.sampleRate).toBe(rendered?.sampleRate);
  expect(dragged).toHaveLength(rendered?.frames ?? 0);
  // What lies before and behind the cut is as it was, rounded to the file's 24 bits.
  const faded = Math.ceil(cut.crossfade * wav.sampleRate);
  const first = Math.round(cut.start * wav.sampleRate) - faded;
  const last = before.length - Math.round(cut.end * wav.sampleRate) - faded;
  expect(first).toBeGreaterThan(1000);
  const largest = (one: Float32Array, other: Float32Array) =>
    one.reduce((most, sample, at) => Math.max(most, Math.abs(sample - (other[at] ?? NaN))), 0);
  expect(largest(dragged.subarray(0, first), before.subarray(0, first))).toBeLessThan(2 ** -23);
  expect(largest(dragged.subarray(-last), before.subarray(-last))).toBeLessThan(2 ** -23);

  // The very bytes that the command line makes of the same list.
  const source = await window.evaluate((of) => globalThis.refoley.invoke('audio.source', { ref: of }), ref);
  if (!source.ok) throw new Error(source.error.message);
  const [ops, out] = ['ops.json', 'edited.wav'].map((name) => join(dataFolder, '..', name));
  await writeFile(String(ops), JSON.stringify({ operations }));
  await runJson([
    ...['edit', source.value.path, '--ops', String(ops), '--out', String(out)],
    ...['--data', join(dataFolder, 'library')],
  ]);
  expect(Buffer.compare(await readFile(String(out)), bytes)).toBe(0);
});

test('nothing in the editor is closed to assistive technology', async ({ window, app }) => {
  await window.keyboard.press('Control+4');
  await expect(window.getByText('press E to edit it')).toBeVisible();
  expect(await seriousViolations(window)).toEqual([]);
  await window.keyboard.press('Control+1');
  const editor = editorOf(window);
  await editor.open(3);
  await editor.select(0.3, 0.6);
  await window.keyboard.press('g');
  await window.keyboard.press('w');
  await window.keyboard.press('m');
  await expect(editor.edits).toHaveCount(2);
  await window.keyboard.press('e');
  await expect(editor.form).toContainText('Envelope');
  for (const theme of ['dark', 'light'] as const) {
    await window.evaluate((chosen) => globalThis.refoley.invoke('settings.change', { theme: chosen }), theme);
    await expect.poll(() => app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe(theme);
    for (const [width, height] of [
      [1440, 900],
      [1100, 700],
    ] as const) {
      await window.setViewportSize({ width, height });
      await window.screenshot({ path: `test-results/screens/editor-${theme}-${width}.png` });
    }
    expect(await seriousViolations(window)).toEqual([]);
  }
});

test('ten minutes open, are looked at from afar and from near, and play from anywhere', async ({
  window,
  dataFolder,
}) => {
  const path = join(dataFolder, '..', 'long.wav');
  await writeFile(path, longSound());
  const editor = editorOf(window);
  await editor.adopt(path);
  await expect(editor.loudness).toContainText('LUFS', { timeout: 60_000 });
  await expect(window.getByRole('region', { name: 'Editor' })).toContainText('10:00.000');

  // A click is in the ninth minute: it is found from afar, and near enough to see its samples.
  await editor.click(CLICK / 600);
  for (let step = 0; step < 30; step++) await window.keyboard.press('+');
  await expect(editor.wave.locator('canvas').first()).toBeVisible();
  await window.screenshot({ path: 'test-results/screens/editor-near.png' });
  await window.keyboard.press('Space');
  const transport = window.getByRole('contentinfo');
  await expect(transport.getByRole('button', { name: 'Stop' })).toBeVisible();
  await expect(transport).toContainText(/8:2\d/);
  await expect.poll(() => transport.getByRole('img').getAttribute('aria-label')).toMatch(/dBFS/);
  await window.keyboard.press('Space');

  // What takes long is seen and heard while it is made, and given up when it is undone.
  await window.keyboard.press('0');
  await editor.click(0.001);
  await editor.tool('Stretch, pitch').click();
  const rendered = window.getByRole('progressbar', { name: 'Rendered' });
  await expect(rendered).toBeVisible();
  await window.screenshot({ path: 'test-results/screens/editor-rendering.png' });
  await editor.wave.focus();
  await window.keyboard.press('Space');
  await expect(transport.getByRole('button', { name: 'Stop' })).toBeVisible();
  await window.keyboard.press('Space');
  await window.keyboard.press('Control+Z');
  await expect(rendered).toHaveCount(0);
  await expect(editor.edits).toHaveCount(0);

  await window.keyboard.press('0');
  await editor.select(0.1, 0.2);
  await window.keyboard.press('t');
  await expect(editor.edits).toHaveCount(1);
  await expect(window.getByRole('region', { name: 'Editor' })).toContainText(/[01]:(59|00)\.\d{3}/);
});

/** Seconds into the long sound at which something is heard. */
const CLICK = 500;

/** Ten minutes of quiet noise with a tone of a second in it, at 48 kHz in stereo. */
function longSound(): Uint8Array {
  const rate = 48_000;
  const noise = gaussianNoise(7, rate);
  const channel = Float32Array.from({ length: 600 * rate }, (_, n) => {
    const tone = n >= CLICK * rate && n < (CLICK + 1) * rate ? 0.5 * Math.sin(n * 0.1) : 0;
    return tone + 0.01 * (noise[n % rate] ?? 0);
  });
  return writeWav({ sampleRate: rate, channels: [channel, channel], bits: 16 });
}
