import { levelOrNull } from '#core/dsp/level.ts';
import { marksInSeconds } from '#core/edit/marks.ts';
import { hashBytes } from '../files/hashFile.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import { deliver } from './deliver.ts';
import { exportFiles, type ExportReport, type ExportRequest } from './exportFiles.ts';
import { renderItem, type ItemToExport } from './itemToExport.ts';
import { pacedBy, type ExportProgress } from './pace.ts';
import { usualDelivery, type AskedDelivery } from './usualDelivery.ts';

/** What of an export crosses to the process that does it. */
interface ExportJob extends Omit<ExportRequest, 'items'> {
  readonly items: readonly ItemToExport[];
}

interface DeliverJob {
  readonly item: ItemToExport;
  readonly asked: AskedDelivery;
  /** File to write or to replace. */
  readonly out: string;
}

interface Context {
  readonly signal: AbortSignal;
  readonly progress: (progress: ExportProgress) => void;
}

/** What a process does that writes files for delivery: to resample a minute takes seconds, in which it answers to nothing else. */
export function createExportJobs() {
  return {
    exportFiles({ items, ...request }: ExportJob, { signal, progress }: Context): Promise<ExportReport> {
      const rendered = items.map((item) => ({ ...item, render: () => renderItem(item, signal) }));
      return exportFiles({ ...request, items: rendered }, { signal, onProgress: progress });
    },

    /** Writes one item to one file; what is in it. */
    async deliverItem({ item, asked, out }: DeliverJob, { signal, progress }: Context) {
      const { clip, metadata, source } = await renderItem(item, signal);
      const step = pacedBy({ signal, onProgress: progress }, (share) => ({ done: share, of: 1 }));
      const delivered = await deliver(clip, usualDelivery(clip.rate, asked), metadata, source, step);
      await writeFileAtomic(out, delivered.bytes);
      const { bytes, seconds, sampleRate, bits, channels, loudness } = delivered;
      return {
        ...{ path: out, sha256: hashBytes(bytes), seconds, sampleRate, bits, channels },
        ...{ loudness: levelOrNull(loudness.integrated), truePeak: levelOrNull(loudness.truePeak) },
        marks: marksInSeconds(clip),
      };
    },
  };
}
