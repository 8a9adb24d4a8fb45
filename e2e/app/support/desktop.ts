import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ElectronApplication, Locator, Page } from '@playwright/test';
import type { Dialog } from 'electron';

type Asking = 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox';
type Answer<Name extends Asking> = Awaited<ReturnType<Dialog[Name]>>;
type Call = [what: string, ...args: unknown[]];

/**
 * The desktop around the app, for a spec: nobody can answer a native dialog, and a drag ends in another program. What the
 * app asks of `dialog`, `shell` and `startDrag` is answered and recorded in its main process; the same with Electron's
 * binary and without.
 */
export class Desktop {
  readonly #app: ElectronApplication;
  readonly #dropped: string;

  private constructor(app: ElectronApplication, dropped: string) {
    this.#app = app;
    this.#dropped = dropped;
  }

  /** @param dropped a new folder for copies of the files that are dragged out of the window */
  static async of(app: ElectronApplication, dropped: string): Promise<Desktop> {
    await mkdir(dropped);
    await app.evaluate(record, dropped);
    return new Desktop(app, dropped);
  }

  /** How a dialog is answered from now on. */
  async answer<Name extends Asking>(name: Name, answer: Answer<Name>): Promise<void> {
    await this.#app.evaluate(
      ({ dialog }, [asked, value]) => {
        const calls = (globalThis as unknown as { desktopCalls: unknown[] }).desktopCalls;
        Object.assign(dialog, {
          [asked]: (...args: unknown[]) => {
            calls.push([asked, args.at(-1)]);
            return Promise.resolve(value);
          },
        });
      },
      [name, answer] as const,
    );
  }

  /** What has been asked, in order: the function's name and its arguments (of a dialog: its options). */
  calls(): Promise<Call[]> {
    return this.#app.evaluate(() => (globalThis as unknown as { desktopCalls: Call[] }).desktopCalls);
  }

  /** The bytes of a file as they were when it was dragged out of the window. */
  async dropped(name: string): Promise<Buffer> {
    return readFile(join(this.#dropped, basename(name)));
  }
}

/** Runs in the main process. */
function record({ app, dialog, shell, webContents }: typeof import('electron'), dropped: string): void {
  const fs = process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const calls: unknown[] = [];
  Object.assign(globalThis, { desktopCalls: calls });
  const recording =
    <Result>(name: string, result: Result) =>
    (...args: unknown[]): Result => {
      calls.push([name, ...args]);
      return result;
    };
  const cancelled =
    <Result>(name: string, result: Result) =>
    (...args: unknown[]) => {
      calls.push([name, args.at(-1)]);
      return Promise.resolve(result);
    };
  Object.assign(dialog, {
    showOpenDialog: cancelled('showOpenDialog', { canceled: true, filePaths: [] }),
    showSaveDialog: cancelled('showSaveDialog', { canceled: true, filePath: '' }),
    showMessageBox: cancelled('showMessageBox', { response: 0, checkboxChecked: false }),
    showErrorBox: recording('showErrorBox', undefined),
  });
  Object.assign(shell, {
    showItemInFolder: recording('showItemInFolder', undefined),
    openExternal: recording('openExternal', Promise.resolve()),
    openPath: recording('openPath', Promise.resolve('')),
  });
  const recordDrags = (contents: Electron.WebContents): void => {
    contents.startDrag = ({ file, files = [file] }) => {
      for (const name of files) fs.copyFileSync(name, path.join(dropped, path.basename(name)));
      calls.push(['startDrag', ...files]);
    };
  };
  webContents.getAllWebContents().forEach(recordDrags);
  app.on('web-contents-created', (_event, contents) => recordDrags(contents));
}

/** Drops files of the disk onto an element, as from the desktop: the page gets real `File`s. */
export async function dropFiles(page: Page, target: Locator, files: string[]): Promise<void> {
  const box = await target.boundingBox();
  if (!box) throw new Error('The element to drop onto is not visible.');
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await session.detach();
}
