import { createSession, type Session } from '@polyhead/runtime';
import { PolyheadError, type Encoder, type Matrix, type Tensor, type TypedTensor } from '@polyhead/types';
import type { LoadedEncoder } from '@polyhead/backbone';
import { scoreHead, type ModelHead } from '../model.ts';
import type { HeadModel } from './head-model.ts';
import type { MergedModel } from './merged-model.ts';

/** How far an exported score may be from the library's own. */
const parityTolerance = 1e-4;

/** What is classified to compare: short, long, empty, other scripts, and one text that is cut. */
const probeTexts: readonly string[] = [
  'I want to know where my new card is.',
  'Great, thank you so much!',
  '',
  'Ich verstehe das nicht. 価格はいくらですか？ 😀',
  'The transfer was declined twice, although there is enough money in the account, and nobody answers the phone.',
  'A long text is cut at the same place. '.repeat(120),
];
const probeRows = 64;

/**
 * Runs an exported head on made-up embeddings and compares it with the head itself.
 * @param file the exported file
 * @returns the largest difference of a score
 * @throws {PolyheadError} EXPORT_PARITY, SESSION_FAILED
 */
export async function checkHeadParity(file: string, exported: HeadModel, head: ModelHead): Promise<number> {
  const embeddings = createProbeEmbeddings(probeRows, head.fitted.dimension);
  const found = await withSession(file, (session) =>
    session.run({
      [exported.input]: {
        dataType: 'float32',
        shape: [embeddings.rows, embeddings.columns],
        data: embeddings.data,
      },
    }),
  );
  const expected = scoreHead(head, embeddings);
  const actual = exported.outputPerLabel
    ? joinOutputs(
        exported.outputs.map((name) => floats(found, name)),
        expected,
      )
    : floats(found, exported.outputs[0] ?? '');
  return assertClose(file, { head: head.name, expected: expected.data, actual });
}

/**
 * Runs an exported model from tokens to scores on texts of many kinds and compares it with the library.
 * @returns the largest difference of a score
 * @throws {PolyheadError} EXPORT_PARITY, SESSION_FAILED
 */
export async function checkMergedParity(
  file: string,
  exported: MergedModel,
  { encoder, heads }: { readonly encoder: LoadedEncoder; readonly heads: readonly ModelHead[] },
): Promise<number> {
  const feeds = toFeeds(encoder, exported.inputs);
  const found = await withSession(file, (session) => session.run(feeds));
  const embeddings = await encodeProbes(encoder);
  const differences = heads.map((head) =>
    assertClose(file, {
      head: head.name,
      expected: scoreHead(head, embeddings).data,
      actual: floats(found, exported.outputs.get(head.name) ?? ''),
    }),
  );
  return Math.max(...differences);
}

/** Long texts are cut, whatever the encoder does by itself: a graph cannot make windows. */
function encodeProbes(encoder: Encoder): Promise<Matrix> {
  return encoder.encode(probeTexts, { longText: 'truncate' });
}

function toFeeds(encoder: LoadedEncoder, inputs: readonly string[]): Record<string, Tensor> {
  const { prompt, maximumLength } = encoder.description;
  const texts = probeTexts.map((text) => {
    const prompted = prompt + text;
    return encoder.lowerCase ? prompted.toLowerCase() : prompted;
  });
  const batch = encoder.tokenizer.encodeBatch(texts, { maximumLength });
  const values: Readonly<Record<string, ArrayLike<number>>> = {
    input_ids: batch.ids,
    attention_mask: batch.attentionMask,
    token_type_ids: batch.typeIds,
  };
  const toTensor = (data: ArrayLike<number>): TypedTensor<'int64'> => ({
    dataType: 'int64',
    shape: [batch.rows, batch.length],
    data: BigInt64Array.from(Array.from(data), BigInt),
  });
  return Object.fromEntries(inputs.map((name) => [name, toTensor(values[name] ?? [])]));
}

async function withSession<Result>(file: string, use: (session: Session) => Promise<Result>): Promise<Result> {
  const session = await createSession(file);
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}

function floats(found: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const tensor = found[name];
  if (tensor?.dataType === 'float32') return tensor.data;
  throw new PolyheadError('EXPORT_PARITY', {
    message: `The exported graph has no float32 output "${name}".`,
    details: { output: name, outputs: Object.keys(found) },
  });
}

/** Column 1 of every output, side by side. */
function joinOutputs(outputs: readonly Float32Array[], { rows, columns }: Matrix): Float32Array {
  const joined = new Float32Array(rows * columns);
  outputs.forEach((output, column) => {
    for (let row = 0; row < rows; row += 1) joined[row * columns + column] = output[row * 2 + 1] ?? NaN;
  });
  return joined;
}

interface Comparison {
  readonly head: string;
  readonly expected: Float32Array;
  readonly actual: Float32Array;
}

function assertClose(file: string, { head, expected, actual }: Comparison): number {
  const difference = expected.reduce((worst, value, index) => {
    const distance = Math.abs(value - (actual[index] ?? NaN));
    return distance <= worst ? worst : distance;
  }, 0);
  if (expected.length === actual.length && difference <= parityTolerance) return difference;
  throw new PolyheadError('EXPORT_PARITY', {
    message: `"${file}" does not reproduce head "${head}": a score differs by ${difference}, more than ${parityTolerance}.`,
    remedy: 'Nothing was written. Please report this, with the type of the head and the encoder.',
    details: { file, head, difference: String(difference), tolerance: parityTolerance },
  });
}

/** Rows of about unit length, the same on every call: a fixed sequence of well-mixed fractions, no random numbers. */
function createProbeEmbeddings(rows: number, columns: number): Matrix {
  const data = new Float32Array(rows * columns);
  const scale = Math.sqrt(12 / columns);
  for (let index = 0; index < data.length; index += 1) {
    const mixed = Math.sin(index * 12.9898 + 78.233) * 43758.5453;
    data[index] = (mixed - Math.floor(mixed) - 0.5) * scale;
  }
  return { data, rows, columns };
}
