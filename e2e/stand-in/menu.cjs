const { matches } = require('./accelerators.cjs');
const { app } = require('./app.cjs');
const { Guarded, GuardedEmitter } = require('./guard.cjs');
const open = require('./openWindows.cjs');

/** What the roles do, and their accelerators. Cut, copy, paste and the like are the page's own keys. */
const ROLES = {
  quit: { accelerator: 'CmdOrCtrl+Q', click: () => app.quit() },
  close: { accelerator: 'CmdOrCtrl+W', click: (window) => window?.close() },
  minimize: { accelerator: 'CmdOrCtrl+M', click: (window) => window?.minimize() },
  reload: { accelerator: 'CmdOrCtrl+R', click: (window) => window?.reload() },
  togglefullscreen: {
    accelerator: 'F11',
    click: (window) => window?.setFullScreen(!window.isFullScreen()),
  },
};

const NONE = { label: undefined, id: undefined, role: undefined, accelerator: undefined, submenu: undefined };

class MenuItem extends Guarded('MenuItem') {
  #click;

  constructor(options) {
    super();
    const role = ROLES[options.role?.toLowerCase()];
    const { click = role && ((_item, window) => role.click(window)), submenu, ...rest } = options;
    Object.assign(
      this,
      { ...NONE, enabled: true, visible: true, checked: false, registerAccelerator: true },
      rest,
      {
        type: options.type ?? (submenu ? 'submenu' : 'normal'),
        accelerator: options.accelerator ?? role?.accelerator,
        submenu: Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : submenu,
      },
    );
    this.#click = click;
  }

  click(event = {}, window = open.focused) {
    if (this.type === 'checkbox') this.checked = !this.checked;
    this.#click?.(this, window, event);
  }
}
class Menu extends GuardedEmitter('Menu') {
  static #ofTheApp = null;
  items = [];

  append(item) {
    this.insert(this.items.length, item);
  }
  insert(position, item) {
    this.items.splice(position, 0, item);
  }
  getMenuItemById(id) {
    return [...this._all()].find((item) => item.id === id) ?? null;
  }

  /** A menu is not drawn: a spec replaces this, and clicks the items it sees there. */
  popup({ callback } = {}) {
    this.emit('menu-will-show', {});
    this.emit('menu-will-close', {});
    callback?.();
  }
  closePopup() {}

  *_all() {
    for (const item of this.items) {
      yield item;
      if (item.submenu) yield* item.submenu._all();
    }
  }

  static buildFromTemplate(template) {
    const menu = new Menu();
    for (const options of template) {
      menu.append(options instanceof MenuItem ? options : new MenuItem(options));
    }
    return menu;
  }
  static setApplicationMenu(menu) {
    Menu.#ofTheApp = menu;
  }
  static getApplicationMenu = () => Menu.#ofTheApp;
}

/** A key that no listener of the page has taken: clicks the first enabled item of the app's menu that has it. */
function keyPressed(event, window) {
  const items = [...(Menu.getApplicationMenu()?._all() ?? [])];
  const item = items.find(
    ({ enabled, accelerator, registerAccelerator }) =>
      enabled && accelerator && registerAccelerator && matches(accelerator, event),
  );
  item?.click({ triggeredByAccelerator: true, ...event }, window);
}

module.exports = { Menu, MenuItem, keyPressed };
