import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('says how to make the demo model while there is none', () => {
  const root = mkdtempSync(join(tmpdir(), 'polyhead-demo-'));
  const script = join(root, 'examples', 'demo', 'assert-model.js');
  cpSync(join(import.meta.dirname, 'assert-model.js'), script);
  const run = (): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('npm run demo') as string });
  mkdirSync(join(root, 'demo-model'));
  writeFileSync(join(root, 'demo-model', 'polyhead.json'), '{}');
  expect(run()).toMatchObject({ status: 0, stderr: '' });
  rmSync(root, { recursive: true });
});
