import { describe, expect, it } from 'vitest';
import { isOurs } from './sender.ts';

const frame = (url: string, parent: object | null = null) =>
  ({ senderFrame: { url, parent } }) as Parameters<typeof isOurs>[0];
const PAGE = '/app/out/renderer/index.html';

describe('who may ask', () => {
  it.each([
    ['our page', frame('file:///app/out/renderer/index.html'), true],
    ['our page at a place within it', frame('file:///app/out/renderer/index.html#studio'), true],
    ['another file', frame('file:///tmp/index.html'), false],
    ['a frame within our page', frame('file:///app/out/renderer/index.html', {}), false],
    ['a page of the network', frame('https://example.com/app/out/renderer/index.html'), false],
    ['a frame that is gone', { senderFrame: null }, false],
  ])('%s', (_what, event, allowed) => expect(isOurs(event, PAGE)).toBe(allowed));

  it('the development server in its place', () => {
    expect(isOurs(frame('http://localhost:5173/'), 'http://localhost:5173')).toBe(true);
    expect(isOurs(frame('http://localhost:9999/'), 'http://localhost:5173')).toBe(false);
  });
});
