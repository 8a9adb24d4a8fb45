import { pathToFileURL } from 'node:url';
import { clipboard, ClipboardItem } from 'electron';

/**
 * Puts files on the clipboard, in the way of each system: a property list of names on macOS, CF_HDROP on Windows, a list of
 * URIs elsewhere (GNOME and KDE read it under different names).
 */
export async function copyFilesToClipboard(paths: readonly string[]): Promise<void> {
  await clipboard.write([new ClipboardItem(formatsOf(paths))]);
}

function formatsOf(paths: readonly string[], platform = process.platform): Record<string, Blob> {
  if (platform === 'darwin') {
    const items = paths.map((path) => `<string>${escapeXml(path)}</string>`).join('');
    const list = `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><array>${items}</array></plist>`;
    return { [raw('NSFilenamesPboardType')]: new Blob([list]) };
  }
  if (platform === 'win32') return { [raw('CF_HDROP')]: new Blob([dropFiles(paths)]) };
  const uris = paths.map((path) => pathToFileURL(path).href);
  return {
    [raw('x-special/gnome-copied-files')]: new Blob([['copy', ...uris].join('\n')]),
    [raw('text/uri-list')]: new Blob([`${uris.join('\r\n')}\r\n`]),
  };
}

/** A format of the system's own. https://www.electronjs.org/docs/latest/api/clipboard-item */
function raw(format: string): string {
  return `electron application/osclipboard;format="${format}"`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** DROPFILES of the Windows shell: a header of 20 bytes, then the paths in UTF-16, each ended by a zero, and one more. */
function dropFiles(paths: readonly string[]): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(20);
  header.writeUInt32LE(20, 0);
  header.writeUInt32LE(1, 16);
  return new Uint8Array(Buffer.concat([header, Buffer.from(`${paths.join('\0')}\0\0`, 'utf16le')]));
}
