import { errorCodes, type ErrorCode, type PolyheadError } from '@polyhead/types';
import { z } from 'zod';
import { httpStatuses } from './http-statuses.ts';
import { shortenDetails, shortenMessage } from './shorten-details.ts';

/** The body of every reply that is not a success, as {@link errorBodySchema} documents it. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>> | undefined;
    readonly request_id: string;
  };
  readonly message: string;
}

const codes = Object.keys(errorCodes) as ErrorCode[];

/** Documents {@link ErrorBody}. */
export const errorBodySchema: z.ZodType<ErrorBody> = z
  .object({
    error: z.object({
      code: z.enum(codes).describe('Stable; branch on it.'),
      message: z.string().describe('What was wrong, where, and what to do. May change.'),
      details: z.record(z.string(), z.unknown()).optional().describe('The facts behind the message, for programs.'),
      request_id: z.string().describe('Also the header x-request-id, and in the log of the server.'),
    }),
    message: z.string().describe('The same message, for clients that show no more than this.'),
  })
  .meta({ id: 'Error' });

/** An error as it is sent. */
export interface ErrorReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody;
  /** True if the client is not told what happened, so that the log must. */
  readonly masked: boolean;
}

/**
 * What a client is told about an error. Errors of the server's own (status 500) keep only their code: their messages
 * name files and belong in the log. Other messages may repeat what was sent, and are cut where they would be very long.
 */
export function toErrorReply(error: PolyheadError, requestId: string): ErrorReply {
  const status = httpStatuses[error.code];
  const masked = status === 500;
  const message = masked ? toMaskedMessage(error.code, requestId) : shortenMessage(error.message);
  const details = masked || Object.keys(error.details).length === 0 ? {} : { details: shortenDetails(error.details) };
  return {
    status,
    headers: toHeaders(error),
    body: { error: { code: error.code, message, ...details, request_id: requestId }, message },
    masked,
  };
}

function toMaskedMessage(code: ErrorCode, requestId: string): string {
  const sentence = code === 'INTERNAL' ? 'The server failed to answer because of a defect.' : errorCodes[code];
  return `${sentence} The log of the server says more under the request id ${requestId}.`;
}

function toHeaders({ details }: PolyheadError): Record<string, string> {
  const seconds = details['retry_after_seconds'];
  return typeof seconds === 'number' ? { 'retry-after': String(seconds) } : {};
}
