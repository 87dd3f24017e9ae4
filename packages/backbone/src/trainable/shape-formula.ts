/** Sizes that the shapes of values depend on: texts, padded length, and word rows in use. */
export interface BatchSizes {
  readonly batch: number;
  readonly sequence: number;
  readonly wordRows: number;
}

/** A dimension: a number times some of the sizes, plus a number. */
interface DimensionFormula {
  readonly factor: number;
  readonly sizes: readonly (keyof BatchSizes)[];
  readonly offset: number;
}

/** The shape of a value for any batch. */
export type ShapeFormula = readonly DimensionFormula[];

const products: readonly (readonly (keyof BatchSizes)[])[] = [
  [],
  ['batch'],
  ['sequence'],
  ['batch', 'sequence'],
  ['wordRows'],
  ['sequence', 'sequence'],
  ['batch', 'sequence', 'sequence'],
];

/**
 * Finds the rule behind the shapes that a value had at several batches.
 * @returns undefined if a dimension follows no product of sizes
 */
export function findShapeFormula(
  shapes: readonly (readonly number[])[],
  batches: readonly BatchSizes[],
): ShapeFormula | undefined {
  const rank = shapes[0]?.length ?? 0;
  if (shapes.length !== batches.length || shapes.some((shape) => shape.length !== rank)) return undefined;
  const formula: DimensionFormula[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const observed = shapes.map((shape) => shape[axis] ?? 0);
    const dimension = findDimension(observed, batches);
    if (dimension === undefined) return undefined;
    formula.push(dimension);
  }
  return formula;
}

/**
 * True if the rule is plain multiplication. One with an offset (twice the length less one: relative positions) may stop to
 * hold for longer texts, and is good for estimates only.
 */
export function isExact(formula: ShapeFormula): boolean {
  return formula.every(({ offset }) => offset === 0);
}

function findDimension(observed: readonly number[], batches: readonly BatchSizes[]): DimensionFormula | undefined {
  for (const sizes of products) {
    const factors = observed.map((size, index) => size / multiply(sizes, batches[index]));
    const [factor = Number.NaN] = factors;
    if (Number.isInteger(factor) && factors.every((other) => other === factor)) return { factor, sizes, offset: 0 };
  }
  for (const sizes of products.slice(1)) {
    const bases = batches.map((batch) => multiply(sizes, batch));
    const [base0 = 0, base1 = 0] = bases;
    const [observed0 = 0, observed1 = 0] = observed;
    const factor = (observed1 - observed0) / (base1 - base0);
    const offset = observed0 - factor * base0;
    const holds = observed.every((size, index) => size === factor * (bases[index] ?? 0) + offset);
    if (Number.isInteger(factor) && factor > 0 && holds) return { factor, sizes, offset };
  }
  return undefined;
}

function multiply(sizes: readonly (keyof BatchSizes)[], batch: BatchSizes | undefined): number {
  return sizes.reduce((product, size) => product * (batch?.[size] ?? Number.NaN), 1);
}

/** The shape of a value at a batch. */
export function evaluateShape(formula: ShapeFormula, batch: BatchSizes): number[] {
  return formula.map(({ factor, sizes, offset }) => factor * multiply(sizes, batch) + offset);
}
