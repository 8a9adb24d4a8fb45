import { z } from 'zod';

/** Of a sample that is written; 32 is float. */
export const bitsSchema = z.union([z.literal(16), z.literal(24), z.literal(32)]);
