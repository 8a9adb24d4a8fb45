import { pathToFileURL } from 'node:url';
import type { IpcMainInvokeEvent } from 'electron';

/**
 * Whether a call comes from a window's own page: its top frame, and the page that the app loaded into it. Anything else that
 * might come to run in a window has no say.
 *
 * @param page file of the renderer, or the development server's address
 */
export function isOurs(event: Pick<IpcMainInvokeEvent, 'senderFrame'>, page: string): boolean {
  const { senderFrame: frame } = event;
  if (!frame || frame.parent) return false;
  const ours = page.startsWith('http://') ? new URL(page) : pathToFileURL(page);
  const url = new URL(frame.url);
  return (
    url.protocol === ours.protocol &&
    url.host === ours.host &&
    (ours.protocol === 'http:' || url.pathname === ours.pathname)
  );
}
