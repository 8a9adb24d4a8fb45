const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { allowed } = require('./preventable.cjs');
const { guarded, GuardedEmitter } = require('./guard.cjs');
const { chromium } = require('./chromium.cjs');
const launch = require('./launch.cjs');
const open = require('./openWindows.cjs');
const { SingleInstance } = require('./singleInstance.cjs');

const { switches, dataFolder } = launch;

const HOME_FOLDERS = ['Desktop', 'Documents', 'Downloads', 'Music', 'Pictures', 'Videos'];

class App extends GuardedEmitter('app') {
  name = launch.name;
  isPackaged = false;
  commandLine = guarded('app.commandLine', {
    appendSwitch: (key, value = '') => void switches.set(key, value),
    removeSwitch: (key) => void switches.delete(key),
    hasSwitch: (key) => switches.has(key),
    getSwitchValue: (key) => switches.get(key) ?? '',
  });

  #quitting = false;
  #ready = Promise.withResolvers();
  #isReady = false;
  #recentDocuments = [];
  #paths = new Map([
    ['userData', dataFolder],
    ['sessionData', dataFolder],
    ['appData', path.dirname(dataFolder)],
    ['logs', path.join(dataFolder, 'logs')],
    ['crashDumps', path.join(dataFolder, 'Crashpad')],
    ['home', os.homedir()],
    ['temp', os.tmpdir()],
    ['exe', process.execPath],
    ...HOME_FOLDERS.map((name) => [name.toLowerCase(), path.join(os.homedir(), name)]),
  ]);
  #instance = new SingleInstance(dataFolder, (argv, folder, data) =>
    this.emit('second-instance', {}, argv, folder, data),
  );

  whenReady = () => this.#ready.promise;
  isReady = () => this.#isReady;

  /** Starts Chromium; the app's main script has attached its listeners by then. */
  async start() {
    // A second instance is about to quit; two Chromiums must not share a profile meanwhile.
    const shared = this.#instance.isHeldByAnother();
    const profile = shared ? fs.mkdtempSync(path.join(os.tmpdir(), 'electron-stand-in-')) : dataFolder;
    chromium.start(path.join(profile, 'Chromium'));
    const { product } = await chromium.send('Browser.getVersion');
    Object.defineProperty(process.versions, 'chrome', { value: product.split('/')[1], enumerable: true });
    await chromium.send('Target.setDiscoverTargets', { discover: true });
    this.#isReady = true;
    this.#ready.resolve();
    this.emit('will-finish-launching');
    this.emit('ready', {}, {});
  }

  async quit() {
    if (this.#quitting) return;
    this.#quitting = true;
    this.#quitting =
      allowed(this, 'before-quit') && (await this.#closeWindows()) && allowed(this, 'will-quit');
    if (!this.#quitting) return;
    await chromium.close(); // so that what pages stored is on the disk
    this.exit(0);
  }

  async #closeWindows() {
    for (const window of open.windows.values()) {
      if (!window.close()) return false;
      await window.whenClosed;
    }
    return true;
  }

  exit(code = 0) {
    this.emit('quit', {}, code);
    chromium.kill();
    this.#instance.release();
    if (!switches.has('user-data-dir')) {
      fs.rmSync(dataFolder, { recursive: true, force: true, maxRetries: 3 });
    }
    process.exit(code);
  }

  /** Called when a window is gone. */
  windowClosed() {
    if (open.windows.size > 0 || this.#quitting) return;
    if (!this.emit('window-all-closed')) void this.quit();
  }

  requestSingleInstanceLock = (data = undefined) => this.#instance.request(data);
  hasSingleInstanceLock = () => this.#instance.isHeld;
  releaseSingleInstanceLock = () => this.#instance.release();

  getPath(name) {
    const found = this.#paths.get(name);
    if (found === undefined) throw new Error(`Failed to get '${name}' path`);
    return found;
  }
  setPath(name, folder) {
    this.#paths.set(name, folder);
  }
  setAppLogsPath(folder) {
    this.#paths.set('logs', folder ?? path.join(dataFolder, 'logs'));
  }

  getAppPath = () => launch.folder;
  getVersion = () => launch.version;
  getName = () => this.name;
  setName(name) {
    this.name = name;
  }
  getLocale = () => 'en-US';
  getSystemLocale = () => 'en-US';
  getPreferredSystemLanguages = () => ['en-US'];

  addRecentDocument(file) {
    this.#recentDocuments = [file, ...this.#recentDocuments.filter((other) => other !== file)];
  }
  getRecentDocuments = () => [...this.#recentDocuments];
  clearRecentDocuments() {
    this.#recentDocuments = [];
  }

  // Nothing of the desktop is there that these could change.
  focus() {}
  enableSandbox() {}
  disableHardwareAcceleration() {}
  setAppUserModelId() {}
  setAboutPanelOptions() {}
  setAsDefaultProtocolClient = () => true;
}

module.exports = { app: new App() };
