import { RefoleyError } from '#core/errors.ts';
import type { ErrorKind } from '#core/errors.ts';

type Reason = readonly [kind: ErrorKind, what: string];

const EXISTS_NOT: Reason = ['not-found', 'does not exist: check the path'];
const IN_THE_WAY = 'choose another name';
const TOO_MANY: Reason = ['unavailable', 'cannot be opened, too many files are open: close other programs'];
const NO_ANSWER: Reason = ['unavailable', 'is on a drive that does not answer: check it, then run it again'];

/** What the system's codes mean, said after the path. */
const REASONS: Readonly<Record<string, Reason>> = {
  ENOENT: EXISTS_NOT,
  ENOTDIR: ['input', `is in the way (ENOTDIR): ${IN_THE_WAY}`],
  EISDIR: ['input', `is in the way (EISDIR): ${IN_THE_WAY}`],
  EEXIST: ['input', `is in the way (EEXIST): ${IN_THE_WAY}`],
  ELOOP: ['unavailable', 'is a link that leads back to itself: delete it'],
  ENAMETOOLONG: ['unavailable', 'has too long a name or lies too deep: shorten the names'],
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  EBUSY: ['unavailable', 'is in use by another program: close that, then run it again'],
  EIO: NO_ANSWER,
  ENXIO: NO_ANSWER,
  ENODEV: NO_ANSWER,
  ESTALE: NO_ANSWER,
  ETIMEDOUT: NO_ANSWER,
  EHOSTDOWN: NO_ANSWER,
};

/** Longer paths are cut in messages, which are one line. */
const SHOWN = 500;

/** Puts a failed file operation into the user's words: what happened to which file, and what to do. */
export function fileError(cause: unknown, path: string): RefoleyError {
  if (cause instanceof RefoleyError) return cause;
  const code = errorCode(cause);
  const options = { cause };
  const shown = path.length > SHOWN ? `${path.slice(0, SHOWN)}...` : path;
  const reason = code === undefined ? undefined : REASONS[code];
  if (reason) return new RefoleyError(reason[0], `${shown} ${reason[1]}`, options);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new RefoleyError(
        'unavailable',
        `no permission for ${shown}: change it or choose another folder`,
        options,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new RefoleyError(
        'unavailable',
        `no space left for ${shown}: free some and run it again`,
        options,
      );
    default: {
      const message = cause instanceof Error ? cause.message : String(cause);
      const kind = code === undefined ? 'internal' : 'unavailable';
      return new RefoleyError(
        kind,
        `${shown}: ${message.split('\n', 1)[0] ?? message}: run it again`,
        options,
      );
    }
  }
}

/** The system's name of a failure (`ENOENT`), where it is one of the system's. */
export function errorCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}
