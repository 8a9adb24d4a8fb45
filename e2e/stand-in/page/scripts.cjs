// The scripts that run at the start of every document, put together from the text of their functions.
const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const { pathToFileURL } = require('node:url');
const { makeBridge } = require('./bridge.cjs');
const { makeCodec } = require('./codec.cjs');
const { isolatedWorld } = require('./isolatedWorld.cjs');
const { mainWorld } = require('./mainWorld.cjs');

const WORLD = 'Electron Isolated Context'; // as Electron calls it
const BINDING = '__standInToMain';
const RECEIVER = '__standInFromMain';
const channel = `stand-in-${randomUUID()}`;

const mainWorldScript = (schemes) =>
  `(${mainWorld})(${makeBridge}, ${JSON.stringify({ channel, schemes })});`;

/** @param {string | undefined} preload its file, in CommonJS */
function isolatedWorldScript(preload, additionalArguments) {
  const source = preload ? fs.readFileSync(preload, 'utf8') : '';
  const { electron, chrome, node } = process.versions;
  const config = {
    binding: BINDING,
    receiver: RECEIVER,
    channel,
    process: {
      platform: process.platform,
      arch: process.arch,
      versions: { electron, chrome, node },
      argv: additionalArguments,
    },
  };
  return `(${isolatedWorld})(${makeBridge}, ${makeCodec}, ${JSON.stringify(config)},
function (require, module, exports, process, global) {${source}
});
//# sourceURL=${preload ? pathToFileURL(preload) : 'preload'}`;
}

module.exports = { WORLD, BINDING, RECEIVER, mainWorldScript, isolatedWorldScript };
