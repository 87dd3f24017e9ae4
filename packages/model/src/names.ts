import { PolyheadError } from '@polyhead/types';

/**
 * True if a head may have this name: safe as a file name on every system, in URLs and as the name of an ONNX output.
 * `model` is taken: an export writes `model.onnx` beside `NAME.onnx`.
 */
export function isHeadName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) && name !== 'model';
}

/**
 * Refuses a name that a head may not have.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertHeadName(name: string): void {
  if (isHeadName(name)) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"${name}" cannot be the name of a head.`,
    remedy:
      'Use 1 to 64 lower-case letters, digits, "_" and "-", starting with a letter or digit; "model" is taken by exports.',
    details: { field: 'name', value: name },
  });
}

/**
 * Refuses names that are not among the heads of a model.
 * @throws {PolyheadError} HEAD_NOT_FOUND, with the list of heads that there are
 */
export function assertHeadsExist(asked: readonly string[], available: readonly string[], where: string): void {
  const missing = asked.find((name) => !available.includes(name));
  if (missing === undefined) return;
  throw new PolyheadError('HEAD_NOT_FOUND', {
    message: `The model "${where}" has no head "${missing}".`,
    remedy: `It has: ${available.join(', ')}.`,
    details: { head: missing, heads: [...available], file: where },
  });
}
