import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { saveTinyModel } from './testing/save-tiny-model.ts';
import { startProcess, type ServerProcess } from './testing/start-process.ts';

let folder = '';
let directory = '';
const processes: ServerProcess[] = [];
const sockets: Server[] = [];

function start(...words: string[]): ServerProcess {
  const server = startProcess(words);
  processes.push(server);
  return server;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polyhead-server-'));
  directory = join(folder, 'tiny');
  await saveTinyModel(directory);
});

afterEach(() => {
  for (const { child } of processes.splice(0)) child.kill('SIGKILL');
  for (const socket of sockets.splice(0)) socket.close();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('polyhead-server', { timeout: 120_000 }, () => {
  it('serves a model on a free port until SIGTERM, and finishes what is running', async () => {
    const server = start(directory, '--port', '0', '--threads', '1');
    const address = await server.address();
    const classify = (body: object): Promise<Response> =>
      fetch(`${address}/v1/classify`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect(server.output().stderr).toContain(`curl ${address}/v1/classify`);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect(await (await classify({ text: 'Where is my card?' })).json()).toMatchObject({
      model: 'tiny',
      results: [{ truncated: false, heads: { topic: { label: 'card' } } }],
    });

    const long = classify({ texts: Array.from({ length: 48 }, (_, index) => `${index} is a number. `.repeat(20)) });
    for (let attempt = 0; attempt < 10; attempt++) {
      expect(await (await fetch(`${address}/healthz`)).json()).toEqual({ status: 'alive' });
    }
    // Browsers and load balancers open connections ahead of need.
    const silent = connect(Number(new URL(address).port), '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    server.child.kill('SIGTERM');
    const response = await long;
    expect(response.status).toBe(200);
    expect(response.headers.get('connection')).toBe('close');
    expect(((await response.json()) as { results: unknown[] }).results).toHaveLength(48);
    expect(await server.exitCode()).toBe(0);
    silent.destroy();
    await expect(fetch(`${address}/healthz`)).rejects.toThrow();

    const lines = server.output().stdout.trim().split('\n');
    const requests = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'request');
    expect(requests).toEqual([
      expect.objectContaining({ path: '/v1/classify', status: 200 }),
      expect.objectContaining({ path: '/v1/classify', status: 200 }),
    ]);
  });

  it('gives up what runs for longer than --drain-seconds', async () => {
    const server = start(directory, '--port', '0', '--threads', '1', '--drain-seconds', '0', '--name', 'mine');
    const address = await server.address();
    const long = fetch(`${address}/v1/classify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ texts: Array.from({ length: 200 }, (_, index) => `${index} is a number. `.repeat(20)) }),
    });
    for (let attempt = 0; attempt < 10; attempt++) await (await fetch(`${address}/v1/models`)).json();
    server.child.kill('SIGTERM');
    const response = await long;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'SERVER_NOT_READY' } });
    expect(await server.exitCode()).toBe(1);
    expect(server.output().stderr).toContain('error ABORTED: Requests were still running after 0 s.');
  });

  it('stops while it is loading', async () => {
    const server = start(directory, '--port', '0');
    for (let attempt = 0; attempt < 1000 && !server.output().stderr.includes('Loading'); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    server.child.kill('SIGINT');
    expect(await server.exitCode()).toBe(0);
  });

  it('says that a port is taken', async () => {
    const socket = createServer();
    sockets.push(socket);
    const port = await new Promise<number>((resolve) => {
      socket.listen(0, '127.0.0.1', () => {
        const address = socket.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const server = start(directory, '--port', String(port));
    expect(await server.exitCode()).toBe(1);
    expect(server.output().stderr).toContain(`error PORT_IN_USE: Port ${port} of 127.0.0.1 is taken`);
  });

  it('says that a model is not there', async () => {
    const server = start(join(folder, 'nothing'), '--port', '0');
    expect(await server.exitCode()).toBe(1);
    expect(server.output().stderr).toMatch(/^error FILE_NOT_FOUND: .*nothing/m);
  });

  it.each([
    [[], /^error INVALID_ARGUMENT: missing required argument 'model'/m],
    [['model', '--port', 'abc'], /^error INVALID_ARGUMENT: The option --port is "abc"/m],
  ])('refuses %j with exit code 2', async (words, message) => {
    const server = start(...words);
    expect(await server.exitCode()).toBe(2);
    expect(server.output().stderr).toMatch(message);
  });

  it('explains itself', async () => {
    const server = start('--help');
    expect(await server.exitCode()).toBe(0);
    expect(server.output().stdout).toContain('--max-texts');
  });
});
