import { describe, expect, it } from 'vitest';
import { findPython, readSeconds, startPeer } from './peer-process.ts';

const echo = `
  console.log(JSON.stringify({ ready: process.env.OMP_NUM_THREADS }));
  require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
    if (JSON.parse(line).stop) process.exit(3);
    console.log(JSON.stringify({ seconds: 2, asked: JSON.parse(line) }));
  });
`;

describe('startPeer', () => {
  it('talks to a program and hands it its threads', async () => {
    const peer = await startPeer({ program: process.execPath, arguments: ['-e', echo], threads: 2 });
    expect(peer.ready).toEqual({ ready: '2' });
    const answer = await peer.ask({ text: 'a\nb' });
    expect(answer).toEqual({ seconds: 2, asked: { text: 'a\nb' } });
    expect(readSeconds(answer)).toBe(2);
    await peer.close();
  });

  it('tells that a program ended', async () => {
    const peer = await startPeer({ program: process.execPath, arguments: ['-e', echo], threads: 1 });
    await expect(peer.ask({ stop: true })).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    await expect(startPeer({ program: './no-such-program', arguments: [], threads: 1 })).rejects.toMatchObject({
      code: 'WORKER_FAILED',
    });
  });
});

describe('findPython', () => {
  it('accepts a name on the path and refuses a file that is not there', () => {
    expect(findPython('python3')).toBe('python3');
    expect(() => findPython('./nowhere/python')).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  });
});
