const { GuardedEmitter } = require('./guard.cjs');

/** The system's own theme is light. */
class NativeTheme extends GuardedEmitter('nativeTheme') {
  shouldUseHighContrastColors = false;
  shouldUseInvertedColorScheme = false;
  prefersReducedTransparency = false;
  inForcedColorsMode = false;
  #source = 'system';

  get themeSource() {
    return this.#source;
  }
  set themeSource(source) {
    this.#source = source;
    this.emit('updated');
  }
  get shouldUseDarkColors() {
    return this.#source === 'dark';
  }
}

module.exports = { nativeTheme: new NativeTheme() };
