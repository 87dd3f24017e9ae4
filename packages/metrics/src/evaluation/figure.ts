/** A figure as evaluations hold it: undefined ones are null, since JSON has no NaN. */
export type Figure = number | null;

/** Null for NaN and infinities. */
export function toFigure(value: number): Figure {
  return Number.isFinite(value) ? value : null;
}
