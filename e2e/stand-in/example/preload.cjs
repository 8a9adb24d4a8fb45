const { contextBridge, ipcRenderer, webUtils } = require('electron');

const portFromMain = new Promise((resolve) => {
  ipcRenderer.once('port', ({ ports: [port] }) => resolve(port));
});

contextBridge.exposeInMainWorld('api', {
  addSync: (a, b) => a + b,
  echo: (value) => ipcRenderer.invoke('echo', value),
  fail: () => ipcRenderer.invoke('fail'),
  later: (callback) => new Promise((resolve) => setTimeout(() => resolve(callback(20)), 1)),
  drag: () => ipcRenderer.send('drag'),
  pathOf: (file) => webUtils.getPathForFile(file),
  onMenu: (listener) => ipcRenderer.on('menu', (_event, label) => listener(label)),
  double: async (number) => {
    const port = await portFromMain;
    const answer = new Promise((resolve) => (port.onmessage = ({ data }) => resolve(data)));
    port.postMessage(number);
    return answer;
  },
  askThroughPort: (question) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      ipcRenderer.postMessage('port', null, [port2]);
      port1.postMessage(question);
    }),
});
