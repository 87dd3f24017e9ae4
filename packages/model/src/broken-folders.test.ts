import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastCheck from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '@polyhead/files';
import { encodeSafetensors } from '@polyhead/onnx';
import { headTypes } from '@polyhead/heads';
import { PolyheadError, type ErrorCode, type Tensor } from '@polyhead/types';
import { tmpdir } from 'node:os';
import { loadModel, type LoadModelOptions } from './load-model.ts';
import { parseManifest } from './manifest.ts';
import { saveModel } from './save-model.ts';
import { createFakeEncoder } from './testing/fake-encoder.ts';
import { fakeRegistry } from './testing/fake-head.ts';
import { changeJson, createEmotionHead, createIntentHead, readJsonFile, withFolder } from './testing/saved-models.ts';

const encoder = createFakeEncoder();
let original = '';

beforeAll(async () => {
  original = await mkdtemp(join(tmpdir(), 'polyhead-good-'));
  await saveModel(original, { encoder, heads: [createIntentHead(), createEmotionHead()] });
});

afterAll(() => rm(original, { recursive: true }));

async function loadAfter(
  damage: (folder: string) => Promise<unknown>,
  options: LoadModelOptions = {},
): Promise<PolyheadError> {
  let found: unknown;
  await withFolder(async (folder) => {
    await cp(original, folder, { recursive: true });
    await damage(folder);
    found = await loadModel(folder, { encoder, registry: fakeRegistry, ...options }).then(
      () => 'loaded',
      (error: unknown) => error,
    );
  });
  if (PolyheadError.isInstance(found)) return found;
  throw found;
}

/** Sets a field of a JSON file, named by its path; undefined takes it out. */
function field(file: string, path: string, value?: unknown): (folder: string) => Promise<void> {
  return (folder) =>
    changeJson(join(folder, file), (whole) => {
      const names = path.split('.');
      const last = names.pop() ?? '';
      const parent = names.reduce((part, name) => part[name] as Record<string, unknown>, whole);
      parent[last] = value;
    });
}

function manifest(path: string, value?: unknown): (folder: string) => Promise<void> {
  return field('polyhead.json', path, value);
}

function thresholds(path: string, value?: unknown): (folder: string) => Promise<void> {
  return field('thresholds.json', path, value);
}

/** Puts other weights in place, with a digest that fits them. */
function weights(tensors: Record<string, Tensor> | Uint8Array) {
  return async (folder: string): Promise<void> => {
    const bytes = tensors instanceof Uint8Array ? tensors : encodeSafetensors(tensors);
    await writeFile(join(folder, 'heads', 'intent.safetensors'), bytes);
    await manifest('heads.0.digest', sha256(bytes))(folder);
  };
}

function floats(...shape: number[]): Tensor {
  return { dataType: 'float32', shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) };
}

