import { parseTrainingConfig, type TrainingConfig, type TrainingConfigInput } from '@polyhead/training';
import { describe, expect, it } from 'vitest';
import { applyMethodFlags } from './method-options.ts';

const base = { data: { train: 'rows.csv' }, heads: { topic: {} }, output: 'model' };
const parse = (input: Partial<TrainingConfigInput>): TrainingConfig => parseTrainingConfig({ ...base, ...input });
/** What `trainModel` makes of it: it checks a configuration once more. */
const apply = (input: Partial<TrainingConfigInput>, flags: Parameters<typeof applyMethodFlags>[1]): TrainingConfig =>
  parseTrainingConfig(applyMethodFlags(parse(input), flags, 'job.yaml'));

describe('flags beside a configuration of method finetune', () => {
  const training = { epochs: 5, steps: 100, batchSize: 16, batchTokens: 2000, learningRate: 1e-4 };

  it('win over the settings that stand in place of theirs', () => {
    const config = apply({ method: 'finetune', training }, { epochs: 2, batchSize: 8 });
    expect(config).toMatchObject({ training: { epochs: 2, batchSize: 8, learningRate: 1e-4 } });
    expect(config).not.toHaveProperty('training.steps');
    expect(config).not.toHaveProperty('training.batchTokens');
  });

  it('leave alone what they are not about', () => {
    const config = apply({ method: 'finetune', training }, { learningRate: 1e-3 });
    expect(config).toMatchObject({ training: { ...training, learningRate: 1e-3 } });
    expect(apply({ method: 'finetune', training }, { epochs: 2 })).toMatchObject({ training: { batchTokens: 2000 } });
    expect(apply({ method: 'finetune', training }, { batchSize: 8 })).toMatchObject({ training: { steps: 100 } });
  });
});

describe('flags beside a configuration of method setfit', () => {
  it('win over the steps of the embedding phase', () => {
    const setfit = { embedding: { steps: 100, batchSize: 16 } };
    const config = apply({ method: 'setfit', setfit }, { epochs: 2, batchSize: 8 });
    expect(config).toMatchObject({ setfit: { embedding: { epochs: 2, batchSize: 8 } } });
    expect(config).not.toHaveProperty('setfit.embedding.steps');
    expect(apply({ method: 'setfit', setfit }, { batchSize: 8 })).toMatchObject({
      setfit: { embedding: { steps: 100, batchSize: 8 } },
    });
  });
});
