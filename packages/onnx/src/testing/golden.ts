import { fileURLToPath } from 'node:url';

import { PolyheadError, type Tensor } from '@polyhead/types';

import { readSafetensors } from '../safetensors/read.ts';
import { toFloat32 } from '../tensor/to-float32.ts';

/** The reference outputs of one tiny architecture. */
export interface ArchitectureGolden {
  readonly directory: string;
  /** Token ids, mask and type ids by input name. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** `[batch, sequence, hidden]` */
  readonly lastHiddenState: Tensor;
}

/** Path of a golden file or folder. */
export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
}

/** The tensor, or a failed test. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new PolyheadError('INTERNAL', { message: 'a value that the test needs is missing' });
  return value;
}

/** Reads the reference outputs of one tiny architecture. */
export async function readArchitectureGolden(name: string): Promise<ArchitectureGolden> {
  const { tensors } = await readSafetensors(goldenPath(`${name}/expected.safetensors`));
  const inputs: Record<string, Tensor> = {};
  for (const [key, tensor] of tensors) {
    if (key.startsWith('inputs.')) inputs[key.slice('inputs.'.length)] = tensor;
  }
  return { directory: goldenPath(name), inputs, lastHiddenState: present(tensors.get('last_hidden_state')) };
}

/** Largest absolute difference between two `[batch, sequence, hidden]` tensors at tokens whose mask is 1. */
export function largestDifference(actual: Tensor, golden: ArchitectureGolden): number {
  const expected = toFloat32(golden.lastHiddenState);
  const values = toFloat32(actual);
  if (values.length !== expected.length) return Infinity;
  const mask = toFloat32(present(golden.inputs['attention_mask']));
  const hidden = values.length / mask.length;
  let largest = 0;
  expected.forEach((value, index) => {
    if (mask[Math.floor(index / hidden)] === 1) {
      const difference = Math.abs(value - (values[index] ?? NaN));
      largest = difference <= largest ? largest : difference;
    }
  });
  return largest;
}
