import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles, sha256OfFile } from '@polyhead/files';
import { evaluateMultiLabel, evaluateSingleLabel } from '@polyhead/metrics';
import type { FittedHead, JsonObject } from '@polyhead/types';
import type { HeadEvaluations } from '../evaluation.ts';
import type { SavedHead } from '../save-model.ts';
import { createFakeHead } from './fake-head.ts';

/** A folder of its own for a test, removed afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'polyhead-model-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A single-label head with everything that can be saved about it. */
export function createIntentHead(name = 'intent', seed = 1): SavedHead {
  const fitted = createFakeHead({ labels: ['card', 'cash', 'transfer'], seed });
  return {
    name,
    fitted,
    evaluation: evaluationOf(fitted),
    history: [
      { epoch: 1, figures: { loss: 2 } },
      { epoch: 2, figures: { loss: 1 } },
    ],
    mistakes: [{ text: 'Where is my <card>?', truth: 'card', predicted: 'cash', score: 0.9 }],
    displayNames: { card: 'A card' },
  };
}

/** A multi-label head with tuned thresholds. */
export function createEmotionHead(name = 'emotion', seed = 3): SavedHead {
  const labels = ['anger', 'joy', 'love'];
  const fitted = createFakeHead({ task: 'multi-label', labels, seed });
  const tuned = { anger: 0.2, joy: 0.5, love: 0.9 };
  return {
    name,
    fitted,
    thresholds: { tuned, tunedOn: 'F1 on 4 validation texts' },
    evaluation: evaluationOf(fitted, tuned),
  };
}

function evaluationOf(fitted: FittedHead, thresholds?: Record<string, number>): HeadEvaluations {
  const rows = 6;
  const { labels } = fitted;
  const columns = labels.length;
  const data = Float32Array.from({ length: rows * columns }, (_, index) => ((index * 37) % 100) / 100);
  if (fitted.task === 'multi-label') {
    const indicators = Uint8Array.from(data, (score, index) => (score > 0.4 || index % 5 === 0 ? 1 : 0));
    const targets = { task: 'multi-label', labels, indicators } as const;
    return { validation: evaluateMultiLabel({ targets, scores: { data, rows, columns }, thresholds }) };
  }
  const classIndices = Int32Array.from({ length: rows }, (_, row) => row % columns);
  const targets = { task: 'single-label', labels, classIndices } as const;
  const evaluation = evaluateSingleLabel({ targets, scores: { data, rows, columns } });
  return { validation: evaluation, test: evaluation };
}

/** The digests of all files of a folder. */
export async function digestsOf(folder: string): Promise<Record<string, string>> {
  const names = await listFiles(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await sha256OfFile(join(folder, name))] as const)),
  );
}

/** The content of a JSON file. */
export async function readJsonFile(path: string): Promise<JsonObject> {
  return JSON.parse(await readFile(path, 'utf8')) as JsonObject;
}

/** Changes a JSON file by way of its parsed content. */
export async function changeJson(path: string, change: (value: Record<string, unknown>) => void): Promise<void> {
  const value = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(value);
  await writeFile(path, JSON.stringify(value));
}
