import type { Selection } from '#core/retrieval/selectNeighbours.ts';
import type { DeliveryMetadata } from '#core/export/delivery.ts';
import type { ShownFile } from '#core/export/shownFile.ts';
import type { ExportOptions } from '#shared/channels/delivery.ts';
import { runBatch, type BatchReport, type BatchRequest } from './batch/runBatch.ts';
import { createContext, type EngineOptions, type Work } from './context.ts';
import { evaluate, type EvaluateRequest, type EvaluationReport } from './evaluation/evaluate.ts';
import { editFile, type EditFileReport, type EditFileRequest } from './edit/editFile.ts';
import { examine, type DoctorReport } from './doctor.ts';
import { exportItems, exportSounds, writeProvenanceSheet } from './export/exportActions.ts';
import type { ExportReport } from './export/exportFiles.ts';
import type { ItemToExport } from './export/itemToExport.ts';
import { showFile } from './export/showFile.ts';
import { createLibraryActions, type LibraryActions } from './libraryActions.ts';
import { createLibraryUpkeep, type LibraryUpkeep } from './libraryUpkeep.ts';
import { retrieveNeighbours, type Neighbour } from './library/retrieve.ts';
import { createPackActions, type PackActions } from './packActions.ts';
import type { Tell } from './studio/events.ts';
import type { Studio } from './studio/studio.ts';
import { makeTakes, type TakesRequest } from './takes/makeTakes.ts';
import { openRecipe, type OpenedRecipe } from './takes/recipeFile.ts';
import { remakeTake, type RemakeRequest } from './takes/remakeTake.ts';
import type { TakesReport } from './takes/renderTakes.ts';

/** Everything that the CLI and the app do. Native libraries and models are loaded by the first action that needs them. */
export interface Engine {
  /** The neighbours that a take of this prompt would lean on. */
  retrieve(prompt: string, selection: Selection, work?: Work): Promise<Neighbour[]>;
  /** Makes takes of a prompt; see `makeTakes`. */
  generate(request: TakesRequest, work?: Work): Promise<TakesReport>;
  /** Makes a take again from its file; see `remakeTake`. */
  regenerate(request: RemakeRequest, work?: Work): Promise<TakesReport>;
  /** Makes the takes of a table; see `runBatch`. */
  batch(request: BatchRequest, work?: Work): Promise<BatchReport>;
  /** Renders an edit list over a file; see `editFile`. */
  edit(request: EditFileRequest, work?: Work): Promise<EditFileReport>;
  /** Reads a recipe and finds its neighbours; see `openRecipe`. */
  openRecipe(file: string, work?: Work): Promise<OpenedRecipe>;
  /** Exports files, with what is said of all of them; see `exportFiles`. */
  export(
    files: readonly string[],
    said: DeliveryMetadata,
    options: ExportOptions,
    work?: Work,
  ): Promise<ExportReport>;
  /** Exports what the app renders. */
  exportItems(items: readonly ItemToExport[], options: ExportOptions, work?: Work): Promise<ExportReport>;
  /** Reads what a sound file says about itself; see `showFile`. */
  show(file: string): Promise<ShownFile>;
  /** Writes a page of where a sound came from; its path. */
  sheet(file: string, out: string): Promise<string>;
  /** Measures what the library adds to takes; see `evaluate`. */
  evaluate(request: EvaluateRequest, work?: Work): Promise<EvaluationReport>;
  readonly library: LibraryActions & LibraryUpkeep;
  readonly packs: PackActions;
  /** Goes on with the queue of the app, and tells what changes; see `openStudio`. */
  studio(tell: Tell): Promise<Studio>;
  /** What is there, what is missing, and what mends it. */
  doctor(): Promise<DoctorReport>;
  /** Ends the inference process and closes the catalogue. */
  close(): Promise<void>;
}

export function openEngine(options: EngineOptions): Engine {
  const context = createContext(options);
  return {
    async retrieve(prompt, selection, work = {}) {
      const library = await context.library(work);
      const [embedding] = await library.analyser.embedTexts([prompt]);
      return embedding ? retrieveNeighbours(library, embedding, selection) : [];
    },
    generate: (request, work = {}) => makeTakes(context, request, work),
    regenerate: (request, work = {}) => remakeTake(context, request, work),
    batch: (request, work = {}) => runBatch(context, request, work),
    edit: (request, work = {}) => editFile(context, request, work),
    openRecipe: (file, work = {}) => openRecipe(context, file, work),
    export: (files, said, options, work = {}) => exportSounds(context, files, said, options, work),
    exportItems: (items, options, work = {}) => exportItems(context, items, options, work),
    show: showFile,
    sheet: writeProvenanceSheet,
    evaluate: (request, work = {}) => evaluate(context, request, work),
    library: { ...createLibraryActions(context), ...createLibraryUpkeep(context) },
    packs: createPackActions(context),
    studio: async (tell) => (await import('./studio/studio.ts')).openStudio(context, tell),
    doctor: () => examine(context),
    close: () => context.close(),
  };
}
