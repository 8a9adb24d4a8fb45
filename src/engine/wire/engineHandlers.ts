import type { EngineChannels } from '#shared/channels/engine.ts';
import type { Engine } from '../app.ts';
import type { Tell } from '../studio/events.ts';
import type { Studio } from '../studio/studio.ts';
import { createDeliveryHandlers } from './deliveryHandlers.ts';
import type { Handlers } from './handlers.ts';
import { createEditorHandlers } from './editorHandlers.ts';
import { createLibraryHandlers } from './libraryHandlers.ts';
import { createPackHandlers } from './packHandlers.ts';
import { createSetHandlers } from './setHandlers.ts';
import { createStudioHandlers } from './studioHandlers.ts';

/** Answers every channel of the engine. Long calls tell how far they are and can be ended. */
export function createEngineHandlers(engine: Engine, studio: Studio, tell: Tell): Handlers<EngineChannels> {
  return {
    ...createStudioHandlers(engine, studio, tell),
    ...createLibraryHandlers(engine, studio, tell),
    ...createPackHandlers(engine),
    ...createSetHandlers(engine, studio),
    ...createEditorHandlers(studio),
    ...createDeliveryHandlers(engine, studio),
  };
}
