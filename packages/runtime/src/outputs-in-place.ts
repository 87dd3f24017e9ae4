import { PolyheadError } from '@polyhead/types';

/**
 * onnxruntime-node copies every output of a run into an array of its own, even if it was given a tensor that ONNX Runtime has
 * filled already. For outputs that are as large as the weights, the copies and their garbage took about a ninth of a training
 * step. It makes the copies one after the other, in the order of the model's outputs, and gives up at one that is not
 * a tensor. So the model gets such an output in front of the others: an empty sequence.
 */
const stopName = 'polyhead/no_copies';
const stopMessage = 'Non tensor type';

/** Fields of onnx.proto3 (github.com/onnx/onnx) that hold text or another message. */
const field = { node: 1, nodeOutput: 2, operator: 4, graph: 7, output: 12, name: 1, type: 2, sequence: 4, element: 1 };
/** The type of a float32 tensor. */
const tensorType = [10, 2, 8, 1];

/** True for the name of the output that {@link withoutCopies} adds. */
export function isStop(name: string): boolean {
  return name === stopName;
}

/**
 * The bytes of a model with one more output, in front of the others. Messages of protocol buffers are merged when their bytes
 * follow each other, so that the model itself is not read.
 */
export function withoutCopies(model: Uint8Array): Uint8Array {
  const node = message(field.node, [...text(field.nodeOutput, stopName), ...text(field.operator, 'SequenceEmpty')]);
  const sequence = message(field.sequence, message(field.element, tensorType));
  const output = message(field.output, [...text(field.name, stopName), ...message(field.type, sequence)]);
  return Buffer.concat([Uint8Array.from(message(field.graph, [...node, ...output])), model]);
}

/**
 * Runs a model made by {@link withoutCopies}. An onnxruntime-node that makes no copies may also end without an error.
 * @param fetches a tensor for every output that is wanted
 */
export async function runWithoutCopies<Fetch>(
  run: (fetches: Record<string, Fetch | null>) => Promise<unknown>,
  fetches: Readonly<Record<string, Fetch>>,
): Promise<void> {
  try {
    await run({ [stopName]: null, ...fetches });
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith(stopMessage))) throw error;
  }
}

/** @throws {PolyheadError} INVALID_ARGUMENT */
export function createFetchError(): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', {
    message: 'A session that fills outputs in place was run without tensors to fill.',
    remedy: 'Give a tensor for every output that is wanted.',
  });
}

/** Shorter than 128 bytes. */
function message(number: number, content: readonly number[]): number[] {
  return [(number << 3) | 2, content.length, ...content];
}

function text(number: number, value: string): number[] {
  return message(number, [...Buffer.from(value)]);
}
