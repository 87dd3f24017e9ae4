import type { PredictionJson } from '@polyhead/model';
import { z } from 'zod';
import type { RequestLimits } from '../config.ts';

const text = z.string().refine((value) => value.trim() !== '', { error: 'is empty' });

/** The body of POST /v1/classify: either `text` or `texts`. */
export interface ClassifyBody {
  readonly text?: string | undefined;
  readonly texts?: readonly string[] | undefined;
  /** @default all heads */
  readonly heads?: readonly string[] | undefined;
  /** Longest list of scores of a head. @default all labels */
  readonly top_k?: number | undefined;
}

/** Checks and documents {@link ClassifyBody}. */
export const classifyBodySchema: z.ZodType<ClassifyBody> = z
  .strictObject({
    text: text.optional().describe('The text to classify. Exactly one of `text` and `texts` is given.'),
    texts: z
      .array(text)
      .min(1, { error: 'is an empty list' })
      .optional()
      .describe('Several texts to classify, instead of `text`.'),
    heads: z
      .array(z.string())
      .min(1, { error: 'is an empty list; leave it out for all heads' })
      .optional()
      .describe('Names of the heads that answer; all if it is left out.'),
    top_k: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('Longest list of scores of a head; all labels if it is left out. The decision does not depend on it.'),
  })
  .refine((body) => (body.text === undefined) !== (body.texts === undefined), {
    error: 'give either "text" or "texts", and not both',
  })
  .meta({
    examples: [{ text: 'My card still has not arrived.' }, { texts: ['Thank you!', 'Where is it?'], top_k: 3 }],
  });

const onlyNamed = 'only where the head has display names; a label without one stands for itself.';

const labelScore = z.object({
  label: z.string(),
  display_name: z.string().optional().describe(`The name to show for the label, ${onlyNamed}`),
  score: z.number().describe('Probability from 0 to 1.'),
});

const headResultSchema = z.discriminatedUnion('task', [
  z
    .object({
      task: z.literal('single-label'),
      label: z
        .string()
        .nullable()
        .describe('The most probable label; null where the head abstains, since that is not probable enough.'),
      display_name: z
        .string()
        .nullable()
        .optional()
        .describe(`The name to show for it, null where the head abstains; ${onlyNamed}`),
      score: z.number().describe('Of the most probable label, also where the head abstains.'),
      scores: z.array(labelScore).readonly().describe('Best first.'),
    })
    .meta({ id: 'SingleLabelResult' }),
  z
    .object({
      task: z.literal('multi-label'),
      labels: z.array(z.string()).readonly().describe('Labels at or above their thresholds, best first; may be empty.'),
      display_names: z
        .array(z.string())
        .readonly()
        .optional()
        .describe(`The names to show for them, in their order; ${onlyNamed}`),
      scores: z
        .array(labelScore.extend({ threshold: z.number() }))
        .readonly()
        .describe('Best first.'),
    })
    .meta({ id: 'MultiLabelResult' }),
  z.object({ task: z.literal('regression'), value: z.number() }).meta({ id: 'RegressionResult' }),
]);

/** The reply of POST /v1/classify, the same for one text and for several. */
export interface ClassifyReply {
  /** Name of the model. */
  readonly model: string;
  /** One a text, in the order of the texts. */
  readonly results: readonly Omit<PredictionJson, 'text'>[];
  readonly timing_ms: { readonly queue: number; readonly inference: number; readonly total: number };
}

/** Documents {@link ClassifyReply}. */
export const classifyReplySchema: z.ZodType<ClassifyReply> = z
  .object({
    model: z.string().describe('Name of the model.'),
    results: z
      .array(
        z.object({
          truncated: z.boolean().describe('True if the text was longer than the encoder takes and was cut.'),
          token_count: z.number().int().describe('Length of the text in tokens before anything was cut.'),
          heads: z.record(z.string(), headResultSchema).describe('The answer of each head, by its name.'),
        }),
      )
      .describe('One a text, in the order of the texts.'),
    timing_ms: z.object({
      queue: z.number().describe('Waited for a worker.'),
      inference: z.number().describe('Worked on.'),
      total: z.number().describe('Since the request was read.'),
    }),
  })
  .meta({ id: 'ClassifyReply' });

/** The limits as a sentence for the documentation. */
export function describeLimits({ maxTexts, maxCharacters, maxBodyBytes }: RequestLimits): string {
  return `At most ${maxTexts} texts of ${maxCharacters} characters each, in ${maxBodyBytes} bytes.`;
}
