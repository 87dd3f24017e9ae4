#!/usr/bin/env node
/** Builds every package, quietly; turbo skips what has not changed. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
console.log('Building the packages; this is skipped when nothing has changed ...');
const result = spawnSync(
  'turbo',
  ['run', 'build', '--concurrency=2', '--output-logs=errors-only', '--log-order=grouped'],
  {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  },
);
if (result.status !== 0) console.error(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`);
process.exitCode = result.status ?? 1;
