// A part of Electron that the stand-in lacks must say so: `undefined` would let a spec pass for the wrong reason.
const { EventEmitter } = require('node:events');

/** Names that Node, Playwright and promises look up on any object. */
const ASKED_OF_ANYTHING = new Set(['then', 'toJSON', 'inspect', 'default', 'domain']);

function prototypeThatRefuses(name, parent) {
  return new Proxy(parent, {
    get(target, key, receiver) {
      const harmless = typeof key === 'symbol' || key.startsWith('_') || ASKED_OF_ANYTHING.has(key);
      if (harmless || key in target) return Reflect.get(target, key, receiver);
      throw new Error(`${name}.${key} is not in e2e/stand-in: add it there, or do without it.`);
    },
  });
}

/** The object itself; a property that it lacks throws. */
const guarded = (name, object) => Object.setPrototypeOf(object, prototypeThatRefuses(name, Object.prototype));

/** A base class; a property that neither it nor its subclass has throws. */
function Guarded(name, Base = Object) {
  class Guard extends Base {}
  Object.setPrototypeOf(Guard.prototype, prototypeThatRefuses(name, Base.prototype));
  return Guard;
}

const GuardedEmitter = (name) => Guarded(name, EventEmitter);

module.exports = { guarded, Guarded, GuardedEmitter };
