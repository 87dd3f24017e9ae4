#!/usr/bin/env node
/**
 * Runs every check of the repository and closes with the line `N passed, N failed`, where a test of a package and a check
 * of the repository (types, lint, format ...) count one each. Exits with 1 if anything failed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each check is one command. Turbo caches what has not changed; types and lint look at the whole repository in one program. */
const checks = [
  ['build', 'turbo', ['run', 'build', '--concurrency=2', '--output-logs=errors-only']],
  ['types', 'turbo', ['run', '//#typecheck', '--output-logs=errors-only']],
  ['lint', 'turbo', ['run', '//#lint', '--output-logs=errors-only']],
  ['format', 'prettier', ['--check', '.', '--log-level', 'warn']],
  ['structure: ranks and cycles', 'npm', ['run', '--silent', 'check:structure']],
  ['unused files, exports and dependencies', 'npm', ['run', '--silent', 'check:unused']],
  ['published packages', 'turbo', ['run', 'check:package', '--concurrency=2', '--output-logs=errors-only']],
  ['repository rules', 'node', ['scripts/check-repository.js']],
];
const tests = ['turbo', ['run', 'test', '--continue', '--concurrency=2', '--output-logs=errors-only']];

function run([name, command, args]) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' },
  });
  const passed = result.status === 0;
  console.log(`== ${name}: ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return passed;
}

/** Folders of all workspace packages that have tests. */
function packageFolders() {
  const nested = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
  );
  return [...nested, join(root, 'examples'), join(root, 'benchmarks')];
}

function readReport(folder) {
  try {
    const report = JSON.parse(readFileSync(join(folder, 'test-results.json'), 'utf8'));
    const brokenFiles = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles.length };
  } catch {
    return undefined;
  }
}

for (const folder of packageFolders()) rmSync(join(folder, 'test-results.json'), { force: true });
let passed = 0;
let failed = 0;
for (const check of checks) run(check) ? passed++ : failed++;
const testsPassed = run(['tests', ...tests]);
const reports = packageFolders()
  .map(readReport)
  .filter((report) => report !== undefined);
for (const report of reports) {
  passed += report.passed;
  failed += report.failed;
}
if (!testsPassed && reports.every((report) => report.failed === 0)) failed++;
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
