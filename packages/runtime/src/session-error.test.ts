import { describe, expect, it } from 'vitest';
import { cleanMessage } from './session-error.ts';

describe('cleanMessage', () => {
  it('drops source positions and line breaks, keeps what went wrong', () => {
    const message =
      "Non-zero status code returned while running Add node. Name:'/layer.0/Add' Status Message: /onnxruntime_src/onnxruntime/core/providers/cpu/math/element_wise_ops.h:563 void onnxruntime::BroadcastIterator::Init(ptrdiff_t, ptrdiff_t) axis == 1 || axis == largest was false. Attempting to broadcast an axis by a dimension other than 1. 4 by 5\n\n";
    expect(cleanMessage(message)).toBe(
      "Non-zero status code returned while running Add node. Name:'/layer.0/Add' Status Message: axis == 1 || axis == largest was false. Attempting to broadcast an axis by a dimension other than 1. 4 by 5.",
    );
  });

  it('drops the status prefix and leaves plain messages alone', () => {
    expect(cleanMessage('[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : No such input.')).toBe('No such input.');
    expect(cleanMessage('Protobuf parsing failed.')).toBe('Protobuf parsing failed.');
  });
});
