import type { LabelScore, LongTextStrategy, ZeroShotLabel, ZeroShotMethod } from '@polyhead/types';
import { z } from 'zod';

const text = z.string().refine((value) => value.trim() !== '', { error: 'is empty' });
const share = z.number().min(0).max(1);
const templates = z.union([text, z.array(text).min(1)]);

const label = z.union([
  text,
  z.strictObject({
    label: text,
    wordings: z.array(text).min(1).optional().describe('Put into templates instead of the label.'),
    descriptions: z.array(text).min(1).optional().describe('Whole sentences, used as they are.'),
    templates: templates.optional(),
    threshold: share.optional().describe('Lowest score at which the label is chosen.'),
  }),
]);

/** The body of POST /v1/zero-shot: either `text` or `texts`. */
export interface ZeroShotBody {
  readonly text?: string | undefined;
  readonly texts?: readonly string[] | undefined;
  readonly labels: readonly (string | ZeroShotLabel)[];
  /** @default those of the method */
  readonly templates?: string | readonly string[] | undefined;
  /** @default false */
  readonly multi_label?: boolean | undefined;
  readonly threshold?: number | undefined;
  /** Longest list of scores. @default all labels */
  readonly top_k?: number | undefined;
  /** @default 'truncate' */
  readonly long_text?: LongTextStrategy | undefined;
}

/** Checks and documents {@link ZeroShotBody}. */
export const zeroShotBodySchema: z.ZodType<ZeroShotBody> = z
  .strictObject({
    text: text.optional().describe('The text to classify. Exactly one of `text` and `texts` is given.'),
    texts: z.array(text).min(1, { error: 'is an empty list' }).optional().describe('Several texts, instead of `text`.'),
    labels: z.array(label).min(1, { error: 'is an empty list' }).describe('Names, or objects with more about a label.'),
    templates: templates.optional().describe('Sentences with `{}` for the label; those of the method if left out.'),
    multi_label: z.boolean().optional().describe('True if any number of labels may be right.'),
    threshold: share.optional().describe('Lowest score of a chosen label; below it no label is chosen.'),
    top_k: z.number().int().min(1).optional().describe('Longest list of scores; all labels if it is left out.'),
    long_text: z.enum(['truncate', 'windows']).optional().describe('What happens to texts that are too long.'),
  })
  .refine((body) => (body.text === undefined) !== (body.texts === undefined), {
    error: 'give either "text" or "texts", and not both',
  })
  .meta({ examples: [{ text: 'Where is my parcel?', labels: ['billing', 'shipping', 'refund'], top_k: 2 }] });

/** How labels are scored. */
export const zeroShotMethodSchema: z.ZodType<ZeroShotMethod> = z.enum(['nli', 'embedding', 'cascade']);

/** The reply of POST /v1/zero-shot, the same for one text and for several. */
export interface ZeroShotReply {
  readonly method: ZeroShotMethod;
  /** One a text, in the order of the texts. */
  readonly results: readonly {
    /** The labels chosen, best first. */
    readonly labels: readonly string[];
    readonly scores: readonly LabelScore[];
    readonly truncated: boolean;
    readonly token_count: number;
  }[];
  readonly timing_ms: { readonly queue: number; readonly inference: number; readonly total: number };
}

/** Documents {@link ZeroShotReply}. */
export const zeroShotReplySchema: z.ZodType<ZeroShotReply> = z.object({
  method: zeroShotMethodSchema.describe('How labels were scored.'),
  results: z
    .array(
      z.object({
        labels: z.array(z.string()).describe('The labels chosen, best first; none if no score reaches the threshold.'),
        scores: z.array(z.object({ label: z.string(), score: z.number() })).describe('Best first.'),
        truncated: z.boolean().describe('True if the text was longer than the model takes and was cut.'),
        token_count: z.number().int(),
      }),
    )
    .describe('One a text, in the order of the texts.'),
  timing_ms: z.object({ queue: z.number(), inference: z.number(), total: z.number() }),
});
