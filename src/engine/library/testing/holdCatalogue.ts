/** Opens a catalogue and keeps it open until it is killed: the other process of backup.test.ts. */
import { openCatalogue } from '../../catalogue/open.ts';

const catalogue = openCatalogue(process.argv[2] ?? '');
process.send?.(catalogue.sounds.count());
setInterval(() => catalogue.epoch(), 1000);
