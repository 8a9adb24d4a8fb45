const { EventEmitter } = require('node:events');
const { chromium } = require('./chromium.cjs');
const { answerFilePaths } = require('./filePaths.cjs');
const { makeCodec } = require('./page/codec.cjs');
const { WORLD, BINDING, RECEIVER, mainWorldScript, isolatedWorldScript } = require('./page/scripts.cjs');

const codec = makeCodec(
  (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  (text) => new Uint8Array(Buffer.from(text, 'base64')),
);

/**
 * The page of one window, over the DevTools protocol. Emits 'message' (from the preload's world), 'request', 'navigated',
 * 'navigatedInPage', 'domReady', 'loaded', 'windowOpen', 'console', 'crashed'.
 */
class Page extends EventEmitter {
  targetId;
  #session;
  #frame;
  #context = null;
  #waiting = [];

  async open({ width, height, preload, additionalArguments, schemes }) {
    const { targetId } = await chromium.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      width,
      height,
    });
    this.targetId = targetId;
    const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true });
    const session = (this.#session = chromium.session(sessionId));
    this.#listen(session);

    await session.send('Page.enable');
    this.#frame = (await session.send('Page.getFrameTree')).frameTree.frame.id;
    await session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await session.send('Runtime.enable');
    await answerFilePaths(session);
    const atStart = (source, worldName) =>
      session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName });
    await atStart(mainWorldScript(schemes));
    await atStart(isolatedWorldScript(preload, additionalArguments), WORLD);
    await this.resize(width, height);
  }

  #listen(session) {
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== WORLD || context.auxData.frameId !== this.#frame) return;
      this.#context = context.uniqueId;
      setImmediate(() => this.#waiting.splice(0).forEach((text) => this.#deliver(text)));
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextUniqueId }) => {
      if (executionContextUniqueId === this.#context) this.#context = null;
    });
    session.on('Runtime.executionContextsCleared', () => {
      this.#context = null;
    });
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === BINDING) this.emit('message', codec.decode(payload));
    });
    session.on('Runtime.consoleAPICalled', ({ type, args }) => {
      this.emit('console', type, args.map(({ value, description }) => value ?? description ?? '').join(' '));
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      if (!frame.parentId) this.emit('navigated', frame.url);
    });
    session.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId === this.#frame) this.emit('navigatedInPage', url);
    });
    session.on('Page.domContentEventFired', () => this.emit('domReady'));
    session.on('Page.loadEventFired', () => this.emit('loaded'));
    session.on('Page.windowOpen', (details) => this.emit('windowOpen', details));
    session.on('Inspector.targetCrashed', () => this.emit('crashed'));
    session.on('Fetch.requestPaused', ({ requestId, request, resourceType, frameId }) => {
      this.emit('request', {
        url: request.url,
        method: request.method,
        resourceType,
        isNavigation: resourceType === 'Document' && frameId === this.#frame,
        // The page may be gone before the answer.
        goOn: (url) => this.send('Fetch.continueRequest', { requestId, url }).catch(() => {}),
        refuse: (errorReason) => this.send('Fetch.failRequest', { requestId, errorReason }).catch(() => {}),
      });
    });
  }

  send(method, params) {
    return this.#session.send(method, params);
  }

  /** Sends to the preload's world: now, or as soon as there is one. */
  post(message) {
    this.#deliver(codec.encode(message));
  }

  #deliver(text) {
    if (!this.#context) {
      this.#waiting.push(text);
      return;
    }
    const expression = `${RECEIVER}(${JSON.stringify(text)})`;
    this.send('Runtime.evaluate', { expression, uniqueContextId: this.#context }).then(
      ({ exceptionDetails }) => {
        if (exceptionDetails) console.error('In the preload:', exceptionDetails.exception?.description);
      },
      () => {}, // navigated or closed meanwhile: nobody is there to hear it
    );
  }

  /** @returns what Chromium says went wrong, if anything did */
  async navigate(url) {
    this.#waiting = [];
    const { errorText } = await this.send('Page.navigate', { url });
    return errorText;
  }

  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
    return result.value;
  }

  resize(width, height) {
    return this.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 0,
      mobile: false,
    });
  }

  setColourScheme(value) {
    return this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
  }

  /** Which requests wait for 'request' to be answered. */
  interceptRequests(urlPatterns) {
    const navigation = { urlPattern: '*', resourceType: 'Document' };
    const patterns = [navigation, ...urlPatterns.map((urlPattern) => ({ urlPattern }))];
    return this.send('Fetch.enable', { patterns });
  }

  async close() {
    await chromium.send('Target.closeTarget', { targetId: this.targetId });
  }
}

module.exports = { Page };
