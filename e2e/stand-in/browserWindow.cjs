const { app } = require('./app.cjs');
const { chromium } = require('./chromium.cjs');
const { GuardedEmitter } = require('./guard.cjs');
const open = require('./openWindows.cjs');
const { allowed } = require('./preventable.cjs');
const { primaryDisplay } = require('./screen.cjs');
const { WebContents } = require('./webContents.cjs');

let lastId = 0;

/** A window without a screen: its bounds are remembered and give the page its size. */
class BrowserWindow extends GuardedEmitter('BrowserWindow') {
  id = ++lastId;
  webContents;
  #closed = Promise.withResolvers();
  #normal;
  #state = 'normal';
  #isMinimized = false;
  #isVisible;
  #title;
  #isReady = false;

  constructor({ x = 0, y = 0, width = 800, height = 600, show = true, title, webPreferences = {} } = {}) {
    super();
    this.#normal = { x, y, width, height };
    this.#isVisible = show;
    this.#title = title ?? app.name;
    open.windows.set(this.id, this);
    open.focused = this;
    this.webContents = new WebContents(this, { width, height, webPreferences });
    app.emit('web-contents-created', {}, this.webContents);
    app.emit('browser-window-created', {}, this);
  }

  loadURL = (url) => this.webContents.loadURL(url);
  loadFile = (file, options) => this.webContents.loadFile(file, options);
  reload = () => this.webContents.reload();
  capturePage = () => this.webContents.capturePage();

  // --- closing

  /** @returns false if a listener kept it open */
  close() {
    if (this.isDestroyed()) return true;
    if (!allowed(this, 'close')) return false;
    this.destroy();
    return true;
  }

  destroy() {
    // Chromium does not always say that a page is gone that was still loading.
    const closed = () => this._closed();
    this.webContents._close().then(closed, closed);
  }

  isDestroyed = () => !open.windows.has(this.id);

  get whenClosed() {
    return this.#closed.promise;
  }

  _closed() {
    if (!open.windows.delete(this.id)) return;
    if (open.focused === this) open.focused = [...open.windows.values()].at(-1) ?? null;
    this.webContents._closed();
    this.emit('closed');
    this.#closed.resolve();
    app.windowClosed();
  }

  // --- showing

  _readyToShow() {
    if (this.#isReady) return;
    this.#isReady = true;
    this.emit('ready-to-show');
  }

  show() {
    this.#isVisible = true;
    this.emit('show');
    this.focus();
  }
  showInactive() {
    this.#isVisible = true;
    this.emit('show');
  }
  hide() {
    this.#isVisible = false;
    this.emit('hide');
  }
  isVisible = () => this.#isVisible && !this.#isMinimized;

  focus() {
    open.focused = this;
    this.emit('focus');
  }
  blur() {
    this.emit('blur');
  }
  isFocused = () => open.focused === this;

  // --- bounds

  getBounds() {
    return this.#state === 'normal' ? { ...this.#normal } : { ...primaryDisplay.workArea };
  }
  getNormalBounds = () => ({ ...this.#normal });
  getContentBounds = () => this.getBounds();

  setBounds(bounds) {
    const before = this.#normal;
    this.#normal = { ...before, ...bounds };
    this.#state = 'normal';
    if (before.x !== this.#normal.x || before.y !== this.#normal.y) this.#changed('move', 'moved');
    this.#changed('resize', 'resized');
  }
  setContentBounds = (bounds) => this.setBounds(bounds);

  getSize() {
    const { width, height } = this.getBounds();
    return [width, height];
  }
  getContentSize = () => this.getSize();
  setSize = (width, height) => this.setBounds({ width, height });
  setContentSize = (width, height) => this.setBounds({ width, height });

  getPosition() {
    const { x, y } = this.getBounds();
    return [x, y];
  }
  setPosition = (x, y) => this.setBounds({ x, y });

  center() {
    const { workArea } = primaryDisplay;
    const { width, height } = this.#normal;
    this.setBounds({ x: (workArea.width - width) >> 1, y: (workArea.height - height) >> 1 });
  }

  maximize = () => this.#become('maximized', 'maximize', 'resize');
  unmaximize = () => this.#become('normal', 'unmaximize', 'resize');
  isMaximized = () => this.#state === 'maximized';
  setFullScreen = (on) =>
    this.#become(on ? 'full screen' : 'normal', on ? 'enter-full-screen' : 'leave-full-screen', 'resize');
  isFullScreen = () => this.#state === 'full screen';
  isNormal = () => this.#state === 'normal' && !this.#isMinimized;

  minimize() {
    this.#isMinimized = true;
    this.emit('minimize');
  }
  restore() {
    this.#isMinimized = false;
    this.emit('restore');
  }
  isMinimized = () => this.#isMinimized;

  #become(state, ...events) {
    this.#state = state;
    this.#changed(...events);
  }

  #changed(...events) {
    const [width, height] = this.getSize();
    this.webContents._page.resize(width, height).catch(() => {}); // closing, perhaps
    for (const event of events) this.emit(event);
  }

  // --- title

  getTitle = () => this.#title;
  setTitle(title) {
    this.#title = title;
  }
  _pageTitle(title) {
    if (title === this.#title) return;
    this.webContents.emit('page-title-updated', {}, title, true);
    if (allowed(this, 'page-title-updated', {}, title, true)) this.#title = title;
  }

  // The desktop's own furniture: nothing of it is in a page.
  setMenu() {}
  removeMenu() {}
  setMenuBarVisibility() {}
  setAutoHideMenuBar() {}
  setMinimumSize() {}
  setBackgroundColor() {}
  setTitleBarOverlay() {}
  setProgressBar() {}
  setRepresentedFilename() {}
  setDocumentEdited() {}
  flashFrame() {}
  moveTop() {}

  static getAllWindows = () => [...open.windows.values()];
  static getFocusedWindow = () => open.focused;
  static fromId = (id) => open.windows.get(id) ?? null;
  static fromWebContents = (contents) =>
    BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null;
}

const windowOf = (targetId) =>
  BrowserWindow.getAllWindows().find(({ webContents }) => webContents._page.targetId === targetId);

chromium.on('Target.targetDestroyed', ({ targetId }) => windowOf(targetId)?._closed());
chromium.on('Target.targetInfoChanged', ({ targetInfo: { targetId, title } }) => {
  if (title && !title.startsWith('file:')) windowOf(targetId)?._pageTitle(title);
});
// A page's own pop-up; webContents has told the app's window-open handler.
chromium.on('Target.targetCreated', ({ targetInfo: { targetId, openerId } }) => {
  if (openerId) chromium.send('Target.closeTarget', { targetId }).catch(() => {});
});
chromium.on('exit', () => BrowserWindow.getAllWindows().forEach((window) => window._closed()));

module.exports = { BrowserWindow };
