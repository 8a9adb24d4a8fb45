const path = require('node:path');
const { pathToFileURL } = require('node:url');

const { chromium } = require('./chromium.cjs');
const { guarded, GuardedEmitter } = require('./guard.cjs');
const { ipcMain } = require('./ipcMain.cjs');
const launch = require('./launch.cjs');
const { keyPressed } = require('./menu.cjs');
const { RemotePorts } = require('./messagePorts.cjs');
const { nativeImage } = require('./nativeImage.cjs');
const { nativeTheme } = require('./nativeTheme.cjs');
const open = require('./openWindows.cjs');
const { Page } = require('./page.cjs');
const { allowed } = require('./preventable.cjs');
const protocols = require('./protocol.cjs');
const { session } = require('./session.cjs');

let lastId = 0;

class WebContents extends GuardedEmitter('webContents') {
  id = ++lastId;
  session = session.defaultSession;
  mainFrame = guarded('webContents.mainFrame', { url: '', origin: 'null', parent: null, top: null });
  _page = new Page();
  #window;
  #options;
  #opened;
  #destroyed = false;
  #navigatingTo = '';
  #isLoading = false;
  #zoom = 1;
  #windowOpenHandler = () => ({ action: 'allow' });
  #ports = new RemotePorts((message) => this.#post(message));

