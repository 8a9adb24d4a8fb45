import type { curves, filterShapes, levelMeasures } from '#core/edit/operations.ts';
import { type Operation } from '#core/edit/operations.ts';

/** A number that is set by a slider or typed. */
interface NumberOf {
  readonly kind: 'number';
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Equal ways on the slider are equal ratios. */
  readonly ratio?: boolean;
  /** Shown times so much: 1000 for milliseconds. */
  readonly times?: number;
}
/** A moment, to the sample. */
interface TimeOf {
  readonly kind: 'time';
  readonly key: string;
  readonly label: string;
}
interface ChoiceOf {
  readonly kind: 'choice';
  readonly key: string;
  readonly label: string;
  readonly options: readonly { readonly value: string | number; readonly label: string }[];
}
export type OperationField = NumberOf | TimeOf | ChoiceOf;

const number = (
  key: string,
  label: string,
  unit: string,
  [min, max, step]: readonly [number, number, number],
  more: Partial<NumberOf> = {},
): NumberOf => ({ kind: 'number', key, label, unit, min, max, step, ...more });
const choice = (key: string, label: string, options: Record<string | number, string>): ChoiceOf => ({
  ...{ kind: 'choice', key, label },
  options: Object.entries(options).map(([value, name]) => ({
    value: Number.isNaN(Number(value)) ? value : Number(value),
    label: name,
  })),
});

const start: TimeOf = { kind: 'time', key: 'start', label: 'Start' };
const end: TimeOf = { kind: 'time', key: 'end', label: 'End' };
const at: TimeOf = { kind: 'time', key: 'at', label: 'At' };
const gain = number('db', 'Gain', 'dB', [-60, 24, 0.1]);
const crossfade = number('crossfade', 'Crossfade', 'ms', [0, 0.5, 0.001], { times: 1000 });

const CURVES: Record<(typeof curves)[number], string> = {
  linear: 'Line',
  equalPower: 'Power',
  exponential: 'Exp',
  sCurve: 'S',
};
const MEASURES: Record<(typeof levelMeasures)[number], string> = {
  peak: 'Peak',
  truePeak: 'True peak',
  lufs: 'LUFS',
};
export const SHAPES: Record<(typeof filterShapes)[number], string> = {
  lowCut: 'Low cut',
  highCut: 'High cut',
  lowShelf: 'Low shelf',
  highShelf: 'High shelf',
  bell: 'Bell',
};
const UNITS = { peak: 'dBFS', truePeak: 'dBTP', lufs: 'LUFS' } as const;

/** What can be set of an operation, in the order of its form; what it lacks is left out. */
export function fieldsOf(operation: Operation): OperationField[] {
  return allFields(operation).filter(({ key }) => key in operation);
}

function allFields(operation: Operation): OperationField[] {
  switch (operation.op) {
    case 'cut':
    case 'loop':
      return [start, end, crossfade];
    case 'replace':
      return [start, end, { ...crossfade, max: 2 }];
    case 'insert':
      return [at, number('seconds', 'Length', 's', [0.01, 10, 0.01])];
    case 'fade':
      return [
        choice('direction', 'Direction', { in: 'In', out: 'Out' }),
        choice('curve', 'Curve', CURVES),
        start,
        end,
      ];
    case 'gain':
      return [gain, start, end];
    case 'normalise':
      return [
        choice('measure', 'Measure', MEASURES),
        number('to', 'To', UNITS[operation.measure], [-60, 0, 0.1]),
        ...(operation.measure === 'lufs' ? [number('ceiling', 'Ceiling', 'dBTP', [-20, 0, 0.1])] : []),
      ];
    case 'stretch':
      return [
        number('ratio', 'Length', '×', [0.25, 4, 0.01], { ratio: true }),
        number('semitones', 'Pitch', 'st', [-24, 24, 0.1]),
        start,
        end,
      ];
    case 'varispeed':
      return [number('ratio', 'Speed', '×', [0.125, 8, 0.01], { ratio: true }), start, end];
    case 'filter':
      return [
        choice('shape', 'Shape', SHAPES),
        number('hz', 'Frequency', 'Hz', [20, 20_000, 1], { ratio: true }),
        ...(operation.shape.endsWith('Cut') ? [] : [{ ...gain, min: -24 }]),
        number('q', 'Q', '', [0.1, 20, 0.01], { ratio: true }),
        start,
        end,
      ];
    case 'removeHum':
      return [
        choice('hz', 'Mains', { 50: '50 Hz', 60: '60 Hz' }),
        number('harmonics', 'Harmonics', '', [1, 40, 1]),
        number('q', 'Q', '', [1, 200, 1], { ratio: true }),
      ];
    case 'trimSilence':
      return [
        number('below', 'Below', 'dBFS', [-120, -6, 1]),
        number('keep', 'Keep', 'ms', [0, 1, 0.005], { times: 1000 }),
      ];
    case 'width':
      return [number('amount', 'Width', '×', [0, 2, 0.01])];
    case 'channels':
      return [choice('count', 'Channels', { 1: 'Mono', 2: 'Stereo' })];
    case 'layer':
      return [at, gain, number('pan', 'Pan', '', [-1, 1, 0.01])];
    case 'marker':
    case 'removeMarker':
      return [at, end];
    default:
      return [start, end];
  }
}
