import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Tensor } from '@polyhead/types';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildEncoderModel } from '../architectures/build-encoder-model.ts';
import type { OnnxModel } from '../model/onnx-model.ts';
import { encodeModel, encodeModelWith, encodeTensorHead } from '../protobuf/encode-model.ts';
import { createLazyTensor } from '../tensor/create-tensor.ts';
import { largestDifference, present, readArchitectureGolden, type ArchitectureGolden } from '../testing/golden.ts';
import { runModel } from '../testing/run-model.ts';
import { readModel } from './read-model.ts';
import { writeModel } from './write-model.ts';

describe('writeModel and readModel', () => {
  let directory: string;
  let golden: ArchitectureGolden;
  let model: OnnxModel;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'polyhead-onnx-'));
    golden = await readArchitectureGolden('bert');
    model = (await buildEncoderModel(golden.directory)).model;
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  it('keep a model in one file', async () => {
    await writeModel(model, join(directory, 'one', 'model.onnx'));
    expect(await readdir(join(directory, 'one'))).toEqual(['model.onnx']);
    expect(await readModel(join(directory, 'one', 'model.onnx'))).toEqual(model);
  });

  it('keep weights in a second file, which ONNX Runtime finds too', async () => {
    const path = join(directory, 'two', 'model.onnx');
    await writeModel(model, path, { externalData: 'always' });
    expect((await readdir(join(directory, 'two'))).sort()).toEqual(['model.onnx', 'model.onnx.data']);
    expect((await stat(path)).size).toBeLessThan(40_000);
    const session = await InferenceSession.create(path);
    expect(session.outputNames).toEqual(['last_hidden_state']);
    await session.release();
    const outputs = await runModel(await readModel(path), golden.inputs);
    expect(largestDifference(present(outputs['last_hidden_state']), golden)).toBeLessThan(1e-5);
  });

  it('report a second file that is missing or too short', async () => {
    const path = join(directory, 'three', 'model.onnx');
    await writeModel(model, path, { externalData: 'always' });
    await truncate(`${path}.data`, 5000);
    await expect(readModel(path)).rejects.toMatchObject({ code: 'ONNX_MALFORMED' });
    await rm(`${path}.data`);
    await expect(readModel(path)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it.each(['../secret', '/etc/hostname', '..', 'a/../../secret', '.'])(
    'refuse external data at "%s"',
    async (location) => {
      const bytes = encodeModelWith(model, (tensor, name) => ({
        ...encodeTensorHead(tensor, name),
        dataLocation: 1,
        externalData: [{ key: 'location', value: location }],
      }));
      const path = join(directory, 'stranger.onnx');
      await writeFile(path, bytes);
      await expect(readModel(path)).rejects.toMatchObject({ code: 'ONNX_MALFORMED' });
    },
  );

  it('refuse to put more than 2 GiB into one file', async () => {
    const tensor: Tensor = createLazyTensor({ dataType: 'float32', shape: [600_000_000] }, () => new Uint8Array());
    const large = {
      ...model,
      graph: { ...model.graph, initializers: [...model.graph.initializers, { name: 'big', tensor }] },
    };
    expect(() => encodeModel(large)).toThrow(expect.objectContaining({ code: 'ONNX_UNSUPPORTED' }));
    await expect(writeModel(large, join(directory, 'big.onnx'), { externalData: 'never' })).rejects.toMatchObject({
      code: 'ONNX_UNSUPPORTED',
    });
  });

  it('report a file that is missing', async () => {
    await expect(readModel(join(directory, 'none.onnx'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
