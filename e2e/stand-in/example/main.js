// The smallest app that uses what ours uses of Electron.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { app, BrowserWindow, ipcMain, Menu, nativeImage, protocol, session, shell } from 'electron';

const RATE = 8_000;
const SECONDS = 6;
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true };
protocol.registerSchemesAsPrivileged([{ scheme: 'refoley', privileges }]);

app.on('second-instance', (_event, argv) => {
  globalThis.secondInstance = argv;
});
app.on('window-all-closed', () => app.quit());
if (app.requestSingleInstanceLock()) app.whenReady().then(start);
else app.quit();

async function start() {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, callback) => {
    callback(permission === 'notifications');
  });
  protocol.handle('refoley', answer);
  ipcMain.handle('echo', (_event, value) => value);
  ipcMain.handle('fail', () => {
    throw new Error('it broke');
  });
  ipcMain.on('drag', ({ sender }) => {
    const file = path.join(app.getPath('userData'), 'dragged.wav');
    writeFileSync(file, tone());
    sender.startDrag({ file, icon: nativeImage.createFromDataURL(PIXEL) });
  });
  ipcMain.on('port', ({ ports: [port] }) => {
    port.on('message', ({ data }) => port.postMessage(`${data}, you say`));
    port.start();
  });
  const send = ({ label }, window) => window.webContents.send('menu', label);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        label: 'File',
        submenu: [
          { id: 'palette', label: 'Palette', accelerator: 'CmdOrCtrl+K', click: send },
          { label: 'Jump', accelerator: 'CmdOrCtrl+J', click: send },
          { label: 'Shown', accelerator: 'CmdOrCtrl+L', registerAccelerator: false, click: send },
          { role: 'quit' },
        ],
      },
    ]),
  );

  const preload = path.join(import.meta.dirname, 'preload.cjs');
  const window = new BrowserWindow({ width: 900, height: 600, show: false, webPreferences: { preload } });
  window.once('ready-to-show', () => window.show());
  window.webContents.setWindowOpenHandler(({ url }) => {
    void shell.openExternal(url);
    return { action: 'deny' };
  });
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  await window.loadFile('index.html');
}

/** `refoley://tone/`: a WAV, in ranges; `refoley://count/`: a body that comes in three parts. */
function answer(request) {
  if (new URL(request.url).host === 'count') {
    const parts = ['one ', 'two ', 'three'];
    const body = new ReadableStream({
      pull: (controller) => {
        const part = parts.shift();
        if (part) controller.enqueue(new TextEncoder().encode(part));
        else controller.close();
      },
    });
    return new Response(body, { status: 201, headers: { 'x-method': request.method } });
  }
  const bytes = tone();
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.get('range') ?? '') ?? [];
  const headers = { 'content-type': 'audio/wav', 'accept-ranges': 'bytes' };
  if (from === undefined) return new Response(bytes, { headers });
  const end = to ? Number(to) : bytes.length - 1;
  headers['content-range'] = `bytes ${from}-${end}/${bytes.length}`;
  return new Response(bytes.subarray(Number(from), end + 1), { status: 206, headers });
}

function tone() {
  const bytes = Buffer.alloc(44 + RATE * SECONDS * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  for (const [offset, value] of Object.entries({ 16: 16, 24: RATE, 28: RATE * 2, 40: bytes.length - 44 })) {
    bytes.writeUInt32LE(value, Number(offset));
  }
  for (const [offset, value] of Object.entries({ 20: 1, 22: 1, 32: 2, 34: 16 })) {
    bytes.writeUInt16LE(value, Number(offset));
  }
  bytes.write('data', 36);
  for (let i = 44; i < bytes.length; i += 2) bytes.writeInt16LE(Math.round(Math.sin(i / 8) * 10_000), i);
  return bytes;
}
