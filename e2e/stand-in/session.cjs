const { chromium } = require('./chromium.cjs');
const { guarded, GuardedEmitter } = require('./guard.cjs');
const launch = require('./launch.cjs');
const { protocol } = require('./protocol.cjs');

/** Chromium's permissions by the names that Electron gives to its handlers. */
const PERMISSIONS = {
  media: ['microphone', 'camera'],
  notifications: ['notifications'],
  geolocation: ['geolocation'],
  midi: ['midi'],
  'clipboard-read': ['clipboard-read'],
  'clipboard-sanitized-write': ['clipboard-write'],
  'speaker-selection': ['speaker-selection'],
  'idle-detection': ['idle-detection'],
};

class Session extends GuardedEmitter('session') {
  protocol = protocol;
  #permissionHandler = null;
  #beforeRequest = null;

  webRequest = guarded('session.webRequest', {
    /** Only requests for http and https are asked about, whatever the filter. */
    onBeforeRequest: (filter, listener = filter) => {
      this.#beforeRequest = listener;
    },
  });

  setPermissionRequestHandler(handler) {
    this.#permissionHandler = handler;
  }
  setPermissionCheckHandler() {}
  setDevicePermissionHandler() {}
  setSpellCheckerEnabled() {}
  getStoragePath = () => launch.dataFolder;
  clearCache = () => Promise.resolve();
  clearStorageData = () => Promise.resolve();

  get _asksBeforeRequests() {
    return this.#beforeRequest !== null;
  }

  /** Whether the app lets this request out. */
  _mayRequest(details) {
    if (!this.#beforeRequest) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.#beforeRequest(details, ({ cancel = false }) => resolve(!cancel));
    });
  }

  /** Chromium without a screen asks nobody, so the handler is asked about everything when a page is shown. */
  async _settlePermissions(contents) {
    if (!this.#permissionHandler) return;
    await Promise.all(
      Object.entries(PERMISSIONS).map(async ([name, descriptors]) => {
        const granted = await new Promise((resolve) => {
          this.#permissionHandler(contents, name, resolve, {
            requestingUrl: contents.getURL(),
            isMainFrame: true,
          });
        });
        for (const descriptor of descriptors) {
          await chromium.send('Browser.setPermission', {
            permission: { name: descriptor },
            setting: granted ? 'granted' : 'denied',
          });
        }
      }),
    );
  }
}

const defaultSession = new Session();

module.exports = { session: guarded('session', { defaultSession, fromPartition: () => defaultSession }) };
