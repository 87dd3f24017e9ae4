import { PolyheadError } from '@polyhead/types';

/** ONNX Runtime's message without its source file positions and repeated prefixes, as one line. */
export function cleanMessage(message: string): string {
  const withoutPositions = message
    .replaceAll(/\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : /g, '')
    .replaceAll(/\S*\/onnxruntime\/\S+\.(?:cc|h|cpp):\d+ .*?\) (?=\S)/g, '')
    .replaceAll(/^Error: /g, '');
  const line = withoutPositions.replaceAll(/\s+/g, ' ').trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/**
 * SESSION_FAILED with what ONNX Runtime said. Coded errors pass through unchanged.
 * @param action what failed: `load the model "x.onnx"`
 */
export function toSessionError(error: unknown, action: string, remedy?: string): PolyheadError {
  if (PolyheadError.isInstance(error)) return error;
  const text = cleanMessage(error instanceof Error ? error.message : String(error));
  return new PolyheadError('SESSION_FAILED', {
    message: `ONNX Runtime could not ${action}: ${text}`,
    ...(remedy === undefined ? {} : { remedy }),
    cause: error,
  });
}

/** SESSION_RELEASED for a call after `release()`. */
export function createReleasedError(): PolyheadError {
  return new PolyheadError('SESSION_RELEASED', {
    message: 'This session was released and cannot run any more.',
    remedy: 'Release a session only after its last use, or create a new one.',
  });
}
