import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@polyhead/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSessionTeam } from './create-session-team.ts';
import { createSession, createSessionTeam, type Session } from './index.ts';
import { externalModel, addingModel } from './testing/tiny-models.ts';

const float32 = (shape: number[], values: number[]): Tensor => ({
  dataType: 'float32',
  shape,
  data: Float32Array.from(values),
});
const int64 = (shape: number[], values: (number | bigint)[]): Tensor => ({
  dataType: 'int64',
  shape,
  data: BigInt64Array.from(values.map((value) => BigInt(value))),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyhead-runtime-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// What every implementation of Session must do. The model: sum = x + w (broadcast over rows), ids_out = ids.
describe.each([
  ['in the calling thread', createSession],
  ['in a worker thread', createSessionTeam],
  ['in a patient team', (source, options) => createSessionTeam(source, { ...options, workers: 2 })],
  ['in an impatient team', (source, options) => openSessionTeam(source, { ...options, workers: 3 }, 0)],
] satisfies [string, typeof createSession][])('session %s', (_place, create) => {
  const feeds = { x: float32([2, 3], [1, 2, 3, 4, 5, 6]), ids: int64([2], [7n, -9007199254740993n]) };
  let session: Session;
  beforeAll(async () => {
    session = await create(addingModel(), { threads: 1 });
  });
  afterAll(() => session.release());

  it('describes its inputs and outputs', () => {
    expect(session.inputs).toEqual([
      { name: 'x', dataType: 'float32', shape: ['batch', 3] },
      { name: 'ids', dataType: 'int64', shape: ['batch'] },
    ]);
    expect(session.outputs.map((value) => value.name)).toEqual(['sum', 'ids_out']);
    expect(session.provider).toBe('cpu');
  });

  it('runs, keeps 64-bit integers exact and leaves its feeds alone', async () => {
    const results = await session.run(feeds);
    expect(results['sum']).toEqual(float32([2, 3], [11, 22, 33, 14, 25, 36]));
    expect(results['ids_out']).toEqual({
      dataType: 'int64',
      shape: [2],
      data: BigInt64Array.from([7n, -9007199254740993n]),
    });
    expect(feeds.x.data).toEqual(Float32Array.from([1, 2, 3, 4, 5, 6]));
  });

  it('gives only the outputs that were named', async () => {
    expect(Object.keys(await session.run(feeds, ['ids_out']))).toEqual(['ids_out']);
  });

  it('reads views into larger arrays', async () => {
    const large = Float32Array.from({ length: 100 }, (_, index) => index);
    const x: Tensor = { dataType: 'float32', shape: [1, 3], data: large.subarray(50, 53) };
    const { sum } = await session.run({ x, ids: int64([1], [1]) }, ['sum']);
    expect(sum?.data).toEqual(Float32Array.from([60, 71, 82]));
  });

  it('takes a batch of no rows', async () => {
    const { sum } = await session.run({ x: float32([0, 3], []), ids: int64([0], []) });
    expect(sum).toEqual(float32([0, 3], []));
  });

  it('fills tensors that it is given, also views', async () => {
    const large = new Float32Array(10);
    const target: Tensor = { dataType: 'float32', shape: [2, 3], data: large.subarray(2, 8) };
    const { sum } = await session.run(feeds, { sum: target });
    expect(sum).toBe(target);
    expect([...large]).toEqual([0, 0, 11, 22, 33, 14, 25, 36, 0, 0]);
  });

  it('gives each of many runs its own result, in the order of the calls if it does one at a time', async () => {
    const values = Array.from({ length: 40 }, (_, value) => value);
    const order: number[] = [];
    await Promise.all(
      values.map(async (value) => {
        const x = float32([1, 3], [value, value, value]);
        const { sum } = await session.run({ x, ids: int64([1], [value]) });
        expect(sum?.data[0]).toBe(10 + value);
        order.push(value);
      }),
    );
    if (session.concurrency > 1) order.sort((left, right) => left - right);
    expect(order).toEqual(values);
  });

  it.each([
    ['a missing input', { x: feeds.x }, undefined, 'INVALID_ARGUMENT', '"ids"'],
    ['an unknown input', { ...feeds, y: feeds.x }, undefined, 'INVALID_ARGUMENT', '"y"'],
    ['a wrong element type', { ...feeds, ids: feeds.x }, undefined, 'INVALID_ARGUMENT', 'float32'],
    ['a wrong width', { ...feeds, x: float32([3, 2], [1, 2, 3, 4, 5, 6]) }, undefined, 'SHAPE_MISMATCH', '[3, 2]'],
    ['a wrong rank', { ...feeds, x: float32([6], [1, 2, 3, 4, 5, 6]) }, undefined, 'SHAPE_MISMATCH', '[6]'],
    ['an array of the wrong length', { ...feeds, x: float32([2, 3], [1]) }, undefined, 'SHAPE_MISMATCH', '6 elements'],
    ['an unknown output', feeds, ['logits'], 'INVALID_ARGUMENT', 'sum, ids_out'],
    ['no output', feeds, [], 'INVALID_ARGUMENT', 'at least one'],
    ['a target of another type', feeds, { sum: int64([2], [1, 2]) }, 'INVALID_ARGUMENT', 'int64'],
    ['a target with other rows', feeds, { sum: float32([1, 3], [0, 0, 0]) }, 'SESSION_FAILED', 'sum'],
  ])('refuses %s and runs on', async (_name, given, fetches, code, part) => {
    const message: unknown = expect.stringContaining(part);
    await expect(session.run(given, fetches)).rejects.toMatchObject({ code, message });
    expect((await session.run(feeds, ['sum']))['sum']?.data[0]).toBe(11);
  });

  it('finishes runs under way when released, and refuses later ones', async () => {
    const other = await create(addingModel(), { threads: 1 });
    const runs = [other.run(feeds), other.run(feeds)];
    const released = other.release();
    await expect(other.run(feeds)).rejects.toMatchObject({ code: 'SESSION_RELEASED' });
    expect(await Promise.all(runs)).toHaveLength(2);
    await released;
    await other.release();
    await expect(other.run(feeds)).rejects.toMatchObject({ code: 'SESSION_RELEASED' });
  });

  it('loads a file with external data from its path', async () => {
    const { model, data } = externalModel('weights.bin');
    await writeFile(join(folder, 'model.onnx'), model);
    await writeFile(join(folder, 'weights.bin'), data);
    const other = await create(join(folder, 'model.onnx'));
    const { sum } = await other.run({ x: float32([1, 3], [0, 0, 0]), ids: int64([1], [0]) });
    expect(sum?.data).toEqual(Float32Array.from([10, 20, 30]));
    await other.release();
  });

  it.each([
    ['bytes that are no model', new Uint8Array([1, 2, 3]), 'SESSION_FAILED'],
    ['no bytes', new Uint8Array(), 'SESSION_FAILED'],
    ['a path that does not exist', '/no/such/model.onnx', 'FILE_NOT_FOUND'],
  ])('refuses %s', async (_name, source, code) => {
    await expect(create(source)).rejects.toMatchObject({ code });
  });

  it('refuses options that make no sense', async () => {
    await expect(create(addingModel(), { threads: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const provider = 'abacus' as 'cpu';
    await expect(create(addingModel(), { provider })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('says in one line that a provider is missing, and computes on the CPU', async () => {
    const warnings: string[] = [];
    const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
    // CoreML exists on macOS only, DirectML on Windows only.
    const provider = process.platform === 'darwin' ? 'dml' : 'coreml';
    const other = await create(addingModel(), { provider, logger });
    expect(other.provider).toBe('cpu');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`"${provider}" is not available`);
    expect((await other.run(feeds))['sum']?.data[0]).toBe(11);
    await other.release();
    await expect(create(new Uint8Array([1]), { provider, logger })).rejects.toMatchObject({ code: 'SESSION_FAILED' });
    expect(warnings).toHaveLength(1);
  });
});
