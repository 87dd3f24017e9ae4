import { describe, expect, it } from 'vitest';
import { renderTrainingSection, type ShownTraining } from './training-section.ts';

const epoch = (number: number): ShownTraining['epochs'][number] => ({
  epoch: number,
  step: 10 * number,
  training: { loss: 1 / number },
});

function subtitle(training: Partial<ShownTraining>): string {
  const { markup: text } = renderTrainingSection({ steps: [], epochs: [epoch(1), epoch(2)], ...training });
  return /<span class="muted">(.*?)<\/span>/s.exec(text)?.[1] ?? '';
}

describe('the title of a training tells what learned', () => {
  it.each([
    [
      'encoder and heads together, 2 epochs; the parameters of epoch 2 were kept',
      { weights: { intent: 1 }, bestEpoch: 2 },
    ],
    ['the encoder, 2 epochs; the parameters of epoch 1 were kept', { weights: {}, bestEpoch: 1 }],
    ['the encoder, 1 epoch', { weights: {}, bestEpoch: 1, epochs: [epoch(1)] }],
    ['the encoder', {}],
  ])('%s', (expected, training) => {
    expect(subtitle(training)).toBe(expected);
  });
});
