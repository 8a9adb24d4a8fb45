import type { Migration } from './index.ts';

/**
 * Indexes for what is filtered by most, so that a library of a million sounds is not read through for it; partial, since what
 * is looked for is mostly said of few. `sounds_worth` holds all sounds in the order in which a list of filters alone shows them,
 * `files_missing` what a new file may be in another place: of 100,000 files of one length each was compared with all others.
 *
 * `sounds_forbidden` may be there already: catalogues of an unreleased build of the third schema have it.
 */
export const filterIndexes: Migration = {
  version: 4,
  sql: `
    CREATE INDEX IF NOT EXISTS sounds_forbidden ON sounds (id) WHERE may_condition = 0;
    CREATE INDEX sounds_favourite ON sounds (id) WHERE favourite = 1;
    CREATE INDEX sounds_uncaptioned ON sounds (id) WHERE caption = '';
    CREATE INDEX sounds_licence ON sounds (licence) WHERE licence <> '';
    CREATE INDEX sounds_worth ON sounds (rating DESC, favourite DESC, part = 'file' DESC);
    CREATE INDEX files_synthetic ON files (id) WHERE synthetic = 1;
    CREATE INDEX files_missing ON files (bytes) WHERE missing = 1;
  `,
};
