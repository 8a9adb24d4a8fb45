// The one Chromium behind all windows, spoken to over its pipe (file descriptors 3 and 4) in the DevTools protocol.
// Its debugging port is open besides, for Playwright.
const { spawn } = require('node:child_process');
const { EventEmitter } = require('node:events');
const readline = require('node:readline');
const { setTimeout } = require('node:timers/promises');
const { findChromium } = require('./findChromium.cjs');

const SWITCHES = [
  '--headless=new',
  '--no-sandbox',
  '--no-startup-window',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--disable-dev-shm-usage',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-popup-blocking',
  '--disable-features=HttpsUpgrades,MediaRouter,PaintHolding,Translate,OptimizationHints',
  '--password-store=basic',
  '--force-color-profile=srgb',
  '--mute-audio',
  '--autoplay-policy=no-user-gesture-required', // Electron's own default
  '--enable-unsafe-swiftshader',
  '--allow-file-access-from-files', // Electron lets file: pages load modules
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost', // no spec reaches the network
];

class Chromium extends EventEmitter {
  #process;
  #started = Promise.withResolvers();
  #gone = false;
  #lastId = 0;
  #pending = new Map();
  #sessions = new Map();

  /** @param {string} profile folder of the browser's own data */
  start(profile) {
    const file = findChromium();
    if (!file) throw new Error('No Chromium found; install the package chromium.');
    this.setMaxListeners(0);
    this.#process = spawn(
      file,
      [...SWITCHES, `--user-data-dir=${profile}`, '--remote-debugging-pipe', '--remote-debugging-port=0'],
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] },
    );
    // Playwright waits for this line; the rest is Chromium's chatter about missing D-Bus and the like.
    readline.createInterface(this.#process.stderr).on('line', (line) => {
      if (line.startsWith('DevTools listening on ')) process.stderr.write(`${line}\n`);
    });
    for (const pipe of this.#process.stdio.slice(3)) pipe.on('error', () => {}); // it may die before we do
    this.#readMessages(this.#process.stdio[4]);
    this.#process.on('error', (error) => this.#end(error));
    this.#process.on('exit', () => this.#end(new Error('Chromium has ended.')));
    this.#started.resolve();
  }

  /** Resolves when it has been started. */
  get started() {
    return this.#started.promise;
  }

  get processId() {
    return this.#process?.pid;
  }

  /** Sends a command; `sessionId` names the page that it is for. */
  send(method, params = {}, sessionId = undefined) {
    if (this.#gone) return Promise.reject(new Error('Chromium has ended.'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, method });
      this.#process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** An emitter of one page's events, with a `send` of its own. */
  session(sessionId) {
    const session = new EventEmitter();
    session.setMaxListeners(0);
    session.send = (method, params) => this.send(method, params, sessionId);
    this.#sessions.set(sessionId, session);
    return session;
  }

  /** Ends it when it has written its profile, or in two seconds. */
  async close() {
    if (!this.#process || this.#gone) return;
    const ended = new Promise((resolve) => this.once('exit', resolve));
    this.send('Browser.close').catch(() => {}); // it may end before it answers
    await Promise.race([ended, setTimeout(2_000, undefined, { ref: false })]);
  }

  kill() {
    this.#process?.kill('SIGKILL');
  }

  #readMessages(pipe) {
    let parts = [];
    pipe.on('data', (chunk) => {
      let start = 0;
      for (let end; (end = chunk.indexOf(0, start)) >= 0; start = end + 1) {
        parts.push(chunk.subarray(start, end));
        this.#receive(JSON.parse(Buffer.concat(parts).toString('utf8')));
        parts = [];
      }
      if (start < chunk.length) parts.push(chunk.subarray(start));
    });
  }

  #receive({ id, result, error, method, params, sessionId }) {
    if (id === undefined) {
      (sessionId ? this.#sessions.get(sessionId) : this)?.emit(method, params);
      return;
    }
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error) pending.reject(new Error(`${pending.method}: ${error.message}`));
    else pending.resolve(result);
  }

  #end(error) {
    if (this.#gone) return;
    this.#gone = true;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.emit('exit');
  }
}

const chromium = new Chromium();
process.on('exit', () => chromium.kill());

module.exports = { chromium };