  /** @param window the BrowserWindow that shows it */
  constructor(window, { width, height, webPreferences }) {
    super();
    this.#window = window;
    this.#options = webPreferences;
    open.contents.set(this.id, this);
    this.#opened = this.#open(width, height);
    this.#opened.catch((error) => {
      if (!this.#destroyed) console.error('A window could not be opened:', error);
    });
  }

  async #open(width, height) {
    await chromium.started;
    const { preload, additionalArguments = [] } = this.#options;
    this.#listen();
    await this._page.open({
      width,
      height,
      preload,
      additionalArguments,
      schemes: protocols.fetchableSchemes(),
    });
    await this.#interceptRequests();
    protocols.onHandlersChanged(() => this.#interceptRequests().catch(() => {}));
    await this._showTheme();
  }

  #listen() {
    const page = this._page;
    page.on('message', (message) => this.#receive(message));
    page.on('request', (request) => this.#answerRequest(request));
    page.on('navigated', (url) => {
      this.#navigated(url);
      this.emit('did-navigate', {}, url);
    });
    page.on('navigatedInPage', (url) => {
      this.#navigated(url);
      this.emit('did-navigate-in-page', {}, url, true);
    });
    page.on('domReady', () => {
      this.emit('dom-ready');
      this.#window._readyToShow();
    });
    page.on('loaded', () => {
      this.#isLoading = false;
      this.emit('did-finish-load');
      this.emit('did-stop-loading');
    });
    page.on('windowOpen', ({ url, windowName: frameName, windowFeatures }) => {
      const features = windowFeatures.join(',');
      const details = { url, frameName, features, disposition: 'foreground-tab', referrer: { url: '' } };
      const { action } = this.#windowOpenHandler(details);
      if (action === 'allow') console.error(`e2e/stand-in opens no second window for a page: ${url}`);
    });
    page.on('console', (level, message) => this.emit('console-message', { level, message }));
    page.on('crashed', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }));
  }

  #interceptRequests() {
    const schemes = protocols.handledSchemes();
    return this._page.interceptRequests([
      ...schemes.map((scheme) => `${scheme}:*`),
      ...(this.session._asksBeforeRequests ? ['http://*', 'https://*'] : []),
    ]);
  }

  async #answerRequest({ url, method, resourceType, isNavigation, goOn, refuse }) {
    if (protocols.isHandled(url)) return goOn(await protocols.loopback(url));
    if (isNavigation && url !== this.#navigatingTo && !allowed(this, 'will-navigate', { url }, url)) {
      return refuse('Aborted');
    }
    const details = { id: 0, url, method, resourceType, webContentsId: this.id };
    const mayGo = !/^https?:/.test(url) || (await this.session._mayRequest(details));
    return mayGo ? goOn() : refuse('BlockedByClient');
  }

  #navigated(url) {
    Object.assign(this.mainFrame, { url, origin: url.startsWith('file:') ? 'file://' : new URL(url).origin });
    void this.session._settlePermissions(this);
  }

  // --- messages

  #post(message) {
    if (!this.#destroyed) this._page.post(message);
  }

  #receive(message) {
    if (this.#ports.receive(message)) return;
    switch (message.type) {
      case 'ask':
        void this.#answer(message);
        break;
      case 'send':
        this.emit('ipc-message', this.#ipcEvent(), message.channel, ...message.args);
        ipcMain.emit(message.channel, this.#ipcEvent(message.ports), ...message.args);
        break;
      case 'key':
        keyPressed(message, this.#window);
        break;
      case 'close':
        this.close();
        break;
      case 'preloadError':
        this.emit('preload-error', {}, this.#options.preload, message.error);
        break;
    }
  }

  async #answer({ id, about, args }) {
    const answers = {
      invoke: (channel, given) => ipcMain._invoke(channel, this.#ipcEvent(), given),
      openBody: protocols.openBody,
      readBody: protocols.readBody,
      cancelBody: protocols.cancelBody,
    };
    try {
      this.#post({ type: 'answer', id, ok: true, value: await answers[about](...args) });
    } catch (error) {
      this.#post({ type: 'answer', id, ok: false, value: String(error) });
    }
  }

  #ipcEvent(ports = []) {
    return {
      type: 'frame',
      sender: this,
      senderFrame: this.mainFrame,
      frameId: 1,
      processId: chromium.processId,
      ports: this.#ports.take(ports),
      reply: (channel, ...args) => this.send(channel, ...args),
    };
  }

  send(channel, ...args) {
    this.#mustBeThere();
    this.#post({ type: 'send', channel, args });
  }

  postMessage(channel, message, transfer = []) {
    this.#mustBeThere();
    this.#post({ type: 'send', channel, args: [message], ports: this.#ports.give(transfer) });
  }

  #mustBeThere() {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
  }

  // --- the document

  async loadURL(url) {
    await this.#opened;
    this.#isLoading = true;
    this.#navigatingTo = url;
    const loaded = new Promise((resolve) => this._page.once('loaded', resolve));
    this.emit('did-start-loading');
    const problem = await this._page.navigate(url);
    if (problem) {
      this.#isLoading = false;
      this.emit('did-fail-load', {}, -2, problem, url, true);
      throw new Error(`${problem} loading '${url}'`);
    }
    await loaded;
  }

  loadFile(file, { query, search, hash } = {}) {
    const url = pathToFileURL(path.resolve(launch.folder, file));
    if (query) url.search = new URLSearchParams(query).toString();
    if (search) url.search = search;
    if (hash) url.hash = hash;
    return this.loadURL(url.href);
  }

  reload() {
    this.#navigatingTo = this.getURL();
    void this._page.send('Page.reload');
  }
  reloadIgnoringCache = () => this.reload();

  async executeJavaScript(code) {
    await this.#opened;
    return this._page.evaluate(code);
  }

  async capturePage() {
    const { data } = await this._page.send('Page.captureScreenshot');
    return nativeImage.createFromBuffer(Buffer.from(data, 'base64'));
  }

  setWindowOpenHandler(handler) {
    this.#windowOpenHandler = handler;
  }

  /** No drag reaches another program from here: this only makes the demands that Electron makes. */
  startDrag({ file, files = [file], icon }) {
    if (!files.length || files.some((name) => typeof name !== 'string')) {
      throw new TypeError("Must specify either 'file' or 'files' option");
    }
    if (!icon || (typeof icon !== 'string' && icon.isEmpty())) {
      throw new TypeError("Must specify non-empty 'icon' option");
    }
  }

  /** Follows nativeTheme. */
  async _showTheme() {
    await this._page.setColourScheme(nativeTheme.shouldUseDarkColors ? 'dark' : 'light');
  }

  getURL = () => this.mainFrame.url;
  getTitle = () => this.#window.getTitle();
  isLoading = () => this.#isLoading;
  isDestroyed = () => this.#destroyed;
  isCrashed = () => false;
  isFocused = () => this.#window.isFocused();
  getType = () => 'window';
  getZoomFactor = () => this.#zoom;
  setZoomFactor(factor) {
    this.#zoom = factor;
  }

  close() {
    this.#window.close();
  }

  async _close() {
    await this.#opened;
    await this._page.close();
  }

  _closed() {
    this.#destroyed = true;
    open.contents.delete(this.id);
    this.#ports.closeAll();
    this.emit('destroyed');
  }

  // Without a screen these change nothing that a spec could see.
  focus() {}
  openDevTools() {}
  closeDevTools() {}
  toggleDevTools() {}
  isDevToolsOpened = () => false;
  setVisualZoomLevelLimits = () => Promise.resolve();
  setBackgroundThrottling() {}
}

const webContents = guarded('webContents', {
  getAllWebContents: () => [...open.contents.values()],
  fromId: (id) => open.contents.get(id),
  fromDevToolsTargetId: (targetId) =>
    [...open.contents.values()].find(({ _page }) => _page.targetId === targetId),
  getFocusedWebContents: () => open.focused?.webContents ?? null,
});

nativeTheme.on('updated', () => {
  for (const contents of open.contents.values()) contents._showTheme().catch(() => {});
});

module.exports = { WebContents, webContents };
