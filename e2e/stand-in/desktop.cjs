// What the desktop would do or ask. Nobody is there to answer, so a dialog is cancelled; specs put their own answers in
// its place (e2e/app/support/desktop.ts), as they must with Electron's binary too.
const { Blob } = require('node:buffer');
const fs = require('node:fs/promises');
const { guarded, GuardedEmitter } = require('./guard.cjs');

const dialog = guarded('dialog', {
  showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] }),
  showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }),
  showMessageBox: (...args) => {
    const { cancelId = 0 } = args.at(-1);
    return Promise.resolve({ response: cancelId, checkboxChecked: false });
  },
  showErrorBox: (title, content) => console.error(`${title}: ${content}`),
});

const shell = guarded('shell', {
  beep() {},
  showItemInFolder() {},
  openExternal: () => Promise.resolve(),
  openPath: () => Promise.resolve(''),
  /** There is no trash to take it out of again; what a spec trashes is its own. */
  trashItem: (file) => fs.rm(file, { recursive: true }),
});

/** Electron 45's own: what is written is kept as it was given. */
class ClipboardItem {
  #formats;
  constructor(formats) {
    this.#formats = formats;
  }
  get types() {
    return Object.keys(this.#formats);
  }
  async getType(type) {
    const value = await this.#formats[type];
    return typeof value === 'string' ? new Blob([value], { type }) : value;
  }
}

let items = [];
const clipboard = guarded('clipboard', {
  read: () => Promise.resolve(items),
  async write(given) {
    items = [...given];
  },
  async readText() {
    const item = items.find(({ types }) => types.includes('text/plain'));
    return item ? (await item.getType('text/plain')).text() : '';
  },
  writeText: (text) => clipboard.write([new ClipboardItem({ 'text/plain': text })]),
  clear() {
    items = [];
  },
});

class Notification extends GuardedEmitter('Notification') {
  static isSupported = () => true;
  constructor(options) {
    super();
    Object.assign(this, options);
  }
  show() {
    this.emit('show', {});
  }
  close() {
    this.emit('close', {});
  }
}

const blockers = new Set();
let lastBlocker = 0;
const powerSaveBlocker = guarded('powerSaveBlocker', {
  start() {
    blockers.add(++lastBlocker);
    return lastBlocker;
  },
  stop: (id) => blockers.delete(id),
  isStarted: (id) => blockers.has(id),
});

class PowerMonitor extends GuardedEmitter('powerMonitor') {}

module.exports = {
  dialog,
  shell,
  clipboard,
  ClipboardItem,
  Notification,
  powerSaveBlocker,
  powerMonitor: new PowerMonitor(),
};
