// How the app was started, as bin/electron (or utilityProcess.fork) hands it over.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { target, folder, switches, name, version, utility } = JSON.parse(process.env.ELECTRON_STAND_IN);

const given = new Map(
  (switches ?? []).map((option) => {
    const [, key, value = ''] = /^--([^=]+)(?:=(.*))?$/s.exec(option);
    return [key, value];
  }),
);

function makeDataFolder() {
  const chosen = given.get('user-data-dir');
  if (!chosen) return fs.mkdtempSync(path.join(os.tmpdir(), 'electron-stand-in-'));
  fs.mkdirSync(chosen, { recursive: true });
  return path.resolve(chosen);
}

module.exports = {
  isUtilityProcess: utility === true,
  target,
  folder,
  name,
  version,
  /** Command-line switches by name, without the dashes. */
  switches: given,
  dataFolder: utility ? undefined : makeDataFolder(),
};
