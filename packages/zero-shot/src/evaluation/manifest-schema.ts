import { z } from 'zod';
import type { EvaluationManifest } from './evaluation-manifest.ts';

const text = z.string().min(1);
const templates = z.union([text, z.array(text).min(1)]);

const label = z.union([
  text,
  z.array(text).min(1),
  z.strictObject({
    wordings: z.array(text).min(1).optional(),
    descriptions: z.array(text).min(1).optional(),
    templates: templates.optional(),
  }),
]);

const set = z.strictObject({
  name: text,
  file: text,
  text: text.optional(),
  label: text.default('label'),
  where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  labels: z.record(z.string(), label).optional(),
  templates: templates.optional(),
});

const variant = z.strictObject({
  name: text,
  method: z.enum(['auto', 'embedding', 'nli', 'cascade']).default('auto'),
  model: text.optional(),
  encoder: text.optional(),
  labels: z.enum(['verbalised', 'plain']).default('verbalised'),
  templates: templates.optional(),
  longText: z.enum(['truncate', 'windows']).default('truncate'),
  nli: z
    .strictObject({
      windowPooling: z.enum(['max', 'mean', 'noisy-or']).optional(),
      entailment: z.union([z.string(), z.number()]).optional(),
      contradiction: z.union([z.string(), z.number()]).optional(),
    })
    .optional(),
  embedding: z.strictObject({ temperature: z.number().optional(), evenSimilarity: z.number().optional() }).optional(),
  cascade: z.strictObject({ candidates: z.number().optional(), nliWeight: z.number().optional() }).optional(),
});

const isDistinct = (items: readonly { readonly name: string }[]): boolean =>
  new Set(items.map(({ name }) => name)).size === items.length;

/** The schema of an evaluation manifest. */
export const manifestSchema: z.ZodType<EvaluationManifest> = z.strictObject({
  sets: z.array(set).min(1).refine(isDistinct, 'names must differ'),
  variants: z
    .array(variant)
    .min(1)
    .refine(isDistinct, 'names must differ')
    .default([{ name: 'auto', method: 'auto', labels: 'verbalised', longText: 'truncate' }]),
  limit: z.number().int().min(1).optional(),
  seed: z.number().int().min(0).default(1),
  resamples: z.number().int().min(1).default(1000),
});
