// The module `electron` of the main process, on Chromium pages instead of Electron's binary.
const { app } = require('./app.cjs');
const { BrowserWindow } = require('./browserWindow.cjs');
const {
  clipboard,
  ClipboardItem,
  dialog,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  shell,
} = require('./desktop.cjs');
const { ipcMain } = require('./ipcMain.cjs');
const { Menu, MenuItem } = require('./menu.cjs');
const { MessageChannelMain } = require('./messagePorts.cjs');
const { nativeImage } = require('./nativeImage.cjs');
const { nativeTheme } = require('./nativeTheme.cjs');
const { net } = require('./net.cjs');
const { protocol } = require('./protocol.cjs');
const { screen } = require('./screen.cjs');
const { session } = require('./session.cjs');
const { utilityProcess } = require('./utilityProcess.cjs');
const { webContents } = require('./webContents.cjs');

process.on('SIGTERM', () => app.exit(143));
process.on('SIGINT', () => app.exit(130));

setImmediate(() => {
  app.start().catch((error) => {
    console.error('Chromium did not start:', error);
    app.exit(1);
  });
});

// Node finds the names for `import { app } from 'electron'` in this literal.
module.exports = {
  app,
  BrowserWindow,
  clipboard,
  ClipboardItem,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  MessageChannelMain,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
  utilityProcess,
  webContents,
};
