import { PolyheadError } from '@polyhead/types';

/** How many tokens a window holds and how many neighbours share. */
export interface WindowPlan {
  /** Tokens of the text in a window, without special tokens. */
  readonly size: number;
  readonly stride: number;
}

/**
 * Where windows over `length` tokens begin and end: each begins `size - stride` after the one before it, and the first
 * that reaches the end is the last. An empty text has one empty window.
 * @throws {PolyheadError} INVALID_ARGUMENT if `stride` is not below `size`
 */
export function planWindows(length: number, { size, stride }: WindowPlan): { start: number; end: number }[] {
  if (!Number.isInteger(stride) || stride < 0 || stride >= size) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `stride is ${String(stride)}, but a window holds ${String(size)} tokens of the text.`,
      remedy: 'Pass an integer from 0 to less than that, or a larger maximumLength.',
      details: { stride, size },
    });
  }
  const windows: { start: number; end: number }[] = [];
  for (let start = 0; ; start += size - stride) {
    const end = Math.min(start + size, length);
    windows.push({ start, end });
    if (end === length) return windows;
  }
}
