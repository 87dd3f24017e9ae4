import { describe, expect, it } from 'vitest';

import { gradientRules, supportedOperators } from './gradient-rules.ts';
import { operatorsWithoutGradient } from './no-gradient.ts';
import { checkRuleCase } from './testing/finite-differences.ts';
import { ruleCases } from './testing/rule-cases.ts';

/** Differences of float32 results are good to 3e-5 of the largest possible slope (measured). */
const tolerance = 1e-4;

describe('gradient rules', () => {
  it('are all tested', () => {
    const tested = new Set(ruleCases.map(({ operator }) => operator));
    expect(supportedOperators.filter((operator) => !tested.has(operator))).toEqual([]);
  });

  it('are in alphabetical order, and none is called free of gradients too', () => {
    expect(Object.keys(gradientRules)).toEqual(Object.keys(gradientRules).sort());
    expect(supportedOperators.filter((operator) => operatorsWithoutGradient.has(operator))).toEqual([]);
  });

  it.each(ruleCases.map((ruleCase) => [ruleCase.operator, ruleCase.title, ruleCase] as const))(
    '%s, %s: equal finite differences',
    async (_operator, _title, ruleCase) => {
      const { directions, splitDifference } = await checkRuleCase(ruleCase);
      expect(directions.length).toBeGreaterThan(0);
      for (const { input, gradient, difference, scale } of directions) {
        expect(scale, `gradient of ${input}`).toBeGreaterThan(0);
        expect(Math.abs(gradient - difference) / scale, `gradient of ${input}`).toBeLessThan(tolerance);
      }
      expect(splitDifference).toBeLessThan(1e-5);
    },
  );
});
