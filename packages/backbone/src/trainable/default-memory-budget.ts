import { measureFreeMemory } from '../graph/choose-workers.ts';

/** Bytes that training may take unless it is told otherwise: half of what is free now, before anything is loaded. */
export function defaultMemoryBudget(): number {
  return Math.floor(measureFreeMemory() / 2);
}
