import { createAffineHead } from '@polyhead/heads';
import { createRandomGenerator } from '@polyhead/numerics';
import type { Activation, FittedHead, Matrix, Targets, Task } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { calibrateHead } from './calibrate-head.ts';

const labels = ['a', 'b', 'c'];

function headOf(task: Task, activation: Activation): FittedHead {
  const weights = new Float32Array(3);
  return createAffineHead({ type: 'x', task, labels, dimension: 1, activation, weights, bias: weights, options: {} });
}

const rows = 4000;

/** Logits that say how likely each label is, and labels drawn so. */
function drawRows(task: 'single-label' | 'multi-label'): { logits: Matrix; targets: Targets } {
  const random = createRandomGenerator(5);
  const data = Float32Array.from({ length: rows * 3 }, () => 2 * random.normal());
  const logits = { data, rows, columns: 3 };
  if (task === 'multi-label') {
    const indicators = Uint8Array.from(data, (logit) => (random.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0));
    return { logits, targets: { task, labels, indicators } };
  }
  const classIndices = Int32Array.from({ length: rows }, (_, row) => {
    const weights = Array.from(data.subarray(row * 3, row * 3 + 3), Math.exp);
    let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
    return weights.findIndex((weight) => (left -= weight) < 0);
  });
  return { logits, targets: { task, labels, classIndices } };
}

const scaled = ({ data, ...shape }: Matrix, factor: number): Matrix => ({
  ...shape,
  data: data.map((value) => value * factor),
});

describe('calibrateHead', () => {
  it.each([
    ['single-label', 'softmax'],
    ['multi-label', 'sigmoid'],
  ] as const)('%s: finds out by how much the logits are too large or too small', (task, activation) => {
    const { logits, targets } = drawRows(task);
    for (const factor of [0.1, 1, 5]) {
      const head = headOf(task, activation);
      const calibration = calibrateHead(head, { targets, logits: scaled(logits, factor), source: 'rows' });
      expect((calibration?.temperature ?? NaN) / factor).toBeGreaterThan(0.93);
      expect((calibration?.temperature ?? NaN) / factor).toBeLessThan(1.07);
      expect(calibration?.fittedOn).toBe('4000 rows (rows)');
    }
  });

  it('works on probabilities of a head that has no logits', () => {
    const { logits, targets } = drawRows('single-label');
    const sharpened = new Float32Array(logits.data.length);
    for (let row = 0; row < rows; row += 1) {
      const weights = Array.from(logits.data.subarray(row * 3, row * 3 + 3), (logit) => Math.exp(2 * logit));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      sharpened.set(
        weights.map((weight) => weight / sum),
        row * 3,
      );
    }
    const head = headOf('single-label', 'identity');
    const given = { targets, logits: { ...logits, data: sharpened }, source: 'rows' };
    expect(calibrateHead(head, given)?.temperature).toBeCloseTo(2, 0);
    expect(calibrateHead(head, { ...given, logits })).toBeUndefined();
  });

  it('is not led astray by labels that the head never saw', () => {
    const { logits, targets } = drawRows('single-label');
    const before = calibrateHead(headOf('single-label', 'softmax'), { targets, logits, source: 'rows' })?.temperature;
    // The head never gives c, and a tenth of the rows have it.
    const data = logits.data.map((logit, cell) => (cell % 3 === 2 ? -1000 : logit));
    const blind = { targets, logits: { ...logits, data }, source: 'rows' };
    const after = calibrateHead(headOf('single-label', 'softmax'), blind)?.temperature ?? NaN;
    expect(Math.abs(after - (before ?? NaN))).toBeLessThan(0.1);
    const never = { ...logits, data: logits.data.map(() => -1000) };
    expect(calibrateHead(headOf('single-label', 'softmax'), { ...blind, logits: never })).toBeUndefined();
  });

  it('takes the middle between too sure and too unsure where the encoder has learned from the rows', () => {
    const { logits, targets } = drawRows('single-label');
    const head = headOf('single-label', 'softmax');
    const rowsOf = (own: Matrix, beforeLearning?: Matrix) => ({ targets, logits: own, beforeLearning, source: 'rows' });
    const temperatureOf = (own: Matrix, before?: Matrix): number =>
      calibrateHead(head, rowsOf(own, before))?.temperature ?? Number.NaN;
    // Logits twice as large that know the truth: they look as if they could be trusted.
    const data = scaled(logits, 2).data.slice();
    if (targets.task === 'single-label') {
      targets.classIndices.forEach((label, row) => {
        data[row * 3 + label] = (data[row * 3 + label] ?? 0) + 3;
      });
    }
    const taught = { ...logits, data };
    const [optimistic, blended] = [temperatureOf(taught), temperatureOf(taught, logits)];
    expect(blended).toBeGreaterThan(1.2 * optimistic);
    // The same logits before and after leave nothing to choose.
    expect(temperatureOf(logits, logits)).toBeCloseTo(temperatureOf(logits), 10);
    // Only the size has changed: so has the temperature.
    expect(temperatureOf(scaled(logits, 4), logits) / temperatureOf(logits)).toBeCloseTo(4, 3);
    const nothing = { ...logits, data: new Float32Array(rows * 3) };
    expect(temperatureOf(logits, nothing)).toBe(temperatureOf(logits));
  });

  it('leaves regression alone', () => {
    const targets: Targets = { task: 'regression', labels: ['x'], values: Float64Array.of(1) };
    const logits = { data: Float32Array.of(1), rows: 1, columns: 1 };
    expect(calibrateHead(headOf('regression', 'identity'), { targets, logits, source: 'rows' })).toBeUndefined();
  });
});
