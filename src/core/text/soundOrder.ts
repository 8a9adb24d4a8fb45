/** By what a list of sounds can be sorted. */
export const soundOrders = [
  ...(['folder', 'name', 'caption', 'category', 'length'] as const),
  ...(['rating', 'format', 'terms', 'added'] as const),
] as const;

export interface SoundOrder {
  readonly by: (typeof soundOrders)[number];
  readonly descending: boolean;
}

/** As the folders have them. */
export const byFolder: SoundOrder = { by: 'folder', descending: false };
