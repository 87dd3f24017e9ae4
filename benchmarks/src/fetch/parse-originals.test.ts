import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractTarGz, parseBanking77, parseGoEmotions, parseMassive, parseSst2 } from './parse-originals.ts';

describe('the parsers of the public originals', () => {
  it('reads SST-2', () => {
    expect(parseSst2('1 a fine film .\n0 no movement , no yuks\n')).toEqual([
      { text: 'a fine film .', label: 'positive' },
      { text: 'no movement , no yuks', label: 'negative' },
    ]);
  });

  it('reads banking77 with quotes and line breaks', () => {
    expect(
      parseBanking77('text,category\n"Hello, ""you""\nthere",card_arrival\nwhy?,reverted_card_payment?\n'),
    ).toEqual([
      { text: 'Hello, "you"\nthere', label: 'card_arrival' },
      { text: 'why?', label: 'reverted_card_payment?' },
    ]);
  });

  it('reads go_emotions and refuses an unknown number', () => {
    const names = ['admiration', 'amusement', 'anger'];
    expect(parseGoEmotions('I "like" it\t0,2\teebbqej\r\nno\t1\tx', names)).toEqual([
      { text: 'I "like" it', labels: ['admiration', 'anger'] },
      { text: 'no', labels: ['amusement'] },
    ]);
    expect(() => parseGoEmotions('no\t3\tx', names)).toThrow(expect.objectContaining({ code: 'DATA_MALFORMED' }));
  });

  it('reads massive by partition', () => {
    const row = (partition: string, utt: string): string => JSON.stringify({ partition, utt, intent: 'alarm_set' });
    const splits = parseMassive(`${row('train', 'weck mich')}\n${row('dev', 'um fünf')}\n`, 'de');
    expect([...splits]).toEqual([
      ['train', [{ text: 'weck mich', label: 'alarm_set', lang: 'de' }]],
      ['validation', [{ text: 'um fünf', label: 'alarm_set', lang: 'de' }]],
    ]);
  });
});

describe('extractTarGz', () => {
  it('finds the files asked for in an archive', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polyhead-benchmarks-'));
    try {
      await mkdir(join(folder, '1.0', 'data'), { recursive: true });
      await writeFile(join(folder, '1.0', 'data', 'de-DE.jsonl'), 'ä'.repeat(700));
      await writeFile(join(folder, '1.0', 'data', 'en-US.jsonl'), 'small');
      await writeFile(join(folder, '1.0', 'LICENSE'), 'no');
      execFileSync('tar', ['-czf', 'all.tar.gz', '1.0'], { cwd: folder });
      const files = extractTarGz(await readFile(join(folder, 'all.tar.gz')), ['/de-DE.jsonl', '/en-US.jsonl']);
      expect(files).toEqual(new Map([['/de-DE.jsonl', 'ä'.repeat(700)], ['/en-US.jsonl', 'small']])); // prettier-ignore
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
