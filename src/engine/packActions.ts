import type { ProviderReport } from '#shared/provider.ts';
import type { EngineContext, Work } from './context.ts';
import { addPack, isAdded, removePack } from './packs/addPack.ts';
import { downloadPack, lookUpPack, type OfferedPack } from './packs/downloadPack.ts';
import { findPack, findPacks, type FoundPack } from './packs/findPacks.ts';
import { measurePack } from './packs/measurePack.ts';
import { openMeasurements, type Measurement } from './packs/measurements.ts';
import { requireTakes, type Pack } from './packs/pack.ts';
import { machineName } from './machine.ts';
import { reportProviders } from './providers/reportProviders.ts';
import { verifyPack, type VerifiedFile } from './packs/verifyPack.ts';

export interface PackActions {
  list(): Promise<FoundPack[]>;
  info(name: string): Promise<Pack>;
  /** Compares every file of a pack with its manifest. */
  verify(name: string, work?: Work): Promise<VerifiedFile[]>;
  /** Copies a pack from a folder; see `addPack`. */
  add(folder: string, work?: Work): Promise<Pack>;
  /** Deletes a pack that was added; its folder. */
  remove(name: string): Promise<string>;
  /** What a pack on the network is, before it is fetched. */
  lookUp(address: string, work?: Work): Promise<OfferedPack>;
  /** Fetches a pack whose manifest was looked up; see `downloadPack`. */
  download(offer: { readonly address: string; readonly sha256: string }, work?: Work): Promise<Pack>;
  /** Whether it was added, and can be removed. */
  isAdded(folder: string): boolean;
  /** How fast a pack is on this machine, measured now and remembered. */
  measure(name: string, work?: Work): Promise<Measurement>;
  /** As it was measured before. */
  measured(pack: Pack): Promise<Measurement | undefined>;
  /** What this machine can run the pack in use with, and does. */
  providers(): Promise<ProviderReport[]>;
  /** The same after a test of each provider, which is remembered; see `testProviders`. */
  testProviders(name: string, work?: Work): Promise<ProviderReport[]>;
  /** In words. */
  readonly machine: string;
}

/** What is done with the packs as such. */
export function createPackActions(context: EngineContext): PackActions {
  const pack = (name: string) => findPack(name, context.packFolders);
  const measurements = openMeasurements(context.dataFolder);
  return {
    list: () => findPacks(context.packFolders),
    info: pack,
    verify: async (name, work = {}) => verifyPack(await pack(name), work),
    add: (folder, work = {}) => addPack(context, folder, work),
    remove: (name) => removePack(context, name),
    lookUp: (address, work = {}) => lookUpPack(address, work),
    download: (offer, work = {}) => downloadPack(context, offer, work),
    isAdded: (folder) => isAdded(context, folder),
    async measure(name, work = {}) {
      const measuredPack = requireTakes(await pack(name));
      const measurement = await measurePack(context, measuredPack, work);
      await measurements.put(measuredPack.sha256, measurement);
      return measurement;
    },
    measured: ({ sha256 }) => measurements.get(sha256),
    providers: async () => reportProviders(context, await context.pack()),
    async testProviders(name, work = {}) {
      const testedPack = requireTakes(await pack(name));
      await context.providers.test(testedPack, work);
      return reportProviders(context, testedPack);
    },
    machine: machineName,
  };
}
