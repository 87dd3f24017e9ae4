import { setTimeout as delay } from 'node:timers/promises';
import { PolyheadError, assertNotAborted } from '@polyhead/types';
import type { HubEnvironment } from './hub-environment.ts';

/** A function like the global `fetch`. */
export type Fetch = typeof fetch;

/** How requests to the hub are made. */
export interface HubFetchOptions {
  readonly environment: HubEnvironment;
  readonly fetch: Fetch;
  readonly signal: AbortSignal | undefined;
  /** Pause before the first retry in milliseconds; doubled for each further one. */
  readonly retryDelay: number;
}

/** How often a request is made before giving up. */
export const attempts = 4;

/** True for answers that may be better a moment later. */
function isTemporary(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Pauses before attempt number `attempt` (counted from 0): not at all before the first. */
export async function pauseBefore(
  attempt: number,
  options: Pick<HubFetchOptions, 'retryDelay' | 'signal'>,
): Promise<void> {
  assertNotAborted(options.signal);
  if (attempt === 0) return;
  await delay(options.retryDelay * 2 ** (attempt - 1), undefined, { signal: options.signal }).catch(() => undefined);
  assertNotAborted(options.signal);
}

/**
 * A `fetch` that sends the token to the hub (and to nobody else), tries again when the network or the hub fails, and
 * reports a hub that stays away.
 */
export function createHubFetch(options: HubFetchOptions): Fetch {
  const { environment, signal } = options;
  const hubOrigin = toOrigin(environment.endpoint);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    if (environment.token !== undefined && url.origin === hubOrigin) {
      headers.set('Authorization', `Bearer ${environment.token}`);
    }
    let reason: unknown;
    for (let attempt = 0; attempt < attempts; attempt++) {
      await pauseBefore(attempt, options);
      try {
        const response = await options.fetch(url, { ...init, headers, ...(signal === undefined ? {} : { signal }) });
        if (!isTemporary(response.status)) return response;
        reason = `it answered with status ${response.status}`;
        await response.body?.cancel();
      } catch (error) {
        assertNotAborted(signal);
        reason = error;
      }
    }
    throw createUnreachableError(environment, reason);
  };
}

function toOrigin(endpoint: string): string {
  try {
    return new URL(endpoint).origin;
  } catch (error) {
    throw new PolyheadError('INVALID_CONFIGURATION', {
      message: `HF_ENDPOINT is "${endpoint}", which is not an address.`,
      remedy: 'Use the address of a mirror, such as "https://hub.example.org", or unset it.',
      cause: error,
    });
  }
}

function describeReason(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  const cause = reason.cause;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error && cause.message !== '' ? cause.message : reason.message;
}

/** HUB_UNREACHABLE with the ways to go on without a hub. */
export function createUnreachableError(
  environment: HubEnvironment,
  reason: unknown,
  what = 'The model',
): PolyheadError {
  return new PolyheadError('HUB_UNREACHABLE', {
    message: `${what} is not in a cache and the hub ${environment.endpoint} cannot be reached: ${describeReason(reason)}.`,
    remedy:
      'Use the bundled model "all-MiniLM-L6-v2", give the path of a local model folder, ' +
      `copy the model into the Hugging Face cache (${environment.sharedCache}), or set HF_ENDPOINT to a mirror.`,
    details: { endpoint: environment.endpoint },
    ...(reason instanceof Error ? { cause: reason } : {}),
  });
}
