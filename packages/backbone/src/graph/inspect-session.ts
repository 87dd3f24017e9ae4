import type { Session } from '@polyhead/runtime';
import { PolyheadError } from '@polyhead/types';

const knownInputs: readonly string[] = ['input_ids', 'attention_mask', 'token_type_ids'];

/**
 * Checks that a graph takes what a model is fed with, and more that the caller wants to know; a session that fails is
 * released.
 * @param file where the graph comes from, for messages
 * @returns whether it wants token types
 * @throws {PolyheadError} ONNX_UNSUPPORTED, and what `check` throws
 */
export async function inspectSession(session: Session, file: string, check: (file: string) => void): Promise<boolean> {
  try {
    const foreign = session.inputs.find(({ name, dataType }) => !knownInputs.includes(name) || dataType !== 'int64');
    if (foreign !== undefined) {
      throw new PolyheadError('ONNX_UNSUPPORTED', {
        message: `The graph "${file}" has the ${foreign.dataType} input "${foreign.name}".`,
        remedy: `An encoder's inputs are int64 and named ${knownInputs.join(', ')}.`,
        details: { file, input: foreign.name },
      });
    }
    check(file);
    return session.inputs.some((input) => input.name === 'token_type_ids');
  } catch (error) {
    await session.release();
    throw error;
  }
}

/**
 * Checks that an output is as wide as config.json says, if the graph says how wide it is.
 * @throws {PolyheadError} TENSOR_SHAPE_MISMATCH
 */
export function assertWidth(
  session: Session,
  expected: { readonly file: string; readonly output: string; readonly width: number },
): void {
  const { file, output, width } = expected;
  const found = session.outputs.find(({ name }) => name === output)?.shape.at(-1);
  if (typeof found !== 'number' || found === width) return;
  throw new PolyheadError('TENSOR_SHAPE_MISMATCH', {
    message: `The output "${output}" of "${file}" has ${found} columns, but config.json says ${width}.`,
    remedy: 'Check that the ONNX file and config.json belong to the same model.',
    details: { file, expected: width, found },
  });
}
