/** An event whose default a listener may prevent. */
const preventable = (details = {}) => ({
  ...details,
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true;
  },
});

/** Emits it and says whether nobody objected. */
function allowed(emitter, name, details, ...rest) {
  const event = preventable(details);
  emitter.emit(name, event, ...rest);
  return !event.defaultPrevented;
}

module.exports = { allowed };
