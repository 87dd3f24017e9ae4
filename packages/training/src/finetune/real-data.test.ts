import { join } from 'node:path';
import { loadLabeledTexts, type LoadedTexts } from '@polyhead/data';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFakeTrainableEncoder } from '../testing/fake-trainable-encoder.ts';
import { finetune, type FinetuneResult } from './finetune.ts';
import type { JointExamples } from './heads/joint-examples.ts';

const file = (name: string): string => join(import.meta.dirname, '../../../../data', name);
let intents: readonly [LoadedTexts, LoadedTexts];
let emotions: readonly [LoadedTexts, LoadedTexts];

beforeAll(async () => {
  const train = await loadLabeledTexts(file('banking77/train.csv'));
  const test = await loadLabeledTexts(file('banking77/test.csv'), { labelSet: train.targets.labels });
  intents = [train, test];
  const tagged = await loadLabeledTexts(file('go_emotions/train.jsonl'));
  const judged = await loadLabeledTexts(file('go_emotions/validation.jsonl'), { labelSet: tagged.targets.labels });
  emotions = [tagged, judged];
});

/** Rows of several files one after the other; each row has a target of one head. */
function mix(parts: Readonly<Record<string, LoadedTexts>>): JointExamples {
  const texts: string[] = [];
  const sources: number[] = [];
  const heads = Object.entries(parts).map(([name, part], source) => {
    const rows = Int32Array.from(part.texts, (_, index) => texts.length + index);
    texts.push(...part.texts);
    sources.push(...part.texts.map(() => source));
    return [name, { targets: part.targets, rows }] as const;
  });
  return { texts, sources, heads: Object.fromEntries(heads) };
}

async function train(names: readonly ('intent' | 'emotions')[]): Promise<Readonly<Record<string, number>>> {
  const parts = { intent: intents, emotions };
  const pick = (part: 0 | 1): JointExamples => mix(Object.fromEntries(names.map((name) => [name, parts[name][part]])));
  const result: FinetuneResult = await finetune({
    encoder: createFakeTrainableEncoder({ dimension: 16, dropout: 0.1 }),
    train: pick(0),
    validation: pick(1),
    settings: { learningRate: 0.03, epochs: 6, batchSize: 64, sampling: { temperature: 2 } },
  });
  return result.epochs[result.bestEpoch - 1]?.validation?.figures ?? {};
}

describe('words of real texts', () => {
  it('tell intents and emotions apart, alone and together', async () => {
    const joint = await train(['intent', 'emotions']);
    const intent = await train(['intent']);
    const emotion = await train(['emotions']);
    // 77 intents: guessing the most frequent one is right in about one of 70 cases.
    expect(intent['intent.accuracy']).toBeGreaterThan(0.5);
    expect(joint['intent.accuracy']).toBeGreaterThan(0.5);
    // 28 emotions, thresholds tuned; always naming the most frequent one gives a macro F1 of about 0.02.
    expect(emotion['emotions.macro_f1']).toBeGreaterThan(0.1);
    expect(joint['emotions.macro_f1']).toBeGreaterThan(0.1);
    expect(joint['macro_f1']).toBeGreaterThan(joint['emotions.macro_f1'] ?? 1);
  });
});
