import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, launch, test } from '../app/support/app.ts';
import { dropFiles } from '../app/support/desktop.ts';

interface Api {
  addSync(a: number, b: number): number;
  echo(value: unknown): Promise<unknown>;
  fail(): Promise<unknown>;
  later(callback: (value: number) => number): Promise<number>;
  drag(): void;
  onMenu(listener: (label: string) => void): void;
  double(number: number): Promise<number>;
  askThroughPort(question: string): Promise<string>;
}
/** In the page, where `window` is not the fixture. */
declare const api: Api;

const example = join(import.meta.dirname, 'example');
test.use({ appFolder: example });

// What the app relies on, so that a spec means the same with the stand-in as with Electron's binary.

test("the preload's world is apart from the page's", async ({ window }) => {
  const seen = await window.evaluate(() => ({
    leaked: ['require', 'process', 'ipcRenderer', 'module'].filter((name) => name in globalThis),
    ours: Object.keys(globalThis).filter((name) => name.startsWith('__standIn')),
    frozen: Object.isFrozen(api),
    replaced: Reflect.set(globalThis, 'api', 1),
  }));
  expect(seen).toEqual({ leaked: [], ours: [], frozen: true, replaced: false });
});

test('functions, promises and errors cross the bridge', async ({ window }) => {
  expect(await window.evaluate(() => api.addSync(2, 3))).toBe(5);
  expect(await window.evaluate(() => api.later((value) => value + 1))).toBe(21);
  const message = await window.evaluate(() => api.fail().catch((error: unknown) => String(error)));
  expect(message).toBe("Error: Error invoking remote method 'fail': Error: it broke");
});

test('a function that the preload has forgotten is collected', async ({ window }) => {
  const given = await window.evaluateHandle(async () => {
    const callback = (value: number) => value + 1;
    await api.later(callback);
    return new WeakRef(callback);
  });
  const session = await window.context().newCDPSession(window);
  await expect
    .poll(async () => {
      await session.send('HeapProfiler.collectGarbage');
      return given.evaluate((callback) => callback.deref() === undefined);
    })
    .toBe(true);
});

test('messages are structured clones', async ({ window }) => {
  const problems = await window.evaluate(async () => {
    const sent = {
      view: new Float32Array([1.5, -0]),
      buffer: new Uint8Array([1, 2]).buffer,
      map: new Map([['at', new Date(5)]]),
      set: new Set([1]),
      nothing: undefined,
      nan: NaN,
      large: 3n,
    };
    const got = (await api.echo(sent)) as typeof sent;
    const same = {
      view: got.view instanceof Float32Array && got.view[0] === 1.5 && Object.is(got.view[1], -0),
      buffer: got.buffer.byteLength === 2,
      map: got.map.get('at')?.getTime() === 5,
      set: got.set.has(1),
      nothing: 'nothing' in got,
      nan: Number.isNaN(got.nan),
      large: got.large === 3n,
    };
    const refused = await api
      .echo(() => 1)
      .then(
        () => false,
        () => true,
      );
    return Object.entries({ ...same, refused }).filter(([, fine]) => !fine);
  });
  expect(problems).toEqual([]);
});

test('a scheme of the app: audio seeks, fetch reads ranges and streams', async ({ window }) => {
  const audio = await window.evaluate(async () => {
    const element = document.querySelector('audio')!;
    if (element.readyState < 1) await new Promise((resolve) => (element.onloadedmetadata = resolve));
    element.currentTime = 5;
    await new Promise((resolve) => (element.onseeked = resolve));
    return [element.duration, element.currentTime];
  });
  expect(audio).toEqual([6, 5]);

  const range = await window.evaluate(async () => {
    const response = await fetch('refoley://tone/', { headers: { range: 'bytes=0-3' } });
    return [response.status, response.headers.get('content-range'), await response.text()];
  });
  expect(range).toEqual([206, 'bytes 0-3/96044', 'RIFF']);

  const parts = await window.evaluate(async () => {
    const { body, status, headers } = await fetch('refoley://count/', { method: 'POST' });
    const text: string[] = [];
    for (const reader = body!.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) return [status, headers.get('x-method'), text.join('')];
      text.push(new TextDecoder().decode(value));
    }
  });
  expect(parts).toEqual([201, 'POST', 'one two three']);
});

test("the page's content security policy holds", async ({ window }) => {
  const ran = await window.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      violations.push(event.effectiveDirective),
    );
    const inline = document.createElement('script');
    inline.textContent = 'globalThis.ranInline = true';
    document.body.append(inline);
    await fetch('https://example.invalid/').catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { inline: 'ranInline' in globalThis, violations: violations.sort() };
  });
  expect(ran).toEqual({ inline: false, violations: ['connect-src', 'script-src-elem'] });
});

