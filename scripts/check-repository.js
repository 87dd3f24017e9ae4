#!/usr/bin/env node
/** Rules of the repository that no linter knows: required files, documented error codes, no machine paths or registry addresses. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const problems = [];

const packages = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
);
for (const folder of packages) {
  for (const file of ['package.json', 'README.md', 'tsconfig.json', 'tsup.config.ts', 'vitest.config.ts']) {
    if (!existsSync(join(root, folder, file))) problems.push(`${folder} lacks ${file}`);
  }
  const readme = existsSync(join(root, folder, 'README.md'))
    ? readFileSync(join(root, folder, 'README.md'), 'utf8')
    : '';
  if (!/^```(ts|sh)$/m.test(readme)) problems.push(`${folder}/README.md has no example`);
}

/** The error table and docs/errors.md must name the same codes. */
const source = readFileSync(join(root, 'packages/types/src/error-codes.ts'), 'utf8');
const codes = new Set([...source.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1]));
const documented = new Set(
  [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1]),
);
for (const code of codes) if (!documented.has(code)) problems.push(`docs/errors.md does not explain ${code}`);
for (const code of documented)
  if (!codes.has(code)) problems.push(`docs/errors.md explains ${code}, which does not exist`);

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
const forbidden = [
  [/(^|[^A-Za-z0-9_.~-])\/(root|home|work|farm)\/[a-z]/m, 'a machine path'],
  [/https?:\/\/[^\s"']*(registry|mirror|proxy|pypi)[^\s"']*\//, 'a registry address'],
];
for (const file of tracked) {
  if (
    !existsSync(join(root, file)) ||
    /\.(safetensors|onnx|png|parquet|gz|csv|jsonl)$|\/golden\/|tokenizer\.json$/.test(file)
  )
    continue;
  const text = readFileSync(join(root, file), 'utf8');
  for (const [pattern, what] of forbidden)
    if (pattern.test(text) && file !== 'scripts/check-repository.js')
      problems.push(`${file} holds ${what}: ${pattern.exec(text)?.[0]}`);
  const lines = text.split('\n').length;
  if (
    /^(packages|apps)\/.*\/src\/.*\.ts$/.test(file) &&
    !file.endsWith('.test.ts') &&
    lines > 400 &&
    !/file-length:/.test(text)
  ) {
    problems.push(`${file} has ${lines} lines; split it at 400`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
