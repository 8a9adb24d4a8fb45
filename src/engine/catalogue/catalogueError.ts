import Database from 'better-sqlite3';
import { RefoleyError } from '#core/errors.ts';

/** Puts what SQLite reports into the user's words; anything else passes through unchanged. */
export function catalogueError(cause: unknown, path: string): unknown {
  if (!(cause instanceof Database.SqliteError)) return cause;
  const options = { cause };
  const code = cause.code.split('_').slice(0, 2).join('_');
  switch (code) {
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return damagedCatalogue(path, cause.message, options);
    case 'SQLITE_FULL':
      return new RefoleyError(
        'unavailable',
        `no space left for ${path}: free some and run it again`,
        options,
      );
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new RefoleyError(
        'unavailable',
        `another Refoley is writing to ${path}: try again when it is done`,
        options,
      );
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_IOERR':
      return new RefoleyError(
        'unavailable',
        `${path} cannot be opened or written (${cause.message}): check its folder or choose another --data folder`,
        options,
      );
    default:
      return new RefoleyError('internal', `${path}: ${cause.message} (${cause.code})`, options);
  }
}

export function damagedCatalogue(path: string, detail: string, options?: ErrorOptions): RefoleyError {
  return new RefoleyError(
    'corrupt',
    `${path} is damaged (${detail}): move it away and add your folders again; your sounds were not touched`,
    options,
  );
}
