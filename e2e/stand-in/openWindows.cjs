// What is open now; apart from the classes, so that app, menus and themes can reach it without a cycle of imports.
module.exports = {
  /** BrowserWindow by its id, oldest first. */
  windows: new Map(),
  /** WebContents by its id. */
  contents: new Map(),
  /** The BrowserWindow that was focused last, if any is open. */
  focused: null,
};
