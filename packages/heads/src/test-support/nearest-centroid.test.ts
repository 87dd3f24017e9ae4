import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeHeadContract } from '../testing.ts';
import { nearestCentroid } from './nearest-centroid.ts';

describeHeadContract({ headType: nearestCentroid });

it('is the example of the README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const source = readFileSync(new URL('nearest-centroid.ts', import.meta.url), 'utf8')
    .replace("'../index.ts'", "'@polyhead/heads'")
    .replace(/^ *\/\/ eslint.*\n/m, '');
  expect(readme).toContain(source);
});
