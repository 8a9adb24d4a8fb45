/**
 * The preload's world: `require('electron')` as a sandboxed preload has it, and its end of the channel to the main
 * process. Its text runs in the page: it may refer to nothing but its arguments and what ./scripts.cjs names.
 */
function isolatedWorld(makeBridge, makeCodec, config, preload) {
  if (window.top !== window) return;
  const { binding, channel } = config;
  const codec = makeCodec(
    (bytes) => bytes.toBase64(),
    (text) => Uint8Array.fromBase64(text),
  );
  const toMain = globalThis[binding];
  const post = (message) => toMain(codec.encode(message));

  // Questions to the main process, answered by id.
  const questions = new Map();
  let lastId = 0;
  const ask = (about, ...args) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      post({ type: 'ask', id, about, args });
      questions.set(id, { resolve, reject });
    });

  // Ports: the page holds native ones; each is relayed by its id.
  const ports = new Map();
  const relay = (id, port) => {
    ports.set(id, port);
    port.onmessage = ({ data, ports: transferred }) => {
      post({ type: 'port', id, data, ports: transferred.map(give) });
    };
    port.addEventListener('close', () => {
      if (ports.delete(id)) post({ type: 'portClosed', id });
    });
  };
  const give = (port) => {
    const id = crypto.randomUUID();
    relay(id, port);
    return id;
  };
  const take = (id) => {
    const { port1, port2 } = new MessageChannel();
    relay(id, port1);
    return port2;
  };

  const listeners = new Map();
  const listenersOf = (name) => listeners.get(name) ?? [];
  const on = (name, listener, once = false) => {
    listeners.set(name, [...listenersOf(name), { listener, once }]);
    return ipcRenderer;
  };
  const off = (name, listener) => {
    const rest = listenersOf(name).filter((entry) => entry.listener !== listener);
    listeners.set(name, rest);
    return ipcRenderer;
  };
  const ipcRenderer = {
    invoke: (name, ...args) =>
      ask('invoke', name, args).catch((error) => {
        throw new Error(`Error invoking remote method '${name}': ${error.message}`);
      }),
    send: (name, ...args) => post({ type: 'send', channel: name, args }),
    postMessage: (name, message, transfer = []) =>
      post({ type: 'send', channel: name, args: [message], ports: transfer.map(give) }),
    on: (name, listener) => on(name, listener),
    addListener: (name, listener) => on(name, listener),
    once: (name, listener) => on(name, listener, true),
    off,
    removeListener: off,
    removeAllListeners: (name) => {
      if (name === undefined) listeners.clear();
      else listeners.delete(name);
      return ipcRenderer;
    },
    listenerCount: (name) => listenersOf(name).length,
  };

  const takeFromMain = {
    answer: ({ id, ok, value }) => {
      const question = questions.get(id);
      questions.delete(id);
      if (ok) question.resolve(value);
      else question.reject(new Error(value));
    },
    send: ({ channel: name, args, ports: ids = [] }) => {
      const called = listenersOf(name);
      listeners.set(
        name,
        called.filter((entry) => !entry.once),
      );
      const event = { sender: ipcRenderer, senderId: 0, ports: ids.map(take) };
      for (const { listener } of called) {
        try {
          listener(event, ...args);
        } catch (error) {
          reportError(error);
        }
      }
    },
    port: ({ id, data, ports: ids = [] }) => {
      const transferred = ids.map(take);
      ports.get(id)?.postMessage(data, transferred);
    },
    portClosed: ({ id }) => {
      const port = ports.get(id);
      ports.delete(id);
      port?.close();
    },
  };
  // The debugger goes on calling in while the page is paused, when no event crosses the bridge (getPathForFile).
  let isPaused = false;
  const late = [];
  const takeLate = () => {
    while (!isPaused && late.length > 0) {
      const message = codec.decode(late.shift());
      takeFromMain[message.type](message);
    }
  };
  globalThis[config.receiver] = (text) => {
    late.push(text);
    takeLate();
  };

  // A menu accelerator gets the keys that no listener of the page has taken, and those are done after this turn.
  window.addEventListener(
    'keydown',
    (event) => {
      const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
      setTimeout(() => {
        if (event.isTrusted && !event.defaultPrevented) {
          post({ type: 'key', key, code, ctrlKey, metaKey, altKey, shiftKey });
        }
      });
    },
    true,
  );

  /**
   * The path of a file that came from the disk. Only the debugger knows it, and the caller wants it at once: main sees
   * the pause, reads `file`, sets `answer` and lets the page go on (../filePaths.cjs).
   */
  function getPathForFile(file) {
    if (!(file instanceof File)) throw new TypeError('getPathForFile expects a File');
    let answer = ''; // set by main during the pause
    isPaused = true;
    // eslint-disable-next-line no-debugger
    debugger;
    isPaused = false;
    setTimeout(takeLate); // not inside of the caller's turn
    return answer;
  }

  const bridge = makeBridge(channel, 'preload');
  bridge.expose(channel, {
    close: () => post({ type: 'close' }),
    openBody: (url, init) => ask('openBody', url, init),
    readBody: (id) => ask('readBody', id),
    cancelBody: (id) => ask('cancelBody', id),
  });

  const electron = {
    ipcRenderer,
    contextBridge: { exposeInMainWorld: (key, api) => bridge.expose(key, api) },
    webUtils: { getPathForFile },
  };
  const require = (id) => {
    if (/^electron(\/(renderer|common))?$/.test(id)) return electron;
    throw new Error(`module not found: ${id} (a sandboxed preload may require electron only)`);
  };
  const process = { ...config.process, env: {}, type: 'renderer', contextIsolated: true, sandboxed: true };
  const module = { exports: {} };
  try {
    preload(require, module, module.exports, process, globalThis);
  } catch (error) {
    console.error('Unable to load preload script', error);
    post({ type: 'preloadError', error });
  }
}

module.exports = { isolatedWorld };
