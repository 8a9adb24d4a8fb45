// Loaded before everything else: `electron` resolves to the stand-in, for `import` and `require` alike.
const { registerHooks } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const launch = require('./launch.cjs');

const replacement = launch.isUtilityProcess ? 'utility/electron.cjs' : 'electron.cjs';
const url = pathToFileURL(path.join(__dirname, replacement)).href;

registerHooks({
  resolve(specifier, context, next) {
    if (!/^electron(\/(main|common|utility))?$/.test(specifier)) return next(specifier, context);
    return { url, format: 'commonjs', shortCircuit: true };
  },
});

const { version } = require('electron/package.json');
Object.defineProperty(process.versions, 'electron', { value: version, enumerable: true });
if (launch.isUtilityProcess) {
  process.type = 'utility';
} else {
  process.type = 'browser';
  process.resourcesPath = launch.folder;
  process.argv[1] = launch.target; // Electron leaves it as it was given
}
require('electron');
