import { floatAttribute, intAttribute, type OnnxAttribute } from '@polyhead/onnx';

import { broadcastShapes, mapShapes, type ValueShapes } from './value-shape.ts';

/** Which operands of a matrix product are turned, and a factor. */
export interface ProductOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** @default 1 */
  readonly alpha?: number;
}

/** The shapes of a product of stacks of matrices; undefined if the operands do not fit. */
export function productShapes(
  [left, right]: readonly [ValueShapes, ValueShapes],
  { transA = false, transB = false }: ProductOptions,
): ValueShapes | undefined {
  const a = mapShapes(left, (shape) => turned(shape, transA));
  const b = mapShapes(right, (shape) => turned(shape, transB));
  const stacks = broadcastShapes(
    mapShapes(a, (shape) => shape.slice(0, -2)),
    mapShapes(b, (shape) => shape.slice(0, -2)),
  );
  if (a.some((shape, probe) => shape.at(-1) !== b[probe]?.at(-2))) return undefined;
  return stacks?.map((shape, probe) => [...shape, a[probe]?.at(-2) ?? 1, b[probe]?.at(-1) ?? 1]);
}

function turned(shape: readonly number[], isTurned: boolean): readonly number[] {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return isTurned ? [...shape.slice(0, -2), columns, rows] : shape;
}

/** Attributes of Gemm and FusedMatMul; none for a plain product. */
export function productAttributes({
  transA = false,
  transB = false,
  alpha = 1,
}: ProductOptions): Record<string, OnnxAttribute> {
  return {
    ...(transA ? { transA: intAttribute(1) } : {}),
    ...(transB ? { transB: intAttribute(1) } : {}),
    ...(alpha === 1 ? {} : { alpha: floatAttribute(alpha) }),
  };
}
