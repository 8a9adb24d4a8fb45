import { RefoleyError } from '#core/errors.ts';

/** Puts a failed file operation into the user's words: what happened to which file, and what to do. */
export function fileError(cause: unknown, path: string): RefoleyError {
  if (cause instanceof RefoleyError) return cause;
  const code = errorCode(cause);
  const options = { cause };
  switch (code) {
    case 'ENOENT':
      return new RefoleyError('not-found', `${path} does not exist: check the path`, options);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new RefoleyError(
        'unavailable',
        `no permission for ${path}: change it or choose another folder`,
        options,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new RefoleyError(
        'unavailable',
        `no space left for ${path}: free some and run it again`,
        options,
      );
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
      return new RefoleyError('input', `${path} is in the way (${code}): choose another name`, options);
    default: {
      const message = cause instanceof Error ? cause.message : String(cause);
      const kind = code === undefined ? 'internal' : 'unavailable';
      return new RefoleyError(
        kind,
        `${path}: ${message.split('\n', 1)[0] ?? message}: run it again`,
        options,
      );
    }
  }
}

function errorCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}
