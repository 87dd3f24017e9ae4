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

const size = { name: 'size', task: 'regression', labels: ['size'] } as const;

describe('formatPredictions', () => {
  it('writes a JSON list of any length', async () => {
    for (const texts of [[], ['a'], ['a', 'b']]) {
      const lines = await collect(formatPredictions(stream(...texts), 'json', [size]));
      expect((JSON.parse(lines.join('\n')) as { text: string }[]).map(({ text }) => text)).toEqual(texts);
    }
  });

  it('writes a CSV header also if there is nothing below it', async () => {
    expect(await collect(formatPredictions(stream(), 'csv', [size]))).toEqual(['text,size,size_score,truncated']);
    expect(await collect(formatPredictions(stream('a'), 'csv', [size]))).toHaveLength(2);
  });

  it('writes no label where a head abstains, and how sure it was', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- an async generator is what the formats take
    async function* unsure(): AsyncIterable<Prediction> {
      const intent = { task: 'single-label', label: null, score: 0.41234, scores: [] } as const;
      yield { text: 'a', truncated: false, tokenCount: 3, heads: { intent } };
    }
    const heads = [{ name: 'intent', task: 'single-label', labels: ['card', 'cash'] }] as const;
    expect((await collect(formatPredictions(unsure(), 'csv', heads)))[1]).toBe('a,,0.4123,false');
    expect((await collect(formatPredictions(unsure(), 'table', heads))).join('\n')).toContain('- (0.4123)');
    const [line = ''] = await collect(formatPredictions(unsure(), 'jsonl', heads));
    expect(JSON.parse(line)).toMatchObject({ heads: { intent: { label: null, score: 0.41234 } } });
    const named = [{ ...heads[0], displayNames: { card: 'A card' } }];
    expect((await collect(formatPredictions(unsure(), 'csv', named)))[1]).toBe('a,,,0.4123,false');
  });

  describe('where heads have names for their labels', () => {
    const heads = [
      { name: 'intent', task: 'single-label', labels: ['01', '02'], displayNames: { '01': 'New, card' } },
      { name: 'mood', task: 'multi-label', labels: ['j', 'l'], displayNames: { j: 'Joy', l: 'Joy' } },
      { ...size, displayNames: { size: 'Size' } },
    ] as const;
    // eslint-disable-next-line @typescript-eslint/require-await -- an async generator is what the formats take
    async function* answers(): AsyncIterable<Prediction> {
      const scores = [
        { label: 'l', score: 0.75, threshold: 0.5 },
        { label: 'j', score: 0.5, threshold: 0.5 },
      ];
      yield {
        ...{ text: 'a', truncated: false, tokenCount: 3 },
        heads: {
          intent: { task: 'single-label', label: '01', score: 1, scores: [{ label: '01', score: 1 }] },
          mood: { task: 'multi-label', labels: ['l', 'j'], scores },
          size: { task: 'regression', value: 2 },
        },
      };
    }

    it('has them in columns of their own', async () => {
      expect(await collect(formatPredictions(answers(), 'csv', heads))).toEqual([
        'text,intent,intent_display_name,intent_score,mood,mood_display_name,mood_score,size,size_score,truncated',
        'a,01,"New, card",1.0000,l|j,Joy|Joy,0.7500|0.5000,2,,false',
      ]);
    });

    it('has them in fields of their own', async () => {
      const [line = ''] = await collect(formatPredictions(answers(), 'jsonl', heads));
      expect(JSON.parse(line)).toMatchObject({
        heads: {
          intent: { label: '01', display_name: 'New, card', scores: [{ label: '01', display_name: 'New, card' }] },
          mood: { labels: ['l', 'j'], display_names: ['Joy', 'Joy'] },
        },
      });
    });

    it('shows them in place of the labels', async () => {
      const table = (await collect(formatPredictions(answers(), 'table', heads))).join('\n');
      expect(table).toContain('New, card (1.0000)');
      expect(table).toContain('Joy (l), Joy (j) (0.7500, 0.5000)');
      expect(table).not.toContain('01');
    });
  });

  it.each(recordFormats)('writes nothing as %s if the first prediction fails', async (format) => {
    const lines: string[] = [];
    const write = async (): Promise<void> => {
      for await (const line of formatPredictions(stream('fail'), format, [size])) lines.push(line);
    };
    await expect(write()).rejects.toMatchObject({ code: 'DATA_EMPTY' });
    expect(lines).toEqual([]);
  });
});
