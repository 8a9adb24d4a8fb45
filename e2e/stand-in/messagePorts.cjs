// Message ports. Every pair lives in the main process; a port that was transferred to another process or to a page
// keeps its place here and relays, so two children that hold the ends of one channel talk through main.
const { randomUUID } = require('node:crypto');
const { GuardedEmitter } = require('./guard.cjs');

class MessagePortMain extends GuardedEmitter('MessagePortMain') {
  #peer = null;
  #held = [];
  #deliver = null;
  #closed = false;

  /** Makes the two ends of one channel of them. */
  static _entangle(one, other) {
    one.#peer = other;
    other.#peer = one;
  }

  start() {
    this._deliverTo((data, ports) => this.emit('message', { data, ports }));
  }

  postMessage(message, transfer = []) {
    const peer = this.#peer;
    const copy = structuredClone(message);
    queueMicrotask(() => peer.#receive(copy, transfer));
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    queueMicrotask(() => {
      this.emit('close');
      this.#peer.close();
    });
  }

  /** From now on messages go there, those that waited first; null keeps them again. */
  _deliverTo(deliver) {
    this.#deliver = deliver;
    if (deliver) for (const message of this.#held.splice(0)) deliver(...message);
  }

  #receive(data, ports) {
    if (this.#closed) return;
    if (this.#deliver) this.#deliver(data, ports);
    else this.#held.push([data, ports]);
  }
}

class MessageChannelMain {
  port1 = new MessagePortMain();
  port2 = new MessagePortMain();
  constructor() {
    MessagePortMain._entangle(this.port1, this.port2);
  }
}

/** The ports that are at the other end of one connection: in a child process or in a page. */
class RemotePorts {
  #ports = new Map();
  #post;

  /** @param {(message: object) => void} post sends to the other end */
  constructor(post) {
    this.#post = post;
  }

  /** Hands ports over; the ids go along with the message that transfers them. */
  give(ports) {
    return ports.map((port) => {
      const id = randomUUID();
      this.#hold(id, port);
      return id;
    });
  }

  /** The ports that a message from the other end transferred: back home, or here for the first time. */
  take(ids = []) {
    return ids.map((id) => {
      const known = this.#ports.get(id);
      if (!known) {
        const { port1, port2 } = new MessageChannelMain();
        this.#hold(id, port2);
        return port1;
      }
      this.#ports.delete(id);
      known._deliverTo(null);
      return known;
    });
  }

  /** Takes what the other end says about its ports; true if the message was about one. */
  receive({ type, id, data, ports }) {
    if (type === 'port') this.#ports.get(id)?.postMessage(data, this.take(ports));
    else if (type === 'portClosed') this.#ports.get(id)?.close();
    else return false;
    return true;
  }

  closeAll() {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  #hold(id, port) {
    this.#ports.set(id, port);
    port.once('close', () => {
      if (this.#ports.delete(id)) this.#post({ type: 'portClosed', id });
    });
    // After the message that hands the port over, which is sent in this same turn.
    queueMicrotask(() =>
      port._deliverTo((data, ports) => this.#post({ type: 'port', id, data, ports: this.give(ports) })),
    );
  }
}

module.exports = { MessageChannelMain, RemotePorts };
