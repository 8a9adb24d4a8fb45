// `electron` and `process.parentPort` inside a utility process.
const { EventEmitter } = require('node:events');

const ports = new Map();
const post = (message) => process.connected && process.send(message);

/** A port whose pair lives in main (../messagePorts.cjs). */
class Port extends EventEmitter {
  #held = [];
  #started = false;

  constructor(id) {
    super();
    this.id = id;
    ports.set(id, this);
  }

  start() {
    this.#started = true;
    for (const event of this.#held.splice(0)) this.emit('message', event);
  }

  postMessage(data, transfer = []) {
    post({ type: 'port', id: this.id, data, ports: give(transfer) });
  }

  close() {
    if (!ports.delete(this.id)) return;
    post({ type: 'portClosed', id: this.id });
    setImmediate(() => this.emit('close'));
  }

  _receive(event) {
    if (this.#started) this.emit('message', event);
    else this.#held.push(event);
  }

  _closed() {
    if (ports.delete(this.id)) this.emit('close');
  }
}

const take = (ids = []) => ids.map((id) => new Port(id));

function give(transfer) {
  for (const port of transfer) ports.delete(port.id);
  return transfer.map((port) => port.id);
}

class ParentPort extends EventEmitter {
  #held = [];

  constructor() {
    super();
    this.on('newListener', (name) => {
      // The listener is there after this event.
      if (name === 'message')
        setImmediate(() => this.#held.splice(0).forEach((event) => this._receive(event)));
    });
  }

  postMessage(data) {
    post({ type: 'message', data });
  }

  _receive(event) {
    if (!this.emit('message', event)) this.#held.push(event);
  }
}

const parentPort = new ParentPort();
process.parentPort = parentPort;
process.on('disconnect', () => process.exit(0)); // main is gone
process.on('message', ({ type, id, data, ports: ids }) => {
  if (type === 'message') parentPort._receive({ data, ports: take(ids) });
  else if (type === 'port') ports.get(id)?._receive({ data, ports: take(ids) });
  else if (type === 'portClosed') ports.get(id)?._closed();
});

module.exports = { net: { fetch, isOnline: () => false } };
