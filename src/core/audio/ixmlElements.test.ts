import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIxml, writeIxml } from './ixml.ts';
import { ixmlElements, splitIxml, withTexts } from './ixmlElements.ts';

const name = fc.stringMatching(/^[A-Z_][A-Z0-9_.-]{0,8}$/);
const text = fc.string().map((raw) =>
  raw
    .replace(/[^\t\n\x20-\x7e]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(']]>', ''),
);
const attributes = fc
  .array(fc.tuple(name, fc.constantFrom('"a > b"', "'</X>'", '""')), { maxLength: 2 })
  .map((pairs) => [...new Map(pairs)].map(([key, value]) => ` ${key}=${value}`).join(''));
const noise = fc.constantFrom('', '<!-- <USER> -->', '<![CDATA[</X>]]>', '<?pi <a> ?>', '\n  ');
/** Elements with comments, CDATA, instructions and attributes that look like tags. */
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      name,
      attributes,
      fc.oneof({ depthSize: 'small' }, text, fc.array(tie('element'), { maxLength: 3 })),
      noise,
    )
    .map(([tag, said, inner, extra]) => {
      const content = typeof inner === 'string' ? inner : inner.join(extra);
      return content === '' ? `<${tag}${said}/>` : `<${tag}${said}>${extra}${content}</${tag}>`;
    }),
}));

describe('splitIxml', () => {
  it('takes any document apart and keeps every element to the character', () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 5 }), noise, (elements, between) => {
        const document = `<?xml version="1.0"?>${between}<BWFXML a="1">${elements.join(between)}</BWFXML>`;
        const split = splitIxml(document);
        expect(split.elements.map(({ xml }) => xml)).toEqual(elements);
        expect(split.attributes).toBe(' a="1"');
      }),
    );
  });

  it('gives to a written document what that does not say itself', () => {
    const own = new Set(['IXML_VERSION', 'NOTE', 'BEXT', 'USER', 'ASWG', 'REFOLEY']);
    const others = fc.array(element.filter((xml) => !own.has(/^<([^\s/>]+)/.exec(xml)?.[1] ?? '')));
    fc.assert(
      fc.property(others, (elements) => {
        const user = '<USER><FXNAME>old</FXNAME><MIC x="1">MKH &amp; co</MIC></USER>';
        const kept = splitIxml(`<BWFXML>${[...elements, user].join('')}</BWFXML>`);
        const written = writeIxml({ kept, note: 'new', user: { FXNAME: 'new' } });
        expect(readIxml(written).user).toMatchObject({ FXNAME: 'new', MIC: 'MKH & co' });
        expect(splitIxml(written).elements.map(({ xml }) => xml)).toEqual(expect.arrayContaining(elements));
      }),
    );
  });

  it('keeps USER as the free text that older recorders write', () => {
    const kept = splitIxml('<BWFXML><USER>take two, wind</USER></BWFXML>');
    expect(writeIxml({ kept, user: { FXNAME: 'Gate' } })).toContain(
      '<USER>\ntake two, wind\n<FXNAME>Gate</FXNAME>\n</USER>',
    );
  });

  it('comes to an end with anything', () => {
    fc.assert(fc.property(fc.string(), (anything) => Array.isArray(ixmlElements(anything))));
  });
});

describe('withTexts', () => {
  it('changes the children that are there and no others', () => {
    const [speed] = ixmlElements('<SPEED><NOTE>$&amp;</NOTE><RATE>1</RATE><X><RATE>1</RATE></X></SPEED>');
    expect(speed && withTexts(speed, { RATE: '$2', GONE: '3' }).xml).toBe(
      '<SPEED><NOTE>$&amp;</NOTE><RATE>$2</RATE><X><RATE>1</RATE></X></SPEED>',
    );
  });
});
