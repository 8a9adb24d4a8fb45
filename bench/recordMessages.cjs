// Loaded by the app's main process before the app: the number of messages between it and its windows, and the largest of each channel in
// bytes as Electron serializes them (V8's structured clone).
const { serialize } = require('node:v8');
const { app, ipcMain } = require('electron');

/** @type {Map<string, { count: number, largest: number }>} */
const channels = new Map();
globalThis.recordedMessages = () => Object.fromEntries(channels);

function record(name, ...values) {
  const known = channels.get(name) ?? { count: 0, largest: 0 };
  const largest = Math.max(known.largest, serialize(values).byteLength);
  channels.set(name, { count: known.count + 1, largest });
}

const handle = ipcMain.handle.bind(ipcMain);
ipcMain.handle = (channel, handler) =>
  handle(channel, async (event, ...args) => {
    record(`${args[0]} asked`, ...args);
    const answer = await handler(event, ...args);
    record(`${args[0]} answered`, answer);
    return answer;
  });

app.on('web-contents-created', (_event, contents) => {
  const send = contents.send.bind(contents);
  contents.send = (channel, ...args) => {
    record(`${args[0]} told`, ...args);
    send(channel, ...args);
  };
});
