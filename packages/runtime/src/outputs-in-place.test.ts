import type { Tensor } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSession, type Session } from './index.ts';
import { addingModel, powerModel } from './testing/tiny-models.ts';

const x: Tensor = { dataType: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
const ids: Tensor = { dataType: 'int64', shape: [1], data: BigInt64Array.of(7n) };

function createTargets(): { sum: Tensor; ids_out: Tensor } {
  return {
    sum: { dataType: 'float32', shape: [2, 3], data: new Float32Array(6) },
    ids_out: { dataType: 'int64', shape: [1], data: new BigInt64Array(1) },
  };
}

describe('a session that fills outputs in place', () => {
  let session: Session;
  beforeAll(async () => {
    session = await createSession(addingModel(), { threads: 1, fillsOutputs: true });
  });
  afterAll(() => session.release());

  it('has the outputs of the model and no other', () => {
    expect(session.outputs.map(({ name }) => name)).toEqual(['sum', 'ids_out']);
  });

  it('fills all tensors that it is given, again and again', async () => {
    for (let run = 0; run < 3; run++) {
      const targets = createTargets();
      const results = await session.run({ x, ids }, targets);
      expect(results['sum']).toBe(targets.sum);
      expect(results['ids_out']).toBe(targets.ids_out);
      expect([...targets.sum.data]).toEqual([11, 22, 33, 14, 25, 36]);
      expect([...targets.ids_out.data]).toEqual([7n]);
    }
  });

  it('fills some of them', async () => {
    const { sum } = createTargets();
    await session.run({ x, ids }, { sum });
    expect([...sum.data]).toEqual([11, 22, 33, 14, 25, 36]);
  });

  it('refuses names, and tensors of another shape', async () => {
    await expect(session.run({ x, ids }, ['sum'])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(session.run({ x, ids })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const sum: Tensor = { dataType: 'float32', shape: [1, 3], data: new Float32Array(3) };
    await expect(session.run({ x, ids }, { sum })).rejects.toMatchObject({ code: 'SESSION_FAILED' });
  });

  it('leaves no garbage behind that is as large as the outputs', async () => {
    const size = 512;
    const power = await createSession(powerModel(), { threads: 1, fillsOutputs: true });
    const square = (): Tensor => ({ dataType: 'float32', shape: [size, size], data: new Float32Array(size * size) });
    const [input, y] = [square(), square()];
    await power.run({ x: input }, { y });
    const before = process.memoryUsage().arrayBuffers;
    await power.run({ x: input }, { y });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size * size);
    await power.release();
  });
});

it('only takes a model that is given as bytes', async () => {
  await expect(createSession(import.meta.filename, { fillsOutputs: true })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});
