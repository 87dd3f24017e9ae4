import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseModelReference } from './index.ts';

describe('parseModelReference', () => {
  it.each([
    ['all-MiniLM-L6-v2', { kind: 'bundled', name: 'all-MiniLM-L6-v2' }],
    ['MiniLM', { kind: 'bundled', name: 'all-MiniLM-L6-v2' }],
    [' minilm ', { kind: 'bundled', name: 'all-MiniLM-L6-v2' }],
    ['Polyhead-NLI', { kind: 'bundled', name: 'polyhead-nli' }],
    ['./x', { kind: 'folder', path: './x' }],
    ['../x/y', { kind: 'folder', path: '../x/y' }],
    ['.', { kind: 'folder', path: '.' }],
    ['/models/bge-m3', { kind: 'folder', path: '/models/bge-m3' }],
    ['~/models', { kind: 'folder', path: '~/models' }],
    ['C:\\models\\x', { kind: 'folder', path: 'C:\\models\\x' }],
    ['src', { kind: 'folder', path: 'src' }],
    ['BAAI/bge-m3', { kind: 'hub', id: 'BAAI/bge-m3', revision: 'main' }],
    ['BAAI/bge-m3@v1.0', { kind: 'hub', id: 'BAAI/bge-m3', revision: 'v1.0' }],
    ['a/b@refs/pr/1', { kind: 'hub', id: 'a/b', revision: 'refs/pr/1' }],
  ])('reads %j', (text, expected) => {
    expect(parseModelReference(text)).toMatchObject(expected);
  });

  it.each([
    '',
    '  ',
    'no-such-model',
    'a/b/c',
    'a/b@',
    'a/b@../../etc',
    'a/..',
    'a b/c',
    'http://x/y/z',
    'src/index.ts/x',
  ])('refuses %j', (text) => {
    expect(() => parseModelReference(text)).toThrow(
      expect.objectContaining({ code: 'MODEL_REFERENCE_INVALID' }) as Error,
    );
  });

  it('never gives a hub id that leads out of its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', '@', '\\', '-') }), (text) => {
        try {
          const parsed = parseModelReference(text);
          if (parsed.kind === 'hub') expect(`${parsed.id}/${parsed.revision}`).not.toContain('..');
        } catch (error) {
          expect(error).toMatchObject({ code: 'MODEL_REFERENCE_INVALID' });
        }
      }),
    );
  });
});
