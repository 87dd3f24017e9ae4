import { z } from 'zod';

/** What the short form of a schema is, for its JSON Schema. */
export const shortForms: z.core.$ZodRegistry<{ readonly description: string }> = z.registry();

/**
 * An object that may be written as the text of one of its fields.
 * @param short that field, and what the text is, for editors
 */
export function withShortForm<Schema extends z.ZodType>(
  schema: Schema,
  { field, description }: { readonly field: string; readonly description: string },
): z.ZodPreprocess<Schema> {
  const either = z.preprocess((value) => (typeof value === 'string' ? { [field]: value } : value), schema);
  shortForms.add(either, { description });
  return either;
}
