import { PolyheadError, type Tensor, type TensorDataType } from '@polyhead/types';

import { countElements, elementTypes } from './data-types.ts';

/** What a tensor is made of. */
export interface TensorLayout {
  readonly dataType: TensorDataType;
  readonly shape: readonly number[];
}

/**
 * A tensor over little-endian bytes. Shares their memory where they are aligned to the element size, copies them otherwise.
 * @throws {PolyheadError} SHAPE_MISMATCH if the byte count is not that of the shape
 */
export function createTensor(layout: TensorLayout, bytes: Uint8Array): Tensor {
  const { dataType, shape } = layout;
  return asTensor({ dataType, shape, data: viewElements(layout, bytes) });
}

/**
 * A tensor whose bytes are fetched when `data` is first read. They are held weakly: memory is freed when nobody uses them,
 * and they are fetched again at the next reading. Treat `data` as read-only.
 */
export function createLazyTensor(layout: TensorLayout, read: () => Uint8Array): Tensor {
  let held: WeakRef<Tensor['data']> | undefined;
  return asTensor({
    dataType: layout.dataType,
    shape: layout.shape,
    get data(): Tensor['data'] {
      let data = held?.deref();
      if (data === undefined) {
        data = viewElements(layout, read());
        held = new WeakRef(data);
      }
      return data;
    },
  });
}

/** The bytes of a tensor, little-endian, sharing its memory. */
export function tensorBytes(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Byte count of a tensor, without fetching lazy data. */
export function tensorByteLength(layout: TensorLayout): number {
  return countElements(layout.shape) * elementTypes[layout.dataType].bytes;
}

function viewElements(layout: TensorLayout, bytes: Uint8Array): Tensor['data'] {
  const expected = tensorByteLength(layout);
  if (bytes.byteLength !== expected) {
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `A ${layout.dataType} tensor of shape [${layout.shape.join(', ')}] has ${expected} bytes, but ${bytes.byteLength} were given.`,
      remedy: 'Pass exactly the bytes of the tensor.',
    });
  }
  const element = elementTypes[layout.dataType];
  const source = isShareable(bytes, element.bytes) ? bytes : new Uint8Array(bytes);
  return element.view(source.buffer, source.byteOffset, countElements(layout.shape));
}

function isShareable(bytes: Uint8Array, alignment: number): bytes is Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % alignment === 0 && bytes.buffer instanceof ArrayBuffer;
}

/** Sound because `viewElements` makes the typed array that belongs to `dataType`; the compiler cannot see that correlation. */
function asTensor(parts: TensorLayout & { readonly data: Tensor['data'] }): Tensor {
  return parts as Tensor;
}
