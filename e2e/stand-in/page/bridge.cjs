/**
 * One side of the bridge between a page's world and the preload's. They talk synchronously through events on `window`:
 * Blink clones `detail` from one world to the other. Functions, promises and errors cross as Electron's contextBridge
 * lets them. Its text runs in the page: it may refer to nothing outside of itself.
 * @param {string} channel a name that no page can guess
 * @param {'page' | 'preload'} side
 */
function makeBridge(channel, side) {
  const dispatch = EventTarget.prototype.dispatchEvent.bind(window); // before a page can replace them
  const Message = CustomEvent;
  const functions = new Map();
  // What the other side has collected is let go of here: a listener would keep all that it refers to.
  const collected = new FinalizationRegistry((id) => post({ type: 'release', id }));
  const promises = new Map();
  const settledEarly = new Map();
  const returned = [];
  // Of this document alone: what another one in the same window collects late must not be let go of here.
  const epoch = Math.random();
  let count = 0;
  let onExpose = () => {};

  const post = (message) =>
    dispatch(new Message(`${channel}:${side === 'page' ? 'preload' : 'page'}`, { detail: message }));
  const errorOf = (thrown) => ({
    name: thrown instanceof Error ? thrown.name : 'Error',
    message: thrown instanceof Error ? thrown.message : String(thrown),
  });
  const toError = ({ name, message }) => Object.assign(new Error(message), { name });
  const isPlain = (value) => [null, Object.prototype].includes(Object.getPrototypeOf(value));
  const mapValues = (object, change) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

  function newId() {
    return `${epoch} ${++count}`;
  }

  function give(callee) {
    const id = newId();
    functions.set(id, callee);
    return { $bridge: 'function', id };
  }

  function proxyOf(id) {
    const proxy = (...args) => call(id, args);
    collected.register(proxy, id);
    return proxy;
  }

  function send(value) {
    if (typeof value === 'function') return give(value);
    if (typeof value === 'symbol') throw new TypeError('An object could not be cloned.');
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof Promise) {
      const id = newId();
      value.then(
        (result) => post({ type: 'settle', id, ok: true, value: send(result) }),
        (error) => post({ type: 'settle', id, ok: false, value: errorOf(error) }),
      );
      return { $bridge: 'promise', id };
    }
    if (value instanceof Error) return { $bridge: 'error', ...errorOf(value) };
    if (Array.isArray(value)) return value.map(send);
    return isPlain(value) ? mapValues(value, send) : value; // the browser clones the rest
  }

  function receive(value) {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(receive);
    switch (value.$bridge) {
      case 'function':
        return proxyOf(value.id);
      case 'promise':
        return new Promise((resolve, reject) => {
          const early = settledEarly.get(value.id);
          settledEarly.delete(value.id);
          if (early) settle({ resolve, reject }, early);
          else promises.set(value.id, { resolve, reject });
        });
      case 'error':
        return toError(value);
      default:
        return isPlain(value) ? mapValues(value, receive) : value;
    }
  }

  function settle({ resolve, reject }, { ok, value }) {
    if (ok) resolve(receive(value));
    else reject(toError(value));
  }

  function call(id, args) {
    post({ type: 'call', id, args: send(args) });
    const result = returned.pop(); // the event has been handled by now
    if (!result.ok) throw toError(result.value);
    return receive(result.value);
  }

  function answer({ id, args }) {
    try {
      return { type: 'return', ok: true, value: send(functions.get(id)(...receive(args))) };
    } catch (error) {
      return { type: 'return', ok: false, value: errorOf(error) };
    }
  }

  const take = {
    call: (message) => post(answer(message)),
    release: ({ id }) => functions.delete(id),
    return: (message) => returned.push(message),
    settle: (message) => {
      const promise = promises.get(message.id);
      promises.delete(message.id);
      if (promise) settle(promise, message);
      else settledEarly.set(message.id, message);
    },
    expose: ({ key, value }) => onExpose(key, receive(value)),
  };
  window.addEventListener(
    `${channel}:${side}`,
    (event) => {
      event.stopImmediatePropagation();
      const message = event.detail; // once: every read of `detail` clones
      take[message.type](message);
    },
    true,
  );

  return {
    expose: (key, value) => post({ type: 'expose', key, value: send(value) }),
    onExpose: (listener) => {
      onExpose = listener;
    },
  };
}

module.exports = { makeBridge };
