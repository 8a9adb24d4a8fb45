import type { ScanReport } from './library/scan.ts';
import type { ScanFailure } from './library/scanContext.ts';
import type { VerifyReport } from './library/verify.ts';

/** What `library verify` finds, in the terms of a scan: what a rescan would do about it. */
export interface VerifiedLibrary extends ScanReport {
  /** Nothing found. */
  readonly ok: boolean;
  readonly sources: number;
  readonly sounds: number;
  readonly integrity: VerifyReport['integrity'];
  readonly indexes: VerifyReport['indexes'];
}

const RESCAN = 'run `library rescan`';

export function verifiedLibrary(report: VerifyReport, seconds: number): VerifiedLibrary {
  const { ok, sources, sounds, integrity, missing, changed, withoutEmbedding, problems, indexes } = report;
  const failure = (path: string, kind: ScanFailure['kind'], what: string): ScanFailure => ({
    path,
    kind,
    message: `${what}: ${RESCAN}`,
  });
  return {
    ok,
    sources,
    sounds,
    added: 0,
    updated: changed.length,
    unchanged: sounds - missing.length - changed.length,
    missing: missing.length,
    failed: [
      ...missing.map((path) => failure(path, 'not-found', 'the file is gone')),
      ...changed.map((path) => failure(path, 'corrupt', 'the file is not the one that was analysed')),
      ...withoutEmbedding.map((path) => failure(path, 'unavailable', 'not analysed with the present pack')),
      ...problems.map(({ path, problem }) => failure(path, 'corrupt', problem)),
    ],
    integrity,
    indexes,
    seconds,
  };
}
