import { PolyheadError } from '@polyhead/types';

/** How large adapters are and how much they count. */
export interface AdapterScale {
  /** Rank of an adapter's product, at least 1. */
  readonly rank: number;
  /** The product is multiplied by alpha / rank. */
  readonly alpha: number;
}

/** @throws {PolyheadError} INVALID_ARGUMENT */
export function assertAdapterScale({ rank, alpha }: AdapterScale): void {
  if (Number.isSafeInteger(rank) && rank > 0 && Number.isFinite(alpha) && alpha > 0) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `Low-rank adapters cannot have the rank ${rank} and alpha ${alpha}.`,
    remedy: 'Pass a rank of 1 or more and an alpha above 0, such as 8 and 16.',
    details: { rank, alpha },
  });
}
