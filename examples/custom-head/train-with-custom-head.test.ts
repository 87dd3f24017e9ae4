import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const folder = mkdtempSync(join(tmpdir(), 'polyhead-custom-head-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('trains, saves and uses a model with the custom head', () => {
  const cards = [
    'my card did not arrive',
    'where is the new card',
    'the card is late',
    'no card in the post',
    'card lost in the mail',
  ];
  const rates = [
    'what is the exchange rate',
    'euro to dollar rate',
    'how are rates set',
    'the rate was wrong',
    'today’s currency rate',
  ];
  const rows = [...cards.map((text) => `${text},card_arrival`), ...rates.map((text) => `${text},exchange_rate`)];
  for (const name of ['train', 'test']) writeFileSync(join(folder, `${name}.csv`), ['text,label', ...rows].join('\n'));
  const script = join(import.meta.dirname, 'train-with-custom-head.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', tsx, script, folder, join(folder, 'model')],
    {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      env: { ...process.env, POLYHEAD_CACHE: join(folder, 'cache'), NO_COLOR: '1' },
    },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('test accuracy 1');
  expect(stdout).toContain("label: 'card_arrival'");
});
