const fs = require('node:fs');
const path = require('node:path');

/**
 * One app per data folder: a lock file with the holder's process id. A second instance leaves what it was started with
 * in a file beside it, before it quits; the holder watches for that.
 */
class SingleInstance {
  isHeld = false;
  #lock;
  #calls;
  #onCall;
  #watcher;

  /** @param {(argv: string[], folder: string, data: unknown) => void} onCall a second instance was started */
  constructor(dataFolder, onCall) {
    this.#lock = path.join(dataFolder, 'instance.lock');
    this.#calls = path.join(dataFolder, 'instance-calls');
    this.#onCall = onCall;
  }

  /** Whether this process is the one instance now. */
  request(data) {
    if (this.isHeld) return true;
    if (this.isHeldByAnother()) {
      this.#call({ argv: process.argv, folder: process.cwd(), data });
      return false;
    }
    fs.mkdirSync(this.#calls, { recursive: true });
    fs.rmSync(this.#lock, { force: true }); // of a process that died
    fs.writeFileSync(this.#lock, String(process.pid), { flag: 'wx' });
    this.#watcher = fs.watch(this.#calls, () => this.#answerCalls());
    this.#watcher.unref();
    this.isHeld = true;
    return true;
  }

  release() {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.#watcher.close();
    fs.rmSync(this.#calls, { recursive: true, force: true });
    fs.rmSync(this.#lock, { force: true });
  }

  isHeldByAnother() {
    let holder;
    try {
      holder = Number(fs.readFileSync(this.#lock, 'utf8'));
    } catch {
      return false;
    }
    return holder !== process.pid && isAlive(holder);
  }

  #call(call) {
    const file = path.join(this.#calls, String(process.pid));
    fs.writeFileSync(`${file}.tmp`, JSON.stringify(call));
    fs.renameSync(`${file}.tmp`, `${file}.json`);
  }

  #answerCalls() {
    if (!this.isHeld) return;
    for (const name of fs.readdirSync(this.#calls).filter((entry) => entry.endsWith('.json'))) {
      const file = path.join(this.#calls, name);
      const { argv, folder, data } = JSON.parse(fs.readFileSync(file, 'utf8'));
      fs.rmSync(file);
      this.#onCall(argv, folder, data);
    }
  }
}

function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

module.exports = { SingleInstance };
