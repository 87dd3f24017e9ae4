import { PolyheadError, type JsonObject } from '@polyhead/types';

/** The TOKENIZER_INVALID error with the place in tokenizer.json in its details. */
export function tokenizerError(
  message: string,
  options: { where?: string; remedy?: string; cause?: unknown } = {},
): PolyheadError {
  const details: JsonObject = options.where === undefined ? {} : { where: options.where };
  return new PolyheadError('TOKENIZER_INVALID', {
    message,
    ...(options.remedy === undefined ? {} : { remedy: options.remedy }),
    details,
    ...(options.cause === undefined ? {} : { cause: options.cause }),
  });
}
