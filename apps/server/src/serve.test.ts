import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServerConfig } from './config.ts';
import { startServer, type Server } from './serve.ts';
import { saveTinyModel } from './testing/save-tiny-model.ts';

let folder = '';
const servers: Server[] = [];
const sockets: Socket[] = [];

async function start(host: string): Promise<Server> {
  const settings = { port: 0, host, threads: 1, logLevel: 'silent' };
  const server = await startServer(join(folder, 'tiny'), createServerConfig(settings));
  servers.push(server);
  await server.loaded;
  return server;
}

/** Opens a connection and sends nothing, or only so much. */
async function openSocket(address: string, text = ''): Promise<{ socket: Socket; received: () => string }> {
  const { port, hostname } = new URL(address);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  sockets.push(socket);
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  // Until the server knows of it.
  await sleep(100);
  return { socket, received: () => received };
}

const hasEnded = (stopped: Promise<void>): Promise<boolean> =>
  Promise.race([stopped.then(() => true), sleep(10_000, false, { ref: false })]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polyhead-serve-'));
  await saveTinyModel(join(folder, 'tiny'));
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a server that is stopped', () => {
  it.each([
    ['never sent anything', ''],
    ['sent a part of a request', 'POST /v1/classify HTTP/1.1\r\nHost: a\r\n'],
    ['had an answer and was kept open', 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('does not wait for a connection that %s', async (_name, text) => {
    const server = await start('127.0.0.1');
    const { socket } = await openSocket(server.address, text);
    const closed = once(socket, 'close');
    expect(await hasEnded(server.stop())).toBe(true);
    await closed;
  });

  it('does not wait for one to another address of localhost', async () => {
    const server = await start('localhost');
    const { port } = new URL(server.address);
    const opened = await Promise.allSettled(['127.0.0.1', '[::1]'].map((host) => openSocket(`http://${host}:${port}`)));
    const open = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value.socket] : []));
    expect(open.length).toBeGreaterThan(0);
    const closed = Promise.all(open.map((socket) => once(socket, 'close')));
    expect(await hasEnded(server.stop())).toBe(true);
    await closed;
  });

  it('answers what is running in full, beside a connection that sends nothing', async () => {
    const server = await start('127.0.0.1');
    await openSocket(server.address);
    const texts = Array.from({ length: 64 }, (_, index) => `${index} is a number. `.repeat(10));
    const body = JSON.stringify({ texts });
    const head = `POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const { socket, received } = await openSocket(server.address, head + body);
    const closed = once(socket, 'close');
    await server.stop();
    await closed;
    const [headers = '', answer = ''] = received().split('\r\n\r\n');
    expect(headers).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect((JSON.parse(answer) as { results: unknown[] }).results).toHaveLength(64);
  });
});
