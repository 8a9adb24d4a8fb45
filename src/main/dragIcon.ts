/** What is seen under the pointer while files are dragged out: bars of a waveform, PNG of 64 x 64 pixels. */
export const dragIcon = Buffer.from(
  [
    'iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAYAAACqaXHeAAAA0klEQVR42u3bOQ7CMBAF0DkIEg3H4LZcjJ5DgGgoQCwWA5Zn',
    'niUXUZr8lyiJl4n4sG22u9NKPb5tqwVOA6kWfAiieviXCF3CP0VoDdAt/AMCAACNAbqGvyEAmHwBx8P+fO0AAAAAUBLgXUAA',
    'd+f/DQJg9iM+CpANFLPvMIBqANnH7QF+/ZKM1QIDSAYBUA1gFCSqBQYAAAAAAJkA7T+DfoQAGAwZDpsQMSUGwLS4hREAFkct',
    'jwMAAACAjZL2C9stDgCAuiFVY2oHVY+qIVZNXiLwBdWZwMPkbfP0AAAAAElFTkSuQmCC',
  ].join(''),
  'base64',
);
