import { PolyheadError } from '@polyhead/types';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** Any error that a route or Fastify itself throws, as a coded one. What nobody foresaw becomes INTERNAL. */
export function toPolyheadError(error: unknown): PolyheadError {
  if (PolyheadError.isInstance(error)) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return fromValidation(error.validation);
  if (isClientError(error)) return fromFastify(error);
  return new PolyheadError('INTERNAL', {
    message: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}

interface ValidationIssue {
  readonly instancePath: string;
  readonly message?: string | undefined;
}

const toldProblems = 10;

function fromValidation(issues: readonly ValidationIssue[]): PolyheadError {
  const problems = issues.slice(0, toldProblems).map(({ instancePath, message }) => ({
    field: instancePath.slice(1).replaceAll('/', '.'),
    problem: message ?? 'is not valid',
  }));
  const sentences = problems.map(({ field, problem }) => (field === '' ? problem : `field "${field}": ${problem}`));
  const more = issues.length - problems.length;
  return new PolyheadError('REQUEST_INVALID', {
    message: `The request is not valid: ${sentences.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
    remedy: 'GET /openapi.json or open /docs for what it may hold.',
    details: more > 0 ? { problems, more } : { problems },
  });
}

interface ClientError extends Error {
  readonly statusCode: number;
  readonly code?: string;
}

function isClientError(error: unknown): error is ClientError {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return false;
  return error.statusCode >= 400 && error.statusCode < 500;
}

function fromFastify(error: ClientError): PolyheadError {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new PolyheadError('REQUEST_TOO_LARGE', {
        message: 'The request body has more bytes than the server accepts.',
        remedy: 'Send the texts in several requests, or start the server with a greater --max-body-bytes.',
        cause: error,
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new PolyheadError('REQUEST_INVALID', {
        message: 'The Content-Type of the request is not application/json.',
        remedy: 'Send JSON with the header "Content-Type: application/json".',
        cause: error,
      });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new PolyheadError('REQUEST_INVALID', {
        message: `The request body is ${error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY' ? 'empty' : 'not valid JSON'}.`,
        remedy: 'Send an object such as {"text": "..."}, in UTF-8.',
        cause: error,
      });
    default:
      return new PolyheadError('REQUEST_INVALID', { message: `${error.message.replace(/\.$/, '')}.`, cause: error });
  }
}