test('ports join two utility processes', async ({ app }) => {
  const answer = await app.evaluate(
    async ({ MessageChannelMain, utilityProcess }, file) => {
      const [asking, doubling] = [utilityProcess.fork(file), utilityProcess.fork(file)];
      const { port1, port2 } = new MessageChannelMain();
      doubling.postMessage('double', [port1]);
      asking.postMessage('ask', [port2]);
      const answered = await new Promise((resolve) => asking.once('message', resolve));
      asking.kill();
      doubling.kill();
      return answered;
    },
    join(example, 'child.js'),
  );
  expect(answer).toBe(42);
});

test('ports join a page with main and with a utility process', async ({ app, window }) => {
  expect(await window.evaluate(() => api.askThroughPort('hello'))).toBe('hello, you say');
  await app.evaluate(
    ({ BrowserWindow, MessageChannelMain, utilityProcess }, file) => {
      const { port1, port2 } = new MessageChannelMain();
      utilityProcess.fork(file).postMessage('double', [port1]);
      BrowserWindow.getAllWindows()[0]!.webContents.postMessage('port', null, [port2]);
    },
    join(example, 'child.js'),
  );
  expect(await window.evaluate(() => api.double(4))).toBe(8);
});

test('a utility process says how it ended', async ({ app }) => {
  const ended = await app.evaluate(
    async ({ MessageChannelMain, utilityProcess }, file) => {
      const end = (child: Electron.UtilityProcess) => new Promise((resolve) => child.once('exit', resolve));
      const leaving = utilityProcess.fork(file);
      leaving.postMessage({ exit: 3 });
      const code = await end(leaving);
      const killed = utilityProcess.fork(file);
      await new Promise<void>((resolve) => killed.once('spawn', resolve));
      const { port1, port2 } = new MessageChannelMain();
      const closed = new Promise<void>((resolve) => port2.once('close', resolve));
      killed.postMessage('double', [port1]);
      port2.start();
      const wasRunning = killed.kill();
      await Promise.all([end(killed), closed]);
      return { code, wasRunning, pid: killed.pid };
    },
    join(example, 'child.js'),
  );
  expect(ended).toEqual({ code: 3, wasRunning: true, pid: undefined });
});

test('the menu is clicked by its accelerators, unless the page takes the key', async ({ app, window }) => {
  const output = window.locator('output');
  await window.keyboard.press('ControlOrMeta+j');
  await window.keyboard.press('k');
  // Shown beside an item, and not taken; a Mac takes it.
  if (process.platform !== 'darwin') await window.keyboard.press('Control+l');
  await window.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  await expect(output).toBeEmpty();
  await window.keyboard.press('ControlOrMeta+k');
  await expect(output).toHaveText('Palette');
  await app.evaluate(({ BrowserWindow, Menu }) => {
    const item = Menu.getApplicationMenu()!.items[0]!.submenu!.items[1]!;
    item.click({}, BrowserWindow.getAllWindows()[0]);
  });
  await expect(output).toHaveText('Jump');
});

test('a drag out of the window carries a finished file', async ({ desktop, window }) => {
  await window.evaluate(() => api.drag());
  await expect.poll(async () => (await desktop.calls()).map(([name]) => name)).toEqual(['startDrag']);
  const [[, file]] = (await desktop.calls()) as [[string, string]];
  const bytes = await desktop.dropped(file);
  expect([bytes.length, bytes.toString('latin1', 0, 4)]).toEqual([96_044, 'RIFF']);
});

test('a spec answers dialogs', async ({ app, desktop }) => {
  const open = () => app.evaluate(({ dialog }) => dialog.showOpenDialog({ title: 'Sounds' }));
  expect(await open()).toEqual({ canceled: true, filePaths: [] });
  await desktop.answer('showOpenDialog', { canceled: false, filePaths: ['/sounds'] });
  expect(await open()).toEqual({ canceled: false, filePaths: ['/sounds'] });
  expect(await desktop.calls()).toEqual([
    ['showOpenDialog', { title: 'Sounds' }],
    ['showOpenDialog', { title: 'Sounds' }],
  ]);
});

test('links leave neither the page nor a second window', async ({ app, desktop, window }) => {
  const url = window.url();
  await window.getByText('Docs').click();
  await expect.poll(() => desktop.calls()).toEqual([['openExternal', 'https://example.invalid/docs']]);
  await window.getByText('Away').click({ noWaitAfter: true });
  await window.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
  expect(window.url()).toBe(url);
  await expect.poll(() => app.windows().length).toBe(1);
});

