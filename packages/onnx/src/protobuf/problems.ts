import { PolyheadError } from '@polyhead/types';

/** A coded error about a damaged model. */
export function malformed(problem: string, cause?: unknown): PolyheadError {
  return new PolyheadError('ONNX_MALFORMED', {
    message: `Not a usable ONNX model: ${problem}.`,
    remedy:
      'Download or export the model again and compare its size with the original; a Git LFS pointer is not the file itself.',
    details: { problem },
    cause,
  });
}

/** A coded error about something that ONNX has and this library does not. */
export function unsupported(problem: string, remedy: string): PolyheadError {
  return new PolyheadError('ONNX_UNSUPPORTED', {
    message: `The ONNX model has ${problem}, which is not supported.`,
    remedy,
    details: { problem },
  });
}
