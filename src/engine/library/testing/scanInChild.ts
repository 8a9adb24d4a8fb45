/**
 * Scans a folder with a slow fake analyser and tells the parent of each file: the victim of kill.test.ts, which
 * halts before the end however late the kill comes.
 */
import { openCatalogue } from '../../catalogue/open.ts';
import type { ScanProgress } from '../scanContext.ts';
import { addSource } from '../sources.ts';
import { fakeAnalyser } from './fakeLibrary.ts';

const [database = '', root = '', haltAt = ''] = process.argv.slice(2);
const catalogue = openCatalogue(database);
const onProgress = ({ stage, done }: ScanProgress): void => {
  if (stage !== 'analysed') return;
  process.send?.(done);
  if (done === Number(haltAt)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
await addSource({ catalogue, analyser: fakeAnalyser('slow', 2), onProgress }, root);
catalogue.close();
process.disconnect();
