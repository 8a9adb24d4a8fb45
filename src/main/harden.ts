import { app, session } from 'electron';

/**
 * Closes what an audio program does not need: no page but ours, no new windows, no permissions but the choice of the audio
 * output. (The policy for content is in the page itself, which is loaded from a file.)
 */
export function harden(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  const allowed = (permission: string): boolean => permission === 'speaker-selection';
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(allowed(permission)),
  );
  // Without the check of `media` the outputs have no names; to record would be a request, which is refused above.
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission) => allowed(permission) || permission === 'media',
  );
}
