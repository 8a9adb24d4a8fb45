const { contextBridge, ipcRenderer, webUtils } = require('electron');

contextBridge.exposeInMainWorld('api', {
  addSync: (a, b) => a + b,
  echo: (value) => ipcRenderer.invoke('echo', value),
  fail: () => ipcRenderer.invoke('fail'),
  later: (callback) => new Promise((resolve) => setTimeout(() => resolve(callback(20)), 1)),
  drag: () => ipcRenderer.send('drag'),
  pathOf: (file) => webUtils.getPathForFile(file),
  onMenu: (listener) => ipcRenderer.on('menu', (_event, label) => listener(label)),
  askThroughPort: (question) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      ipcRenderer.postMessage('port', null, [port2]);
      port1.postMessage(question);
    }),
});
