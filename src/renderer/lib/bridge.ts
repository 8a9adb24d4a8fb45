import { RefoleyError } from '#core/errors.ts';
import type { Asked, Output } from '#shared/channel.ts';
import type { Bridge, ChannelName, Contract, EventName, Events } from '#shared/contract.ts';

declare global {
  interface Window {
    readonly refoley: Bridge;
  }
}

type Ask<Name extends ChannelName> =
  undefined extends Asked<Contract[Name]> ? [] : [input: Asked<Contract[Name]>];

/**
 * Asks the app.
 * @throws RefoleyError with the kind and the words of whoever answered
 */
export async function call<Name extends ChannelName>(
  name: Name,
  ...[input]: Ask<Name>
): Promise<Output<Contract[Name]>> {
  return callWork(name, input as Asked<Contract[Name]>);
}

/** As {@link call}, of a long call that has a name, by which `work.progress` tells of it and `work.cancel` ends it. */
export async function callWork<Name extends ChannelName>(
  name: Name,
  input: Asked<Contract[Name]>,
  work?: string,
): Promise<Output<Contract[Name]>> {
  const result = await window.refoley.invoke(name, input, work);
  if (result.ok) return result.value;
  throw new RefoleyError(result.error.kind, result.error.message);
}

export function on<Name extends EventName>(
  name: Name,
  listener: (payload: Events[Name]) => void,
): () => void {
  return window.refoley.on(name, listener);
}
