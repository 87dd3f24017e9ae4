import { z } from 'zod';
import type { DataConfig } from './training-config.ts';

const labelFields = ['label', 'labels', 'labelColumns', 'value'] as const;

/** Where rows come from: what all heads share, or one head's own. Defaults are filled in when both are known. */
export const dataSchema: z.ZodType<ParsedData> = z
  .strictObject({
    train: z.string().min(1).exactOptional().describe('Training file: .csv, .tsv, .jsonl, .json or .parquet'),
    validation: z.string().min(1).optional().describe('Validation file. Default: a share of the training rows'),
    test: z.string().min(1).optional().describe('Test file; only for the final figures'),
    text: z.string().min(1).optional().describe('Column with the text. Default: text'),
    label: z.string().min(1).optional().describe('Column with one label a row. Default: label'),
    labels: z
      .string()
      .min(1)
      .optional()
      .describe('Column with any number of labels a row: a list, or text with a delimiter'),
    labelColumns: z.array(z.string().min(1)).min(1).optional().describe('One 0/1 column a label'),
    value: z.string().min(1).optional().describe('Column with a number, for regression'),
    delimiter: z.string().min(1).optional().describe('What separates labels inside one cell'),
    validationShare: z
      .number()
      .min(0)
      .lt(1)
      .exactOptional()
      .describe('Share of the training rows held out when there is no validation file; 0 for none. Default: 0.2'),
    labelList: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('All labels in the order wanted. Default: those in the training file'),
    onBrokenRow: z
      .enum(['skip', 'fail'])
      .exactOptional()
      .describe(
        'Whether rows that cannot be used are skipped and reported, or stop the job. Default: skip; setfit with one head: fail',
      ),
  })
  .superRefine((data, context) => {
    const given = labelFields.filter((name) => data[name] !== undefined);
    if (given.length < 2) return;
    context.addIssue({ code: 'custom', message: `names ${given.join(' and ')}; give only one of them` });
  });

/** What {@link dataSchema} gives. */
export type ParsedData = Partial<DataConfig>;

/** Fields that belong to the training file that they stand beside. */
const fileFields: readonly string[] = ['validation', 'test', 'labelList'];

/**
 * The rows of a head: its own fields win. A head that names a column of targets has no use for that of all heads, and one with a
 * training file of its own has none for files and labels that go with the common one.
 */
export function mergeData(shared: ParsedData | undefined, own: ParsedData | undefined): ParsedData {
  const foreign: readonly string[] = [
    ...(labelFields.some((field) => own?.[field] !== undefined) ? labelFields : []),
    ...(own?.train === undefined ? [] : fileFields),
  ];
  const base = Object.entries(shared ?? {}).filter(([field]) => !foreign.includes(field));
  return { ...Object.fromEntries(base), ...own };
}
