import { basename } from 'node:path';
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { broadcast } from './ipc.ts';

const mac = process.platform === 'darwin';

/** A command of the window by its id; the window's own keys do the same (src/renderer/lib/state/windowCommands.ts). */
const item = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
  ...{ label, id },
  // A Mac registers every key: one without Cmd would be taken from the fields of text.
  ...(accelerator === undefined || (mac && !accelerator.startsWith('CmdOrCtrl+'))
    ? {}
    : { accelerator, registerAccelerator: false }),
  click: () => broadcast('command', { id }),
});
const line: MenuItemConstructorOptions = { type: 'separator' };

/** The native menus. Keys are shown here and handled in the window, which knows what is focused. */
export function buildMenu(recent: readonly string[]) {
  return Menu.buildFromTemplate([
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        item('Add Folder to Library…', 'library.add', 'CmdOrCtrl+O'),
        item('Open Recipe or Take…', 'recipe.open', 'CmdOrCtrl+Shift+O'),
        { label: 'Open Recent', submenu: recentItems(recent) },
        item('Save Recipe…', 'recipe.save'),
        item('Open Table of Prompts…', 'batch'),
        line,
        item('Round Robin…', 'take.set', 'CmdOrCtrl+E'),
        item('Send to Folder', 'files.send', 'CmdOrCtrl+Shift+E'),
        item('Reveal in File Manager', 'files.reveal', 'CmdOrCtrl+Shift+R'),
        line,
        item('Settings…', 'view.settings', 'CmdOrCtrl+,'),
        line,
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    {
      label: '&Edit',
      submenu: [
        item('Undo', 'edit.undo', 'CmdOrCtrl+Z'),
        item('Redo', 'edit.redo', 'CmdOrCtrl+Shift+Z'),
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        line,
        item('Copy as File', 'files.copy', 'CmdOrCtrl+Shift+C'),
      ],
    },
    {
      label: '&Sound',
      submenu: [
        item('Generate', 'generate', 'CmdOrCtrl+Return'),
        item('Cancel', 'generate.cancel', 'Escape'),
        line,
        item('Play or Stop', 'player.toggle', 'Space'),
        item('Loop', 'player.loop', 'Shift+L'),
        line,
        item('Edit', 'edit.open', 'E'),
        item('Vary', 'take.vary', 'V'),
        item('Make Again', 'take.again', 'R'),
        item('Star', 'star', 'S'),
      ],
    },
    {
      label: '&View',
      submenu: [
        item('Command Palette…', 'palette', 'CmdOrCtrl+K'),
        line,
        item('Studio', 'view.studio', 'CmdOrCtrl+1'),
        item('Library', 'view.library', 'CmdOrCtrl+2'),
        item('Map', 'view.map', 'CmdOrCtrl+3'),
        item('Editor', 'view.editor', 'CmdOrCtrl+4'),
        item('Packs', 'view.packs', 'CmdOrCtrl+5'),
        line,
        item('Zoom In', 'zoom.in', 'CmdOrCtrl+='),
        item('Zoom Out', 'zoom.out', 'CmdOrCtrl+-'),
        item('Actual Size', 'zoom.reset', 'CmdOrCtrl+0'),
        line,
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    ...(mac ? [{ role: 'windowMenu' } as const] : []),
    { label: '&Help', role: 'help', submenu: [item('Keys', 'keys', '?'), item('About Refoley', 'about')] },
  ]);
}

function recentItems(recent: readonly string[]): MenuItemConstructorOptions[] {
  if (recent.length === 0) return [{ label: 'Nothing yet', enabled: false }];
  return [
    ...recent.map((file) => ({ label: basename(file), click: () => broadcast('open', { files: [file] }) })),
    line,
    item('Clear', 'recipe.forget'),
  ];
}
