import { freemem } from 'node:os';

/** What the number of workers depends on. */
export interface WorkerNeeds {
  readonly threads: number;
  /** Size of the graph with its weights, which every worker holds. */
  readonly modelBytes: number;
  readonly freeBytes: number;
}

/** Part of the free memory that copies of a model may take together. */
const shareOfMemory = 1 / 4;

/**
 * Worker threads of a session team: one a thread where the memory allows so many copies of the model beside the one for
 * single runs, else as many as can share the threads evenly.
 */
export function chooseWorkers({ threads, modelBytes, freeBytes }: WorkerNeeds): number {
  const copies = Math.floor((freeBytes * shareOfMemory) / modelBytes) - 1;
  if (copies < 2) return 1;
  return Math.floor(threads / Math.ceil(threads / Math.min(copies, threads)));
}

/** Memory that this process may still take, in a container too. */
export function measureFreeMemory(): number {
  const limit = process.constrainedMemory();
  // Node gives 0 or a number beyond all memory where there is no limit.
  return limit > 0 ? Math.min(freemem(), limit - process.memoryUsage.rss()) : freemem();
}
