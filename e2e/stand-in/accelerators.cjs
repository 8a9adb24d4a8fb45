const MODIFIERS = {
  commandorcontrol: process.platform === 'darwin' ? 'meta' : 'ctrl',
  cmdorctrl: process.platform === 'darwin' ? 'meta' : 'ctrl',
  command: 'meta',
  cmd: 'meta',
  control: 'ctrl',
  ctrl: 'ctrl',
  alt: 'alt',
  option: 'alt',
  shift: 'shift',
  super: 'meta',
  meta: 'meta',
};

/** Electron's names of keys that differ from KeyboardEvent.key. */
const KEYS = {
  space: ' ',
  plus: '+',
  return: 'enter',
  esc: 'escape',
  up: 'arrowup',
  down: 'arrowdown',
  left: 'arrowleft',
  right: 'arrowright',
};

/** `CmdOrCtrl+Shift+K` as its key and the set of its modifiers. */
function parse(accelerator) {
  const parts = accelerator.toLowerCase().split('+');
  const key = parts.pop();
  return { key: KEYS[key] ?? key, modifiers: new Set(parts.map((part) => MODIFIERS[part])) };
}

/** Whether a keydown event is that accelerator. With Shift, the key may be known by its place only (Shift+2 is `@`). */
function matches(accelerator, event) {
  const { key, modifiers } = parse(accelerator);
  const byPlace = event.code.replace(/^(Key|Digit)/, '').toLowerCase();
  return (
    [event.key.toLowerCase(), byPlace].includes(key) &&
    ['ctrl', 'meta', 'alt', 'shift'].every((name) => event[`${name}Key`] === modifiers.has(name))
  );
}

module.exports = { matches };
