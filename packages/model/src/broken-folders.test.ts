import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastCheck from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '@polyhead/files';
import { encodeSafetensors } from '@polyhead/onnx';
import { headTypes } from '@polyhead/heads';
import { PolyheadError, type ErrorCode, type Tensor } from '@polyhead/types';
import { mkdtemp } from 'node:fs/promises';
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

type Manifest = Record<string, unknown> & { encoder: Record<string, unknown>; heads: Record<string, unknown>[] };

function manifest(change: (value: Manifest) => void): (folder: string) => Promise<void> {
  return (folder) =>
    changeJson(join(folder, 'polyhead.json'), (value) => {
      change(value as Manifest);
    });
}

function thresholds(change: (emotion: Record<string, Record<string, unknown>>, all: Record<string, unknown>) => void) {
  return (folder: string): Promise<void> =>
    changeJson(join(folder, 'thresholds.json'), (value) => {
      change(value['emotion'] as Record<string, Record<string, unknown>>, value);
    });
}

/** Puts other weights in place, with a digest that fits them. */
function weights(tensors: Record<string, Tensor> | Uint8Array) {
  return async (folder: string): Promise<void> => {
    const bytes = tensors instanceof Uint8Array ? tensors : encodeSafetensors(tensors);
    await writeFile(join(folder, 'heads', 'intent.safetensors'), bytes);
    await manifest(({ heads: [head] }) => {
      if (head !== undefined) head['digest'] = sha256(bytes);
    })(folder);
  };
}

function floats(...shape: number[]): Tensor {
  return { dataType: 'float32', shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) };
}

function firstHead(change: (head: Record<string, unknown>) => void): (folder: string) => Promise<void> {
  return manifest(({ heads: [head] }) => {
    if (head !== undefined) change(head);
  });
}

