import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_HISTORY, operationsOf, wentTo, withChange, type Change, type History } from './history.ts';
import { parseEditList } from './editList.ts';
import { operationSchema } from './operations.ts';

const gain = (db: number): Change => ({
  change: 'add',
  operation: operationSchema.parse({ op: 'gain', db }),
});
const levels = (history: History) =>
  operationsOf(history).map((each) => (each.op === 'gain' ? each.db : each.op));

describe('the history of an edit', () => {
  it('undoes and redoes anything that was done', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(5)), { maxLength: 30 }), (done) => {
        let history = NO_HISTORY;
        const states = [levels(history)];
        for (const [kind, place] of done) {
          const operation = operationSchema.parse({ op: 'gain', db: place });
          const changes: Change[] = [
            { change: 'add', operation },
            { change: 'revise', place, operation },
            { change: 'remove', place },
            { change: 'clear' },
          ];
          const change = changes[kind]!;
          if ('place' in change && change.place >= operationsOf(history).length) continue;
          history = withChange(history, change);
          states.push(levels(history));
        }
        for (const [at, state] of states.entries()) expect(levels(wentTo(history, at))).toEqual(state);
      }),
    );
  });

  it('forgets what was undone once something else is done', () => {
    const three = [1, 2, 3].reduce((history, db) => withChange(history, gain(db)), NO_HISTORY);
    expect(levels(withChange(wentTo(three, 1), gain(9)))).toEqual([1, 9]);
  });

  it('takes one turn of a knob after another as one change', () => {
    const turned = [2, 3, 4].reduce(
      (history, db) => withChange(history, gain(db), true),
      withChange(NO_HISTORY, gain(1)),
    );
    expect(levels(turned)).toEqual([4]);
    expect(levels(wentTo(turned, 0))).toEqual([]);
  });

  it('refuses a place that the list does not have', () => {
    expect(() => withChange(NO_HISTORY, { change: 'remove', place: 0 })).toThrow('no operation 1');
  });
});

describe('parseEditList', () => {
  it('reads a list with its defaults, and a bare array', () => {
    const list = parseEditList('[{"op":"fade","start":0,"end":0.5,"direction":"in"}]', 'edit.json');
    expect(list).toEqual({
      format: 1,
      operations: [{ op: 'fade', start: 0, end: 0.5, direction: 'in', curve: 'sCurve' }],
      sounds: {},
    });
    expect(parseEditList(JSON.stringify(list), 'edit.json')).toEqual(list);
  });

  it.each([
    ['{', 'not JSON'],
    ['{"operations":[{"op":"gain","db":null}]}', '"operations.0.db"'],
    ['[{"op":"gain","db":1e999}]', '"operations.0.db"'],
    ['[{"op":"explode"}]', '"operations.0.op"'],
    ['[{"op":"gain","db":3,"loud":true}]', '"operations.0"'],
    ['[{"op":"trim","start":-1,"end":2}]', '"operations.0.start"'],
    ['[{"op":"layer","sound":"rain","at":0}]', 'a sound "rain"'],
    ['{"format":2,"operations":[]}', '"format"'],
  ])('refuses %s with the place that is wrong', (json, place) => {
    expect(() => parseEditList(json, 'edit.json')).toThrow(place);
    expect(() => parseEditList(json, 'edit.json')).toThrow('edit.json');
  });

  it('never fails in another way', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        try {
          parseEditList(json, 'edit.json');
        } catch (error) {
          expect(error).toMatchObject({ kind: 'input' });
        }
      }),
    );
  });
});
