import { hasErrorCode } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandomGenerator } from '../random/random-generator.ts';
import { createParameterKernels, type AdamWStep, type SgdStep } from './parameter-kernels.ts';
import { createSharedArrays } from './shared-arrays.ts';

const kernels = createParameterKernels();
const { fround, sqrt, abs } = Math;

/** Where arrays lie: in buffers of their own, shared or not, or together where kernels work in place. */
const storages = ['own', 'shared', 'in place'] as const;
type Storage = (typeof storages)[number];

/** Arrays of random numbers, each beginning `offset` numbers after a multiple of 8 bytes, with a 7 on both sides. */
function createArrays(
  storage: Storage,
  count: number,
  { length, offset }: { length: number; offset: number },
): Framed[] {
  const sizes = Array.from({ length: count }, () => length + offset + 2);
  const wholes =
    storage === 'in place'
      ? createSharedArrays(sizes).arrays
      : sizes.map((size) =>
          storage === 'own' ? new Float32Array(size) : new Float32Array(new SharedArrayBuffer(4 * size)),
        );
  const random = createRandomGenerator(length);
  return wholes.map((whole) => {
    whole.fill(7);
    const values = whole.subarray(offset + 1, offset + 1 + length);
    values.set(values.map(() => random.normal()));
    return { whole, values };
  });
}

interface Framed {
  readonly whole: Float32Array;
  readonly values: Float32Array;
}

const shapes = fc.record({
  storage: fc.constantFrom(...storages),
  length: fc.oneof(fc.nat(70), fc.integer({ min: 8185, max: 8200 })),
  offset: fc.nat(5),
});

/** Bit for bit; quicker than `toEqual` on long arrays. */
function expectSame(actual: Float32Array, wanted: Float32Array | readonly number[] | undefined): void {
  expect(actual.length).toBe(wanted?.length);
  expect(actual.findIndex((value, index) => !Object.is(value, wanted?.[index]))).toBe(-1);
}

/** Plain arrays with the values of framed ones, to compute what is wanted from. */
function copiesOf(framed: readonly Framed[]): Float32Array[] {
  return framed.map(({ values }) => Float32Array.from(values));
}

function expectFrames(framed: readonly Framed[], length: number): void {
  for (const { whole } of framed) {
    const outside = whole.filter((_, index) => index < whole.length - length - 1 || index === whole.length - 1);
    expect(outside.every((value) => value === 7)).toBe(true);
  }
}

const adamWStep: AdamWStep = {
  ...{ learningRate: 0.01, weightDecay: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-6 },
  ...{ updates: 3, gradientScale: 0.25 },
};

/** The kernel's formula with every operation rounded to float32: the bits must agree. */
function adamWByFloat32(index: number, [p, m, v, g]: readonly Float32Array[], step: AdamWStep): number[] {
  const correction = sqrt(1 - step.beta2 ** step.updates);
  const size = fround((step.learningRate * correction) / (1 - step.beta1 ** step.updates));
  const parameter = p?.[index] ?? 0;
  const gradient = fround((g?.[index] ?? 0) * fround(step.gradientScale));
  const before = m?.[index] ?? 0;
  const mean = fround(before + fround(fround(1 - step.beta1) * fround(gradient - before)));
  const kept = fround(fround(step.beta2) * (v?.[index] ?? 0));
  const square = fround(kept + fround(fround(1 - step.beta2) * fround(gradient * gradient)));
  const root = fround(fround(sqrt(square)) + fround(step.epsilon * correction));
  const decayed = fround(fround(step.learningRate * step.weightDecay) * parameter);
  return [fround(parameter - fround(decayed + fround(fround(size * mean) / root))), mean, square];
}

/** PyTorch's formula in float64. */
function adamWByFormula(index: number, [p, m, v, g]: readonly Float32Array[], step: AdamWStep): number {
  const gradient = (g?.[index] ?? 0) * step.gradientScale;
  const mean = step.beta1 * (m?.[index] ?? 0) + (1 - step.beta1) * gradient;
  const square = step.beta2 * (v?.[index] ?? 0) + (1 - step.beta2) * gradient ** 2;
  const root = sqrt(square / (1 - step.beta2 ** step.updates)) + step.epsilon;
  const parameter = (p?.[index] ?? 0) * (1 - step.learningRate * step.weightDecay);
  return parameter - (step.learningRate * mean) / (1 - step.beta1 ** step.updates) / root;
}

