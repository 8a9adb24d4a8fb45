const { fork } = require('node:child_process');
const os = require('node:os');
const path = require('node:path');
const { GuardedEmitter } = require('./guard.cjs');
const { RemotePorts } = require('./messagePorts.cjs');

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A child process under Node, its `electron` and `process.parentPort` from utility/. */
class UtilityProcess extends GuardedEmitter('utilityProcess') {
  pid;
  stdout;
  stderr;
  #child;
  #ports = new RemotePorts((message) => this.#send(message));

  constructor(modulePath, args, { cwd, env = process.env, execArgv = [], stdio = 'inherit' } = {}) {
    super();
    const [, out, error] = Array.isArray(stdio) ? stdio : [undefined, stdio, stdio];
    this.#child = fork(modulePath, args, {
      cwd,
      env: { ...env, ELECTRON_STAND_IN: JSON.stringify({ utility: true }) },
      execArgv: ['-r', path.join(__dirname, 'register.cjs'), ...execArgv],
      serialization: 'advanced', // structured clone, as Electron's
      stdio: ['ignore', out, error, 'ipc'],
    });
    ({ stdout: this.stdout, stderr: this.stderr } = this.#child);
    running.add(this.#child);
    this.#child.on('spawn', () => {
      this.pid = this.#child.pid;
      this.emit('spawn');
    });
    this.#child.on('message', (message) => {
      if (!this.#ports.receive(message)) this.emit('message', message.data);
    });
    this.#child.on('error', (error_) => this.emit('error', 'FatalError', String(error_), ''));
    this.#child.on('exit', (code, signal) => {
      running.delete(this.#child);
      this.pid = undefined;
      this.#ports.closeAll();
      this.emit('exit', code ?? os.constants.signals[signal]);
    });
  }

  postMessage(data, transfer = []) {
    this.#send({ type: 'message', data, ports: this.#ports.give(transfer) });
  }

  kill() {
    return this.#child.kill();
  }

  #send(message) {
    // It may have died a moment ago; 'exit' says so.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

const utilityProcess = {
  fork: (modulePath, args = [], options = {}) =>
    Array.isArray(args)
      ? new UtilityProcess(modulePath, args, options)
      : new UtilityProcess(modulePath, [], args),
};

module.exports = { utilityProcess };
