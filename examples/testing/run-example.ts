import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** What an example did. */
export interface ExampleRun {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
  /** Numbers of the lines that end with one: `test accuracy: 0.9`. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Runs an example as a user does, with a new folder to write to, which is removed afterwards. */
export function runExample(script: string): ExampleRun {
  const folder = mkdtempSync(join(tmpdir(), 'polyhead-example-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', tsx, script, join(folder, 'model')], {
      cwd: join(script, '..'),
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    const lines = [...stdout.matchAll(/^(.+): (-?\d+(?:\.\d+)?)$/gm)];
    const figures = Object.fromEntries(lines.map(([, name = '', value]) => [name, Number(value)]));
    return { status, output: stdout, errors: stderr, figures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