const sgdStep: SgdStep = {
  ...{ learningRate: 0.01, weightDecay: 0.1, momentum: 0.9, gradientScale: 0.25, isFirst: false },
};

function sgdByFloat32(index: number, [p, v, g]: readonly Float32Array[], step: SgdStep): [number, number] {
  const parameter = p?.[index] ?? 0;
  const scaled = fround((g?.[index] ?? 0) * fround(step.gradientScale));
  const gradient = fround(scaled + fround(fround(step.weightDecay) * parameter));
  const before = step.isFirst ? 0 : (v?.[index] ?? 0);
  const momentum = fround(step.momentum);
  const velocity = step.momentum === 0 ? gradient : fround(fround(momentum * before) + gradient);
  const move = step.nesterov === true ? fround(gradient + fround(momentum * velocity)) : velocity;
  return [fround(parameter - fround(fround(step.learningRate) * move)), velocity];
}

describe('adamW', () => {
  it('gives the bits of the formula in float32, wherever arrays lie, and touches nothing beside them', () => {
    fc.assert(
      fc.property(shapes, ({ storage, length, offset }) => {
        const framed = createArrays(storage, 4, { length, offset });
        const [parameters, firstMoments, secondMoments, gradients] = framed.map(({ values }) => values);
        if (!parameters || !firstMoments || !secondMoments || !gradients) return;
        secondMoments.set(secondMoments.map(abs));
        const before = copiesOf(framed);
        kernels.adamW({ parameters, gradients, firstMoments, secondMoments }, adamWStep);
        const wanted = Array.from({ length }, (_, index) => adamWByFloat32(index, before, adamWStep));
        for (const [part, values] of [parameters, firstMoments, secondMoments].entries()) {
          expectSame(
            values,
            wanted.map((one) => one[part] ?? Number.NaN),
          );
        }
        expectSame(gradients, before[3]);
        const isClose = (value: number, index: number): boolean =>
          abs(value - adamWByFormula(index, before, adamWStep)) < 1e-6 * (1 + abs(value));
        expect(parameters.every(isClose)).toBe(true);
        expectFrames(framed, length);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same bits however the arrays are cut', () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (shape, cuts) => {
        const framed = [shape, { ...shape, storage: 'own' as const }].map((of) => createArrays(of.storage, 4, of));
        const places = [0, ...cuts.map((cut) => Math.floor(cut * shape.length)).sort((a, b) => a - b), shape.length];
        for (const [run, arrays] of framed.entries()) {
          const parts = run === 0 ? places : [0, shape.length];
          for (const [part, to] of parts.slice(1).entries()) {
            const [parameters, firstMoments, secondMoments, gradients] = arrays.map(({ values }) =>
              values.subarray(parts[part], to),
            );
            if (!parameters || !firstMoments || !secondMoments || !gradients) return;
            kernels.adamW({ parameters, gradients, firstMoments, secondMoments }, adamWStep);
          }
        }
        const [cut, whole] = framed.map(copiesOf);
        for (const [index, array] of (cut ?? []).entries()) expectSame(array, whole?.[index]);
      }),
      { numRuns: 30 },
    );
  });

  it('lets first moments end at 0 instead of numbers that slow processors down', () => {
    const [parameters, firstMoments, secondMoments, gradients] = [1, 2e-30, 1, 0].map((value) =>
      Float32Array.of(value),
    );
    if (!parameters || !firstMoments || !secondMoments || !gradients) return;
    const moments: number[] = [];
    for (let update = 0; update < 10; update += 1) {
      kernels.adamW({ parameters, gradients, firstMoments, secondMoments }, adamWStep);
      moments.push(firstMoments[0] ?? 1);
    }
    expect(moments[5]).toBeGreaterThan(1e-30);
    expect(moments.slice(6)).toEqual([0, 0, 0, 0]);
  });

  it('hands on what is not a number', () => {
    const arrays = [1, 1, 1, Number.NaN].map((value) => Float32Array.of(value));
    const [parameters, firstMoments, secondMoments, gradients] = arrays;
    if (!parameters || !firstMoments || !secondMoments || !gradients) return;
    kernels.adamW({ parameters, gradients, firstMoments, secondMoments }, adamWStep);
    expect(arrays.map((array) => array[0])).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('sgd', () => {
  it.each([
    {},
    { momentum: 0 },
    { isFirst: true },
    { nesterov: true },
    { nesterov: true, isFirst: true, weightDecay: 0 },
  ])('gives the bits of the formula in float32 with %j', (changes) => {
    const step = { ...sgdStep, ...changes };
    fc.assert(
      fc.property(shapes, ({ storage, length, offset }) => {
        const framed = createArrays(storage, 3, { length, offset });
        const [parameters, velocities, gradients] = framed.map(({ values }) => values);
        if (!parameters || !velocities || !gradients) return;
        const before = copiesOf(framed);
        if (step.isFirst) velocities.fill(Number.NaN);
        kernels.sgd({ parameters, gradients, velocities }, step);
        const wanted = Array.from({ length }, (_, index) => sgdByFloat32(index, before, step));
        expectSame(
          parameters,
          wanted.map(([parameter]) => parameter),
        );
        expectSame(velocities, step.momentum === 0 ? before[1] : wanted.map(([, velocity]) => velocity));
        expectSame(gradients, before[2]);
        expectFrames(framed, length);
      }),
      { numRuns: 20 },
    );
  });

  it('needs velocities only with momentum', () => {
    const parameters = Float32Array.of(1);
    const gradients = Float32Array.of(2);
    kernels.sgd({ parameters, gradients }, { ...sgdStep, momentum: 0, weightDecay: 0 });
    expect(parameters[0]).toBeCloseTo(1 - 0.01 * 0.25 * 2, 6);
    expect(() => {
      kernels.sgd({ parameters, gradients }, sgdStep);
    }).toThrow(expect.toSatisfy((error) => hasErrorCode(error, 'SHAPE_MISMATCH')));
  });
});

describe('sums', () => {
  it('add gives the bits of addition in float32', () => {
    fc.assert(
      fc.property(shapes, ({ storage, length, offset }) => {
        const framed = createArrays(storage, 2, { length, offset });
        const [target, source] = framed.map(({ values }) => values);
        if (!target || !source) return;
        const [a, b] = copiesOf(framed);
        kernels.add(target, source);
        expectSame(
          target,
          a?.map((value, index) => value + (b?.[index] ?? 0)),
        );
        expectSame(source, b);
        expectFrames(framed, length);
      }),
      { numRuns: 30 },
    );
  });

  it('sumInto adds in order and returns the sum of squares, the same one wherever arrays lie', () => {
    fc.assert(
      fc.property(shapes, fc.nat(3), ({ storage, length, offset }, others) => {
        const framed = createArrays(storage, others + 1, { length, offset });
        const values = framed.map((one) => one.values);
        const [target = new Float32Array(0), ...rest] = values;
        const [start = new Float32Array(0), ...added] = copiesOf(framed);
        const squares = kernels.sumInto(target, rest);
        const wanted = added.reduce((sum, array) => sum.map((value, index) => value + (array[index] ?? 0)), start);
        expectSame(target, wanted);
        const exact = wanted.reduce((sum, value) => sum + value * value, 0);
        expect(abs(squares - exact)).toBeLessThanOrEqual(1e-12 * exact);
        expect(kernels.sumInto(wanted.slice(), [])).toBe(squares);
        expectFrames(framed, length);
      }),
      { numRuns: 30 },
    );
  });

  it('takes arrays that lie in different places', () => {
    const [inPlace] = createArrays('in place', 1, { length: 9, offset: 0 });
    const [other] = createArrays('in place', 1, { length: 9, offset: 3 });
    if (!inPlace || !other) return;
    const wanted = inPlace.values.map((value, index) => value + (other.values[index] ?? 0));
    kernels.add(inPlace.values, other.values);
    expect([...inPlace.values]).toEqual([...wanted]);
  });

  it('returns the same sum of squares in place and from copies, to the last bit', () => {
    for (let length = 0; length < 200; length += 1) {
      const [inPlace, copied] = (['in place', 'own'] as const).map((storage) => {
        const [target, other] = createArrays(storage, 2, { length, offset: 1 });
        return target && other ? kernels.sumInto(target.values, [other.values]) : undefined;
      });
      expect(inPlace).toBe(copied);
    }
  });
});

it('arrays of different lengths are refused', () => {
  const [two, three] = [new Float32Array(2), new Float32Array(3)];
  const state = { parameters: two, gradients: two, firstMoments: two, secondMoments: three };
  for (const work of [
    () => kernels.add(two, three),
    () => kernels.sumInto(two, [two, three]),
    () => kernels.adamW(state, adamWStep),
    () => kernels.sgd({ parameters: two, gradients: three, velocities: two }, sgdStep),
  ]) {
    expect(work).toThrow(expect.toSatisfy((error) => hasErrorCode(error, 'SHAPE_MISMATCH')));
  }
});
