import type { Tensor } from '@polyhead/types';

import { bfloat16ToFloat32, float16ToFloat32 } from './half-precision.ts';
import { widenIntegers } from './kernels/half-precision.ts';

/**
 * The values of a tensor as float32, row-major. Shares memory if they are float32 already; 16-bit floats are widened exactly,
 * other types are rounded to the nearest float32.
 */
export function toFloat32(tensor: Tensor): Float32Array {
  switch (tensor.dataType) {
    case 'float32':
      return tensor.data;
    case 'float16':
      return float16ToFloat32(tensor.data);
    case 'bfloat16':
      return bfloat16ToFloat32(tensor.data);
    case 'int64':
    case 'uint64': {
      const { data } = tensor;
      const values = new Float32Array(data.length);
      widenIntegers(data, values);
      return values;
    }
    default:
      return Float32Array.from(tensor.data);
  }
}
