export { createSession } from './create-session.ts';
export { createSessionTeam } from './create-session-team.ts';
export { availableProviders } from './providers.ts';
export type {
  DirectSessionOptions,
  ExecutionProvider,
  NamedTensors,
  Session,
  SessionOptions,
  SessionTeamOptions,
  SessionValue,
} from './session.ts';
export { resolveWorkerEntry, type WorkerEntry } from './worker-entry.ts';
export { fromErrorMessage, toErrorMessage, type ErrorMessage } from './worker-messages.ts';
export { createNativeWorkFlags, doNativeWork, guardNativeWork, type NativeWorkFlags } from './native-work.ts';
