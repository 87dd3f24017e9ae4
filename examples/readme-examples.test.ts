import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Folders whose README is checked: every package and app. */
const folders = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
);

/** The TypeScript blocks of a text in Markdown. */
function findExamples(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
}

/** Runs code as a file of the package, so that it imports the built package by name as a user does. */
function runExample(folder: string, code: string, index: number): { status: number | null; stderr: string } {
  const file = join(folder, `.readme-example-${index}.ts`);
  writeFileSync(file, code);
  try {
    const result = spawnSync(process.execPath, ['--import', tsx, file], { cwd: folder, encoding: 'utf8' });
    return { status: result.status, stderr: result.stderr };
  } finally {
    rmSync(file, { force: true });
  }
}

describe.each(folders.map((folder) => [relative(root, folder), folder]))('README of %s', (_name, folder) => {
  const examples = findExamples(readFileSync(join(folder, 'README.md'), 'utf8'));

  it.skipIf(examples.length === 0)('has examples that run', () => {
    examples.forEach((code, index) => {
      const { status, stderr } = runExample(folder, code, index);
      expect(stderr).toBe('');
      expect(status).toBe(0);
    });
  });
});
