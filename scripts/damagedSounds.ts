// Writes the corpus of damaged sound files into a folder: node scripts/damagedSounds.ts DIR
import { writeDamagedSounds } from '#engine/library/testing/damagedSounds.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node scripts/damagedSounds.ts DIR\n');
  process.exitCode = 2;
} else {
  for (const { name, expected } of writeDamagedSounds(folder)) process.stdout.write(`${expected}\t${name}\n`);
}
