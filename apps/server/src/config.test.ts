import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createServerConfig } from './config.ts';

describe('createServerConfig', () => {
  it('has defaults for everything', () => {
    expect(createServerConfig()).toEqual({
      port: 8080,
      host: '127.0.0.1',
      workers: 1,
      threads: availableParallelism(),
      maxTexts: 1024,
      maxPairs: 10_000,
      zeroShot: false,
      zeroShotMethod: 'auto',
      maxCharacters: 100_000,
      maxBodyBytes: 4_194_304,
      queueLength: 64,
      drainSeconds: 30,
      logLevel: 'info',
    });
  });

  it('takes numbers as the command line gives them', () => {
    expect(createServerConfig({ port: '0', queueLength: '5' })).toMatchObject({ port: 0, queueLength: 5 });
  });

  it('shares the processors between workers and leaves each at least one', () => {
    expect(createServerConfig({ workers: 64 }).threads).toBe(Math.max(1, Math.floor(availableParallelism() / 64)));
    expect(createServerConfig({ workers: 2, threads: 3 }).threads).toBe(3);
  });

  it.each([
    ['port', 'abc', /--port is "abc", but must be a whole number from 0 to 65535/],
    ['port', '65536', /--port/],
    ['port', '80.5', /--port/],
    ['port', '', /--port/],
    ['workers', '0', /--workers is "0", but must be a whole number from 1/],
    ['maxTexts', '-1', /--max-texts/],
    ['maxBodyBytes', '1e99', /--max-body-bytes/],
    ['maxPairs', '0', /--max-pairs/],
    ['zeroShotMethod', 'guess', /--zero-shot-method is "guess", but must be one of auto, embedding/],
    ['logLevel', 'loud', /--log-level is "loud", but must be one of fatal, error/],
    ['host', '', /--host/],
  ])('refuses %s = %j', (field, value, message) => {
    expect(() => createServerConfig({ [field]: value })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) as string }),
    );
  });
});
