import { join } from 'node:path';
import { writeFileAtomic } from '@polyhead/files';
import {
  PolyheadError,
  type Activation,
  type Encoding,
  type JsonObject,
  type Matrix,
  type Targets,
  type TrainableEncoder,
} from '@polyhead/types';
import { labelsOfRow } from '@polyhead/data';
import { readNumber, readNumbers } from '../json.ts';
import { peerScript, startPeer, type PeerProcess } from '../peer-process.ts';
import { readRawFloats } from '../raw-floats.ts';
import { groupRows } from './assign-rows.ts';
import { finetune, type FinetuneOptions } from '@polyhead/training';
import { recipe } from './recipe.ts';
import { createIdleEncoder } from './watched-encoder.ts';

/** What the peer did in each step. */
export interface PeerSteps {
  readonly seconds: readonly number[];
  readonly losses: readonly number[];
  readonly tokens: readonly number[];
}

/** PyTorch, training the same head on the same encoder. */
export interface FinetunePeer {
  readonly process: PeerProcess;
  /** Of the logits. */
  readonly activation: Activation;
  /** One step a batch of training rows. */
  train(batches: readonly (readonly number[])[]): Promise<PeerSteps>;
  /** Logits `[texts, labels]`. */
  predict(texts: readonly Encoding[]): Promise<Matrix>;
  save(file: string): Promise<void>;
  /** @returns the steps that were done */
  load(file: string): Promise<number>;
}

/** What the peer is started with. */
export interface FinetunePeerOptions {
  readonly python: string;
  readonly threads: number;
  /** Folder of the model. */
  readonly model: string;
  /** Holds the files that hand data over. */
  readonly directory: string;
  /** Makes token ids, the same for both libraries. */
  readonly encoder: TrainableEncoder;
  readonly texts: readonly string[];
  readonly targets: Targets;
  /** Those of Polyhead's training: they say what the head begins with. */
  readonly settings: FinetuneOptions['settings'];
  readonly seed: number;
  readonly totalSteps: number;
}

export async function startFinetunePeer(options: FinetunePeerOptions): Promise<FinetunePeer> {
  const { python, threads, model, directory, targets } = options;
  const job = join(directory, 'peer-job.json');
  await writeFileAtomic(job, JSON.stringify(await createJob(options)));
  const process = await startPeer({
    program: python,
    arguments: [peerScript('finetune_peer.py'), model, String(threads), job],
    threads,
  });
  return {
    process,
    activation: targets.task === 'single-label' ? 'softmax' : 'sigmoid',
    async train(batches) {
      const answer = await process.ask({ action: 'train', batches });
      const [seconds, losses, tokens] = ['seconds', 'losses', 'tokens'].map((name) => readNumbers(answer, name));
      return { seconds: seconds ?? [], losses: losses ?? [], tokens: tokens ?? [] };
    },
    async predict(texts) {
      const ids = join(directory, 'peer-ids.json');
      const output = join(directory, 'peer-logits.f32');
      await writeFileAtomic(ids, JSON.stringify(texts.map((text) => Array.from(text.ids))));
      await process.ask({ action: 'predict', ids, output });
      return { data: await readRawFloats(output), rows: texts.length, columns: targets.labels.length };
    },
    async save(file) {
      await process.ask({ action: 'save', file });
    },
    load: async (file) => readNumber(await process.ask({ action: 'load', file }), 'step'),
  };
}

async function createJob({
  encoder,
  texts,
  targets,
  totalSteps,
  seed,
  settings,
}: FinetunePeerOptions): Promise<JsonObject> {
  const groups = [...groupRows(texts)];
  const textOfRow = new Array<number>(texts.length).fill(0);
  groups.forEach(([, rows], text) => rows.forEach((row) => (textOfRow[row] = text)));
  const encodings = await encoder.tokenize(groups.map(([text]) => text));
  const start = await initialHead({ encoder, texts, targets, seed, settings });
  return {
    task: targets.task,
    labels: targets.labels.length,
    ids: encodings.map(({ ids }) => Array.from(ids)),
    text_of_row: textOfRow,
    targets: toClasses(targets, texts.length),
    weights: Array.from(start.weights),
    bias: Array.from(start.bias),
    recipe,
    total_steps: totalSteps,
    seed,
  };
}

/** The head that Polyhead begins with: what one step leaves that moves nothing. */
async function initialHead({
  encoder,
  texts,
  targets,
  seed,
  settings,
}: Pick<FinetunePeerOptions, 'encoder' | 'texts' | 'targets' | 'seed' | 'settings'>): Promise<{
  weights: Float32Array;
  bias: Float32Array;
}> {
  const { heads } = await finetune({
    encoder: createIdleEncoder(encoder),
    train: { texts, heads: { head: { targets } } },
    settings: { ...settings, learningRate: 0, steps: 1 },
    seed,
  });
  const form = heads['head']?.affineForm();
  if (form !== undefined) return form;
  throw new PolyheadError('INTERNAL', { message: 'The head is not linear.' });
}

/** A row's class, or its list of classes. */
function toClasses(targets: Targets, rows: number): (number | number[])[] {
  if (targets.task === 'single-label') return Array.from(targets.classIndices);
  const places = new Map(targets.labels.map((label, place) => [label, place]));
  return Array.from({ length: rows }, (_, row) => labelsOfRow(targets, row).map((label) => places.get(label) ?? -1));
}
