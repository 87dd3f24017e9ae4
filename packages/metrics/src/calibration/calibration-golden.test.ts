import { describe, expect, it } from 'vitest';
import { plattLoss } from '../kernels/platt-loss.ts';
import { expectClose } from '../test-support/expect-close.ts';
import { readGolden } from '../test-support/golden.ts';
import { calibrationBins, expectedCalibrationError } from './expected-calibration-error.ts';
import { applyIsotonic, fitIsotonic } from './isotonic.ts';
import { applyPlatt, fitPlatt } from './platt.ts';
import { fitTemperature } from './temperature.ts';

interface TemperatureCase {
  logits: number[][];
  labels: number[];
  temperature: number;
  nll_before: number;
  nll_after: number;
  temperature_found_by_scikit_learn: number;
}

interface PlattCase {
  scores: number[];
  labels: number[];
  a: number;
  b: number;
  objective: number;
  probe: number[];
  calibrated: number[];
}

interface IsotonicCase {
  scores: number[];
  labels: number[];
  sample_weight: number[] | null;
  x_thresholds: number[];
  y_thresholds: number[];
  probe: number[];
  calibrated: number[];
}

interface GoldenCases extends Record<'platt' | 'platt_large_scores', PlattCase> {
  temperature_multi_class: TemperatureCase;
  temperature_scikit_learn: TemperatureCase;
  temperature_binary: TemperatureCase & { scores: number[] };
  isotonic: IsotonicCase;
  isotonic_ties: IsotonicCase;
  isotonic_weighted: IsotonicCase;
}

const { cases } = readGolden<{ cases: GoldenCases }>('calibration');

describe('fitTemperature', () => {
  // scipy's bounded minimiser looks at the loss only, so it finds its place to about the square root of rounding.
  const tolerance = 1e-7;

  it('finds the temperature of several classes', () => {
    const { logits, labels, temperature, nll_before, nll_after } = cases.temperature_multi_class;
    const fit = fitTemperature({ logits: logits.flat(), truth: labels, classCount: 6 });
    expectClose(fit.temperature, temperature, tolerance);
    expectClose([fit.lossBefore, fit.lossAfter], [nll_before, nll_after]);
  });

  it('finds the temperature of binary logits', () => {
    const { scores, labels, temperature, nll_before, nll_after } = cases.temperature_binary;
    const fit = fitTemperature({ logits: scores, truth: labels, classCount: 1 });
    expectClose(fit.temperature, temperature, tolerance);
    expectClose([fit.lossBefore, fit.lossAfter], [nll_before, nll_after]);
  });

  it("finds scikit-learn's temperature", () => {
    const golden = cases.temperature_scikit_learn;
    const fit = fitTemperature({ logits: golden.logits.flat(), truth: golden.labels, classCount: 6 });
    expectClose(fit.temperature, golden.temperature, tolerance);
    expectClose(fit.temperature, golden.temperature_found_by_scikit_learn, 1e-6);
  });
});

describe.each(['platt', 'platt_large_scores'] as const)('fitPlatt on %s', (name) => {
  const golden = cases[name];
  const fit = fitPlatt({ truth: golden.labels, scores: golden.scores });

  it("finds scikit-learn's sigmoid", () => {
    expectClose([fit.a, fit.b], [golden.a, golden.b], 1e-6);
    expectClose(applyPlatt(fit, golden.probe), golden.calibrated, 1e-6);
  });

  it('reaches an objective no worse than its', () => {
    const positives = golden.labels.filter((label) => label === 1).length;
    const negatives = golden.labels.length - positives;
    const targets = Float64Array.from(golden.labels, (label) =>
      label === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
    );
    const objective = plattLoss(Float64Array.from(golden.scores), targets, fit.a, fit.b).value;
    expectClose(objective, golden.objective);
    expect(objective).toBeLessThanOrEqual(golden.objective + 1e-12);
  });
});

describe.each(['isotonic', 'isotonic_ties', 'isotonic_weighted'] as const)('fitIsotonic on %s', (name) => {
  it("finds scikit-learn's function", () => {
    const golden = cases[name];
    const fit = fitIsotonic({
      truth: golden.labels,
      scores: golden.scores,
      sampleWeights: golden.sample_weight ?? undefined,
    });
    expectClose(fit.scores, golden.x_thresholds);
    expectClose(fit.probabilities, golden.y_thresholds);
    expectClose(applyIsotonic(fit, golden.probe), golden.calibrated);
  });
});

describe('expectedCalibrationError', () => {
  const golden = readGolden<{ confidence: number[]; correct: number[]; ece: Record<string, number> }>('ece');

  it.each(Object.keys(golden.ece))('equals the formula with %s bins', (bins) => {
    expectClose(expectedCalibrationError(golden, { bins: Number(bins) }), golden.ece[bins] ?? NaN);
  });

  it('puts a confidence on the edge of two bins into the lower one', () => {
    for (let bins = 1; bins <= 200; bins++) {
      const confidence = Array.from({ length: bins }, (_, index) => (index + 1) / bins);
      const { length } = calibrationBins({ confidence, correct: confidence.map(() => 1) }, { bins }).filter(
        (bin) => bin.rows === 1 && bin.confidence === bin.upper,
      );
      expect(length).toBe(bins);
    }
  });

  it('puts a confidence just above an edge into the upper bin', () => {
    for (let bins = 2; bins <= 200; bins++) {
      const edges = Array.from({ length: bins - 1 }, (_, index) => (index + 1) / bins);
      const confidence = edges.map((edge) => edge * (1 + Number.EPSILON));
      const filled = calibrationBins({ confidence, correct: confidence.map(() => 1) }, { bins }).map((bin) => bin.rows);
      expect(filled).toEqual([0, ...edges.map(() => 1)]);
    }
  });

  it('shares the rows out over the bins', () => {
    const bins = calibrationBins(golden, { bins: 10 });
    expect(bins).toHaveLength(10);
    expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(golden.confidence.length);
    for (const bin of bins.filter(({ rows }) => rows > 0)) {
      expect(bin.confidence).toBeGreaterThan(bin.lower);
      expect(bin.confidence).toBeLessThanOrEqual(bin.upper);
    }
  });
});
