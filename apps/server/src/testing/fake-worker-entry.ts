import { resolveWorkerEntry, type WorkerEntry } from '@polyhead/runtime';

/** What starts `fake-worker.ts` in a thread. */
export const fakeWorkerEntry: WorkerEntry = resolveWorkerEntry(import.meta.url, 'fake-worker');
