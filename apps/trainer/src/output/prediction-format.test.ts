import { PolyheadError, type Prediction } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { formatPredictions } from './prediction-format.ts';
import { recordFormats } from './record-format.ts';

// eslint-disable-next-line @typescript-eslint/require-await -- an async generator is what the formats take
async function* stream(...texts: string[]): AsyncIterable<Prediction> {
  for (const text of texts) {
    if (text === 'fail') throw new PolyheadError('DATA_EMPTY', { message: 'There are no rows.' });
    yield { text, truncated: false, tokenCount: 3, heads: { size: { task: 'regression', value: 0.5 } } };
  }
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = [];
  for await (const line of lines) collected.push(line);
  return collected;
}

describe('formatPredictions', () => {
  it('writes a JSON list of any length', async () => {
    for (const texts of [[], ['a'], ['a', 'b']]) {
      const lines = await collect(formatPredictions(stream(...texts), 'json', ['size']));
      expect((JSON.parse(lines.join('\n')) as { text: string }[]).map(({ text }) => text)).toEqual(texts);
    }
  });

  it('writes a CSV header also if there is nothing below it', async () => {
    expect(await collect(formatPredictions(stream(), 'csv', ['size']))).toEqual(['text,size,size_score,truncated']);
    expect(await collect(formatPredictions(stream('a'), 'csv', ['size']))).toHaveLength(2);
  });

  it('writes no label where a head abstains, and how sure it was', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- an async generator is what the formats take
    async function* unsure(): AsyncIterable<Prediction> {
      const intent = { task: 'single-label', label: null, score: 0.41234, scores: [] } as const;
      yield { text: 'a', truncated: false, tokenCount: 3, heads: { intent } };
    }
    expect((await collect(formatPredictions(unsure(), 'csv', ['intent'])))[1]).toBe('a,,0.4123,false');
    expect((await collect(formatPredictions(unsure(), 'table', ['intent']))).join('\n')).toContain('- (0.4123)');
    const [line = ''] = await collect(formatPredictions(unsure(), 'jsonl', ['intent']));
    expect(JSON.parse(line)).toMatchObject({ heads: { intent: { label: null, score: 0.41234 } } });
  });

  it.each(recordFormats)('writes nothing as %s if the first prediction fails', async (format) => {
    const lines: string[] = [];
    const write = async (): Promise<void> => {
      for await (const line of formatPredictions(stream('fail'), format, ['size'])) lines.push(line);
    };
    await expect(write()).rejects.toMatchObject({ code: 'DATA_EMPTY' });
    expect(lines).toEqual([]);
  });
});
