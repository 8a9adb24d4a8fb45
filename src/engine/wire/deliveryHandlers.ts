import type { DeliveryChannels } from '#shared/channels/delivery.ts';
import type { Engine } from '../app.ts';
import type { Studio } from '../studio/studio.ts';
import type { Handlers } from './handlers.ts';
import { work } from './work.ts';

export function createDeliveryHandlers(engine: Engine, studio: Studio): Handlers<DeliveryChannels> {
  return {
    async 'delivery.export'({ refs, said, ...options }, call) {
      const items = [];
      for (const ref of refs) items.push(await studio.exportItem(ref, said));
      return engine.exportItems(items, options, work(call));
    },
    'delivery.show': async ({ ref }) => engine.show(await studio.file(ref)),
    'delivery.sheet': async ({ ref, file }) => ({ path: await engine.sheet(await studio.file(ref), file) }),
  };
}
