export { createSession } from './create-session.ts';
export { createWorkerSession } from './create-worker-session.ts';
export { availableProviders } from './providers.ts';
export type {
  ExecutionProvider,
  NamedTensors,
  Session,
  SessionOptions,
  SessionValue,
  WorkerSessionOptions,
} from './session.ts';
export { resolveWorkerEntry, type WorkerEntry } from './worker-entry.ts';
