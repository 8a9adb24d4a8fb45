const { guarded, GuardedEmitter } = require('./guard.cjs');

const area = Object.freeze({ x: 0, y: 0, width: 1920, height: 1080 });
const size = { width: area.width, height: area.height };

const primaryDisplay = guarded('Display', {
  id: 1,
  bounds: area,
  workArea: area,
  size,
  workAreaSize: size,
  scaleFactor: 1,
  rotation: 0,
  internal: false,
});

class Screen extends GuardedEmitter('screen') {
  getPrimaryDisplay = () => primaryDisplay;
  getAllDisplays = () => [primaryDisplay];
  getDisplayMatching = () => primaryDisplay;
  getDisplayNearestPoint = () => primaryDisplay;
  getCursorScreenPoint = () => ({ x: 0, y: 0 });
}

module.exports = { screen: new Screen(), primaryDisplay };