test('chosen and dropped files have their paths, made-up ones have none', async ({ dataFolder, window }) => {
  const file = join(dataFolder, 'gate creak.wav');
  await writeFile(file, 'x');
  const output = window.locator('output');
  await window.getByLabel('files').setInputFiles(file);
  await expect(output).toHaveText(file);
  await window.evaluate(() => (document.querySelector('output')!.textContent = ''));
  await dropFiles(window, window.getByRole('region'), [file, file]);
  await expect(output).toHaveText(`${file},${file}`);
  await window.getByLabel('files').setInputFiles({ name: 'a.wav', mimeType: '', buffer: Buffer.from('x') });
  await expect(output).toHaveText(/^$|a\.wav$/); // Playwright may write it to a temporary file
});

test('what main says while a path is looked up arrives after it, in order', async ({
  app,
  dataFolder,
  window,
}) => {
  const file = join(dataFolder, 'gate creak.wav');
  await writeFile(file, 'x');
  await window.evaluate(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    api.onMenu((label) => heard.push(label));
  });
  const sent = app.evaluate(async ({ BrowserWindow }) => {
    for (let count = 0; count < 300; count++) {
      BrowserWindow.getAllWindows()[0]!.webContents.send('menu', String(count));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });
  await dropFiles(window, window.getByRole('region'), Array<string>(40).fill(file));
  await sent;
  const heard = () => window.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  await expect.poll(heard).toEqual(Array.from({ length: 300 }, (_, count) => String(count)));
});

test('a theme reaches the page', async ({ app, window }) => {
  const isDark = () => window.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  for (const themeSource of ['dark', 'light'] as const) {
    await app.evaluate(({ nativeTheme }, source) => (nativeTheme.themeSource = source), themeSource);
    await expect.poll(isDark).toBe(themeSource === 'dark');
  }
});

test('a window remembers its bounds while it is maximised', async ({ app, window }) => {
  const handle = await app.browserWindow(window);
  await handle.evaluate((it) => it.setBounds({ x: 10, y: 20, width: 1000, height: 640 }));
  await expect.poll(() => window.evaluate(() => innerWidth)).toBe(1000);
  await handle.evaluate((it) => it.maximize());
  await expect.poll(() => handle.evaluate((it) => it.isMaximized())).toBe(true);
  expect(await handle.evaluate((it) => it.getNormalBounds().width)).toBe(1000);
  await expect.poll(() => window.evaluate(() => innerWidth)).toBeGreaterThan(1000);
});

test('the app grants permissions', async ({ window }) => {
  const state = (name: string) =>
    window.evaluate(async (it) => {
      return (await navigator.permissions.query({ name: it as PermissionName })).state;
    }, name);
  await expect.poll(() => state('notifications')).toBe('granted');
  await expect.poll(() => state('geolocation')).toBe('denied');
});

test('a second instance calls the first and ends', async ({ app, dataFolder }) => {
  const electron = createRequire(import.meta.url)('electron') as unknown as string;
  const second = spawn(electron, ['.', `--user-data-dir=${dataFolder}`, 'gate.wav'], { cwd: example });
  expect(await once(second, 'exit')).toEqual([0, null]);
  const argv = () => app.evaluate(() => (globalThis as { secondInstance?: string[] }).secondInstance?.at(-1));
  await expect.poll(argv).toBe('gate.wav');
});

test('what a page stored is there when the app is opened again', async ({
  app,
  appFolder,
  dataFolder,
  window,
}) => {
  await window.evaluate(() => localStorage.setItem('split', '320'));
  await app.close();
  const again = await launch(appFolder, dataFolder);
  const page = await again.firstWindow();
  await page.waitForURL(/index\.html$/);
  expect(await page.evaluate(() => localStorage.getItem('split'))).toBe('320');
  await again.close();
});

test.describe('a page that throws', () => {
  test.fail();
  test('fails its spec', async ({ window }) => {
    await window.evaluate(() => setTimeout(() => reportError(new Error('nobody caught this'))));
    await window.waitForTimeout(100);
  });
});

test('a part of Electron that is not there says so', async ({ app }) => {
  const message = await app.evaluate(({ app: it }) => {
    try {
      return String(Reflect.get(it, 'getNothing'));
    } catch (error) {
      return String(error);
    }
  });
  expect(message).toMatch(/undefined|app\.getNothing is not in e2e\/stand-in/);
});
