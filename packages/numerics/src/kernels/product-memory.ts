import { productModule } from './product-module.ts';
import { createInstantiator, growToBytes, type ModuleMemory } from './web-assembly.ts';

/** A matrix in a {@link ProductMemory}: element (row, column) is at `at + row * rowStride + column * columnStride`. */
export interface StridedMatrix {
  readonly at: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A row-major matrix in a {@link ProductMemory}: element (row, column) is at `at + row * stride + column`. */
export interface RowMajorMatrix {
  readonly at: number;
  readonly stride: number;
}

/** Float64 numbers that matrix products work on in place. */
export interface ProductMemory {
  readonly values: Float64Array;
  /**
   * `out += a * b`, with `a` `[m, k]`, `b` `[k, n]` and `out` `[m, n]`. `m` and `n` must be multiples of 4, see
   * {@link padTo4}: rows and columns beyond the wanted ones must be there, but may hold anything finite.
   */
  readonly addProduct: (
    a: StridedMatrix,
    b: RowMajorMatrix,
    out: RowMajorMatrix,
    m: number,
    k: number,
    n: number,
  ) => void;
}

interface ProductExports {
  readonly memory: ModuleMemory;
  readonly addProduct: (
    a: number,
    aRowStride: number,
    aColumnStride: number,
    b: number,
    bStride: number,
    out: number,
    outStride: number,
    m: number,
    k: number,
    n: number,
  ) => void;
}

const instantiate = createInstantiator(productModule);
const bytesPerNumber = 8;

/** The next multiple of 4. */
export function padTo4(size: number): number {
  return Math.ceil(size / 4) * 4;
}

/** Memory for `length` numbers, all 0, with the product kernel (WebAssembly SIMD, see product.wat). */
export function createProductMemory(length: number): ProductMemory {
  const { memory, addProduct } = instantiate() as ProductExports;
  growToBytes(memory, length * bytesPerNumber);
  return {
    values: new Float64Array(memory.buffer, 0, length),
    addProduct(a, b, out, m, k, n) {
      if (m === 0 || k === 0 || n === 0) return;
      addProduct(
        a.at * bytesPerNumber,
        a.rowStride * bytesPerNumber,
        a.columnStride * bytesPerNumber,
        b.at * bytesPerNumber,
        b.stride * bytesPerNumber,
        out.at * bytesPerNumber,
        out.stride * bytesPerNumber,
        m,
        k,
        n,
      );
    },
  };
}
