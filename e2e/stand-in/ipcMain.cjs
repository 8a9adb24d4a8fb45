const { GuardedEmitter } = require('./guard.cjs');

class IpcMain extends GuardedEmitter('ipcMain') {
  #handlers = new Map();

  handle(channel, handler) {
    if (this.#handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    this.#handlers.set(channel, handler);
  }

  handleOnce(channel, handler) {
    this.handle(channel, (...args) => {
      this.removeHandler(channel);
      return handler(...args);
    });
  }

  removeHandler(channel) {
    this.#handlers.delete(channel);
  }

  /** Answers `ipcRenderer.invoke`. Throws what the handler throws. */
  async _invoke(channel, event, args) {
    const handler = this.#handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    try {
      return await handler(event, ...args);
    } catch (error) {
      console.error(`Error occurred in handler for '${channel}':`, error);
      throw error;
    }
  }
}

module.exports = { ipcMain: new IpcMain() };