describe('a damaged model folder', () => {
  const cases: readonly [string, (folder: string) => Promise<unknown>, ErrorCode, ...string[]][] = [
    ['no folder', (f) => rm(f, { recursive: true }), 'FILE_NOT_FOUND', 'model folder'],
    ['no manifest', (f) => rm(join(f, 'polyhead.json')), 'MODEL_FOLDER_INVALID', 'polyhead.json'],
    ['manifest cut', (f) => truncate(join(f, 'polyhead.json'), 200), 'MODEL_FOLDER_INVALID', 'polyhead.json'],
    [
      'manifest binary',
      (f) => writeFile(join(f, 'polyhead.json'), Buffer.of(0xff, 0xfe)),
      'MODEL_FOLDER_INVALID',
      'UTF-8',
    ],
    ['manifest a list', (f) => writeFile(join(f, 'polyhead.json'), '[]'), 'MODEL_FOLDER_INVALID', '"format"'],
    [
      'foreign format',
      manifest((m) => {
        m['format'] = 'other';
      }),
      'MODEL_FOLDER_INVALID',
      '"format"',
      'other',
    ],
    [
      'version 2',
      manifest((m) => {
        m['version'] = 2;
      }),
      'MODEL_VERSION_UNSUPPORTED',
      'version 2',
    ],
    [
      'no version',
      manifest((m) => {
        delete m['version'];
      }),
      'MODEL_VERSION_UNSUPPORTED',
      'missing',
    ],
    [
      'no heads',
      manifest((m) => {
        m.heads = [];
      }),
      'MODEL_FOLDER_INVALID',
      'heads',
    ],
    [
      'no encoder',
      manifest((m) => {
        m.encoder = {};
      }),
      'MODEL_FOLDER_INVALID',
      'encoder.reference',
    ],
    [
      'bad pooling',
      manifest((m) => {
        m.encoder['pooling'] = 'sum';
      }),
      'MODEL_FOLDER_INVALID',
      'encoder.pooling',
    ],
    [
      'negative dimension',
      manifest((m) => {
        m.encoder['dimension'] = -1;
      }),
      'MODEL_FOLDER_INVALID',
      'encoder.dimension',
    ],
    [
      'same head twice',
      manifest((m) => {
        m.heads.push({ ...m.heads[0] });
      }),
      'MODEL_FOLDER_INVALID',
      'heads[2].name',
      'twice',
    ],
    [
      'no labels',
      firstHead((h) => {
        h['labels'] = [];
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].labels',
    ],
    [
      'empty label',
      firstHead((h) => {
        h['labels'] = ['a', ''];
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].labels[1]',
    ],
    [
      'label twice',
      firstHead((h) => {
        h['labels'] = ['a', 'b', 'a'];
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].labels[2]',
      '"a"',
    ],
    [
      'head name a path',
      firstHead((h) => {
        h['name'] = '../x';
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].name',
    ],
    [
      'file elsewhere',
      firstHead((h) => {
        h['file'] = '/etc/passwd';
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].file',
    ],
    [
      'digest no digest',
      firstHead((h) => {
        h['digest'] = 'abc';
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].digest',
    ],
    [
      'other dimension',
      firstHead((h) => {
        h['dimension'] = 9;
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].dimension',
      '9',
    ],
    [
      'unknown task',
      firstHead((h) => {
        h['task'] = 'ranking';
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].task',
    ],
    [
      'display name of no label',
      firstHead((h) => {
        h['displayNames'] = { zz: 'Z' };
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].displayNames',
    ],
    [
      'unknown head type',
      firstHead((h) => {
        h['type'] = 'magic';
      }),
      'HEAD_TYPE_UNKNOWN',
      'magic',
      'fake-linear',
      'intent',
    ],
    [
      'activation changed',
      firstHead((h) => {
        h['activation'] = 'sigmoid';
      }),
      'MODEL_FOLDER_INVALID',
      'heads[0].activation',
    ],
    [
      'weights missing',
      (f) => rm(join(f, 'heads', 'intent.safetensors')),
      'MODEL_FOLDER_INVALID',
      'intent.safetensors',
      'heads[0].file',
    ],
    [
      'weights cut',
      (f) => truncate(join(f, 'heads', 'intent.safetensors'), 60),
      'CHECKSUM_MISMATCH',
      'intent.safetensors',
      'heads[0].digest',
    ],
    [
      'weights empty',
      (f) => truncate(join(f, 'heads', 'intent.safetensors'), 0),
      'CHECKSUM_MISMATCH',
      'intent.safetensors',
    ],
    [
      'weights foreign',
      weights(Buffer.from('PK\u0003\u0004 a zip file, not tensors')),
      'SAFETENSORS_MALFORMED',
      'intent.safetensors',
    ],
    ['tensor missing', weights({ other: floats(3, 8) }), 'TENSOR_MISSING', 'intent.safetensors', 'weights'],
    [
      'tensor of another shape',
      weights({ weights: floats(3, 7) }),
      'TENSOR_SHAPE_MISMATCH',
      'intent.safetensors',
      '3, 7',
    ],
    ['thresholds missing', (f) => rm(join(f, 'thresholds.json')), 'MODEL_FOLDER_INVALID', 'thresholds.json'],
    ['thresholds cut', (f) => truncate(join(f, 'thresholds.json'), 20), 'MODEL_FOLDER_INVALID', 'thresholds.json'],
    [
      'thresholds of no head',
      thresholds((e, all) => {
        all['nope'] = e;
      }),
      'MODEL_FOLDER_INVALID',
      '"nope"',
    ],
    [
      'thresholds of a single-label head',
      thresholds((e, all) => {
        all['intent'] = e;
      }),
      'MODEL_FOLDER_INVALID',
      '"intent"',
    ],
    [
      'threshold missing',
      thresholds((e) => {
        delete e['best']?.['joy'];
      }),
      'MODEL_FOLDER_INVALID',
      'emotion.best.joy',
    ],
    [
      'threshold of no label',
      thresholds((e) => {
        (e['best'] ?? {})['zz'] = { threshold: 0.1 };
      }),
      'MODEL_FOLDER_INVALID',
      'emotion.best.zz',
    ],
    [
      'threshold above 1',
      thresholds((e) => {
        (e['best'] ?? {})['joy'] = { threshold: 2 };
      }),
      'MODEL_FOLDER_INVALID',
      'emotion.best.joy.threshold',
    ],
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
    const damage = manifest((m) => {
      m.encoder['reference'] = './no-such-folder';
    });
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
