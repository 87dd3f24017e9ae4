/** The shape of a value, once for each probe; all of the same rank. */
export type ValueShapes = readonly (readonly number[])[];

/** Number of dimensions. */
export function rankOf(shapes: ValueShapes): number {
  return shapes[0]?.length ?? 0;
}

/** The sizes of one dimension at all probes. */
export function sizesOf(shapes: ValueShapes, axis: number): readonly number[] {
  return shapes.map((shape) => shape[axis] ?? 1);
}

/** The size of a dimension if it is the same at all probes, else undefined. */
export function fixedSize(shapes: ValueShapes, axis: number): number | undefined {
  const [first = 1, ...others] = sizesOf(shapes, axis);
  return others.every((size) => size === first) ? first : undefined;
}

/** The whole shape if it is the same at all probes. */
export function fixedShape(shapes: ValueShapes): readonly number[] | undefined {
  const [first = []] = shapes;
  return shapes.every((shape) => shape.join() === first.join()) ? first : undefined;
}

/** True if both have the same shape at all probes. */
export function sameShapes(left: ValueShapes, right: ValueShapes): boolean {
  return shapeKey(left) === shapeKey(right);
}

/** Equal for equal shapes. */
export function shapeKey(shapes: ValueShapes): string {
  return shapes.map((shape) => shape.join()).join(';');
}

/** Shapes for people: `[2|3, 5|7, 32]`. */
export function describeShapes(shapes: ValueShapes): string {
  const sizes = Array.from({ length: rankOf(shapes) }, (_, axis) => [...new Set(sizesOf(shapes, axis))].join('|'));
  return `[${sizes.join(', ')}]`;
}

/** The shape of an elementwise operation's result; undefined if the shapes do not fit together. */
export function broadcastShapes(left: ValueShapes, right: ValueShapes): ValueShapes | undefined {
  const result: number[][] = [];
  for (const [probe, leftShape] of left.entries()) {
    const rightShape = right[probe] ?? [];
    const rank = Math.max(leftShape.length, rightShape.length);
    const shape: number[] = [];
    for (let axis = 0; axis < rank; axis++) {
      const a = leftShape[axis - rank + leftShape.length] ?? 1;
      const b = rightShape[axis - rank + rightShape.length] ?? 1;
      if (a !== b && a !== 1 && b !== 1) return undefined;
      shape.push(a === 1 ? b : a);
    }
    result.push(shape);
  }
  return result;
}

/** Shapes with dimensions changed or dropped. */
export function mapShapes(shapes: ValueShapes, map: (shape: readonly number[]) => readonly number[]): ValueShapes {
  return shapes.map(map);
}

/** The axis counted from the front. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** 0, 1 ... count - 1. */
export function axesUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, axis) => axis);
}
