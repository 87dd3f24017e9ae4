import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./testing/exit-program.ts', import.meta.url));
const tsx = import.meta.resolve('tsx');

interface Ending {
  readonly code: number | null;
  readonly stderr: string;
}

function run(...words: string[]): Promise<Ending> {
  const child = spawn(process.execPath, ['--import', tsx, '--conditions=@polyhead/source', program, ...words]);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
}

// Ending a thread in which ONNX Runtime works aborts the process (134).
describe('a process that exits', () => {
  it.each([
    ['while a model is loaded', 'loading', [0, 150, 300, 450, 600]],
    ['while it runs, and others load it', 'running', [0, 40, 400, 700]],
  ])('%s ends as it was told to', async (_name, moment, delays) => {
    const endings = await Promise.all(delays.map((delay) => run(moment, String(delay))));
    for (const ending of endings) expect(ending).toEqual({ code: 7, stderr: '' });
  });

  it('is not kept alive by a session that was not released', async () => {
    expect(await run('idle')).toEqual({ code: 0, stderr: '' });
  });
});