describe('a damaged model folder', () => {
  const weightsFile = 'heads/intent.safetensors';
  const cases: readonly [string, (folder: string) => Promise<unknown>, ErrorCode, ...string[]][] = [
    ['no folder', (f) => rm(f, { recursive: true }), 'FILE_NOT_FOUND', 'model folder'],
    ['no manifest', (f) => rm(join(f, 'polyhead.json')), 'MODEL_FOLDER_INVALID', 'polyhead.json'],
    ['manifest cut', (f) => truncate(join(f, 'polyhead.json'), 200), 'MODEL_FOLDER_INVALID', 'polyhead.json'],
    ['manifest binary', (f) => writeFile(join(f, 'polyhead.json'), Buffer.of(0xff)), 'MODEL_FOLDER_INVALID', 'UTF-8'],
    ['manifest a list', (f) => writeFile(join(f, 'polyhead.json'), '[]'), 'MODEL_FOLDER_INVALID', '"format"'],
    ['foreign format', manifest('format', 'other'), 'MODEL_FOLDER_INVALID', '"format"', 'other'],
    ['version 2', manifest('version', 2), 'MODEL_VERSION_UNSUPPORTED', 'version 2'],
    ['no version', manifest('version'), 'MODEL_VERSION_UNSUPPORTED', 'missing'],
    ['no heads', manifest('heads', []), 'MODEL_FOLDER_INVALID', 'heads'],
    ['no encoder', manifest('encoder', {}), 'MODEL_FOLDER_INVALID', 'encoder.reference'],
    ['bad pooling', manifest('encoder.pooling', 'sum'), 'MODEL_FOLDER_INVALID', 'encoder.pooling'],
    ['negative dimension', manifest('encoder.dimension', -1), 'MODEL_FOLDER_INVALID', 'encoder.dimension'],
    ['one name for two heads', manifest('heads.1.name', 'intent'), 'MODEL_FOLDER_INVALID', 'heads[1].name', 'twice'],
    ['no labels', manifest('heads.0.labels', []), 'MODEL_FOLDER_INVALID', 'heads[0].labels'],
    ['empty label', manifest('heads.0.labels', ['a', '']), 'MODEL_FOLDER_INVALID', 'heads[0].labels[1]'],
    ['label twice', manifest('heads.0.labels', ['a', 'b', 'a']), 'MODEL_FOLDER_INVALID', 'heads[0].labels[2]', '"a"'],
    ['a path as name', manifest('heads.0.name', '../x'), 'MODEL_FOLDER_INVALID', 'heads[0].name'],
    ['file elsewhere', manifest('heads.0.file', '/etc/passwd'), 'MODEL_FOLDER_INVALID', 'heads[0].file'],
    ['digest no digest', manifest('heads.0.digest', 'abc'), 'MODEL_FOLDER_INVALID', 'heads[0].digest'],
    ['other dimension', manifest('heads.0.dimension', 9), 'MODEL_FOLDER_INVALID', 'heads[0].dimension', '9'],
    ['unknown task', manifest('heads.0.task', 'ranking'), 'MODEL_FOLDER_INVALID', 'heads[0].task'],
    ['name of no label', manifest('heads.0.displayNames', { zz: 'Z' }), 'MODEL_FOLDER_INVALID', 'displayNames', '"zz"'],
    [
      'temperature 0',
      manifest('heads.0.calibration', { temperature: 0, fittedOn: '' }),
      'MODEL_FOLDER_INVALID',
      'heads[0].calibration.temperature',
    ],
    [
      'abstention above 1',
      manifest('heads.0.abstention', { threshold: 2, chosenBy: '' }),
      'MODEL_FOLDER_INVALID',
      'heads[0].abstention.threshold',
    ],
    [
      'abstention of many labels',
      manifest('heads.1.abstention', { threshold: 0.5, chosenBy: '' }),
      'MODEL_FOLDER_INVALID',
      'heads[1].abstention',
      'single-label',
    ],
    ['unknown type', manifest('heads.0.type', 'magic'), 'HEAD_TYPE_UNKNOWN', 'magic', 'fake-linear', 'intent'],
    ['other activation', manifest('heads.0.activation', 'sigmoid'), 'MODEL_FOLDER_INVALID', 'heads[0].activation'],
    ['weights missing', (f) => rm(join(f, weightsFile)), 'MODEL_FOLDER_INVALID', weightsFile, 'heads[0].file'],
    ['weights cut', (f) => truncate(join(f, weightsFile), 60), 'CHECKSUM_MISMATCH', weightsFile, 'heads[0].digest'],
    ['weights empty', (f) => truncate(join(f, weightsFile), 0), 'CHECKSUM_MISMATCH', weightsFile],
    ['weights foreign', weights(Buffer.from('PK not tensors at all')), 'SAFETENSORS_MALFORMED', weightsFile],
    ['tensor missing', weights({ other: floats(3, 8) }), 'TENSOR_MISSING', weightsFile, 'weights'],
    ['tensor of another shape', weights({ weights: floats(3, 7) }), 'TENSOR_SHAPE_MISMATCH', weightsFile, '3, 7'],
    ['thresholds missing', (f) => rm(join(f, 'thresholds.json')), 'MODEL_FOLDER_INVALID', 'thresholds.json'],
    ['thresholds cut', (f) => truncate(join(f, 'thresholds.json'), 20), 'MODEL_FOLDER_INVALID', 'thresholds.json'],
    ['thresholds of no head', thresholds('nope', {}), 'MODEL_FOLDER_INVALID', '"nope"'],
    ['thresholds not to be had', thresholds('intent', {}), 'MODEL_FOLDER_INVALID', '"intent"', 'single-label'],
    ['threshold missing', thresholds('emotion.best.joy'), 'MODEL_FOLDER_INVALID', 'emotion.best.joy'],
    ['threshold of no label', thresholds('emotion.best.z', { threshold: 1 }), 'MODEL_FOLDER_INVALID', 'emotion.best.z'],
    ['threshold above 1', thresholds('emotion.best.joy.threshold', 2), 'MODEL_FOLDER_INVALID', 'best.joy.threshold'],
  ];

  it.each(cases)('%s', async (_, damage, code, ...parts) => {
    const error = await loadAfter(damage);
    expect(error.code).toBe(code);
    for (const part of parts) expect(error.message).toContain(part);
    expect(error.remedy ?? error.message).not.toBe('');
  });

  it('an encoder with another digest or dimension', async () => {
    const nothing = (): Promise<void> => Promise.resolve();
    const digest = await loadAfter(nothing, { encoder: createFakeEncoder({ digest: '0'.repeat(64) }) });
    expect([digest.code, digest.details['field']]).toEqual(['MODEL_ENCODER_MISMATCH', 'encoder.digest']);
    const dimension = await loadAfter(nothing, { encoder: createFakeEncoder({ dimension: 9 }) });
    expect([dimension.code, dimension.details['field']]).toEqual(['MODEL_ENCODER_MISMATCH', 'encoder.dimension']);
  });

  it('a head type of another program names the types that there are', async () => {
    const error = await loadAfter(() => Promise.resolve(), { registry: headTypes });
    expect(error.code).toBe('HEAD_TYPE_UNKNOWN');
    for (const { type } of headTypes.list()) expect(error.message).toContain(type);
  });

  it('an encoder reference that leads nowhere says which model asked for it', async () => {
    const damage = manifest('encoder.reference', './no-such-folder');
    const error = await loadAfter(damage, { encoder: undefined });
    expect(error.code).toBe('FILE_NOT_FOUND');
    expect(error.message).toContain('The encoder of the model');
    expect(error.message).toContain('no-such-folder');
  });

  it('any change of one field of the manifest is either refused with a code or harmless', async () => {
    const good = await readJsonFile(join(original, 'polyhead.json'));
    const text = JSON.stringify(good);
    const junk = fastCheck.oneof(
      fastCheck.constant(null),
      fastCheck.integer(),
      fastCheck.string(),
      fastCheck.constant([]),
    );
    const paths = [...text.matchAll(/"(\w+)":/g)].map(([, key]) => key ?? '');
    fastCheck.assert(
      fastCheck.property(fastCheck.constantFrom(...paths), junk, (key, value) => {
        const changed = JSON.parse(text, (name, old: unknown) => (name === key ? value : old)) as never;
        try {
          parseManifest(changed, 'polyhead.json');
        } catch (error) {
          expect(PolyheadError.isInstance(error)).toBe(true);
        }
      }),
    );
  });

  it('the original is fine', async () => {
    const model = await loadModel(original, { encoder, registry: fakeRegistry });
    expect(model.heads.size).toBe(2);
    expect(await readFile(join(original, 'polyhead.json'), 'utf8')).toContain('"format": "polyhead"');
  });
});
