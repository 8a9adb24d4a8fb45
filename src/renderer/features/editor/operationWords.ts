import type { Operation } from '#core/edit/operations.ts';
import { SHAPES } from './operationFields.ts';

const NAMES: Record<Exclude<Operation['op'], 'fade' | 'filter' | 'channels'>, string> = {
  trim: 'Trim',
  cut: 'Cut',
  silence: 'Silence',
  insert: 'Insert silence',
  gain: 'Gain',
  envelope: 'Envelope',
  normalise: 'Normalise',
  reverse: 'Reverse',
  stretch: 'Stretch and pitch',
  varispeed: 'Varispeed',
  removeDc: 'Remove DC',
  removeHum: 'Remove hum',
  trimSilence: 'Trim silence',
  width: 'Width',
  loop: 'Seamless loop',
  layer: 'Layer',
  replace: 'Replace',
  marker: 'Mark',
  removeMarker: 'Remove mark',
  split: 'Split',
};

/** What an operation is called. */
export function nameOf(operation: Operation): string {
  if (operation.op === 'fade') return operation.direction === 'in' ? 'Fade in' : 'Fade out';
  if (operation.op === 'filter') return SHAPES[operation.shape];
  if (operation.op === 'channels') return operation.count === 1 ? 'Mono' : 'Stereo';
  return NAMES[operation.op];
}

const signed = (number: number): string =>
  `${number > 0 ? '+' : number < 0 ? '−' : ''}${Number(Math.abs(number).toFixed(1))}`;
const brief = (seconds: number): string => seconds.toFixed(3);

/** Its parameters, as short as they can be said. */
export function detailsOf(operation: Operation): string {
  return [ownDetails(operation), placeOf(operation)].filter((words) => words !== '').join(', ');
}

function ownDetails(operation: Operation): string {
  switch (operation.op) {
    case 'insert':
      return `${brief(operation.seconds)} s`;
    case 'gain':
      return `${signed(operation.db)} dB`;
    case 'envelope':
      return `${operation.points.length} points`;
    case 'normalise': {
      const unit = { peak: 'dBFS', truePeak: 'dBTP', lufs: 'LUFS' }[operation.measure];
      return `${signed(operation.to)} ${unit}`;
    }
    case 'stretch':
      return `${Number(operation.ratio.toFixed(2))} ×, ${signed(operation.semitones)} st`;
    case 'varispeed':
      return `${Number(operation.ratio.toFixed(2))} ×`;
    case 'filter': {
      const hertz = `${Number(operation.hz.toPrecision(3)).toLocaleString('en')} Hz`;
      return operation.shape.endsWith('Cut') ? hertz : `${signed(operation.db)} dB at ${hertz}`;
    }
    case 'removeHum':
      return `${operation.hz} Hz`;
    case 'trimSilence':
      return `below ${signed(operation.below)} dBFS`;
    case 'width':
      return `${Number(operation.amount.toFixed(2))} ×`;
    case 'layer':
      return `${signed(operation.db)} dB`;
    case 'marker':
      return operation.label;
    case 'split':
      return operation.at.length === 1 ? '' : `at ${operation.at.length} places`;
    default:
      return '';
  }
}

function placeOf(operation: Operation): string {
  if ('start' in operation && operation.start !== undefined && operation.end !== undefined)
    return `${brief(operation.start)} to ${brief(operation.end)} s`;
  if (operation.op === 'split') return operation.at.length === 1 ? `${brief(operation.at[0] ?? 0)} s` : '';
  return 'at' in operation ? `${brief(operation.at)} s` : '';
}
