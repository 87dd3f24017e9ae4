import { describe, expect, it } from 'vitest';
import { PolyheadError, assertNotAborted, errorCodes, hasErrorCode } from './index.ts';

describe('PolyheadError', () => {
  const error = new PolyheadError('FILE_NOT_FOUND', {
    message: '"a.csv" does not exist.',
    remedy: 'Check the path.',
    details: { file: 'a.csv' },
    cause: 'ENOENT',
  });

  it('carries code, message with remedy, details and cause', () => {
    expect(error).toMatchObject({
      code: 'FILE_NOT_FOUND',
      details: { file: 'a.csv' },
      cause: 'ENOENT',
      name: 'PolyheadError',
    });
    expect(error.message).toBe('"a.csv" does not exist. Check the path.');
    expect(new PolyheadError('ABORTED', { message: 'Stopped.' }).message).toBe('Stopped.');
  });

  it('is recognised by its marker, also from another copy of the package', () => {
    const fromAnotherCopy = { code: 'ABORTED', [Symbol.for('polyhead.error')]: true };
    expect(PolyheadError.isInstance(error)).toBe(true);
    expect(PolyheadError.isInstance(fromAnotherCopy)).toBe(true);
    expect(PolyheadError.isInstance(new Error('other'))).toBe(false);
    expect(PolyheadError.isInstance(undefined)).toBe(false);
    expect(hasErrorCode(error, 'FILE_NOT_FOUND')).toBe(true);
    expect(hasErrorCode(error, 'ABORTED')).toBe(false);
  });

  it('does not show the marker among its own enumerable fields', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'PolyheadError',
      code: 'FILE_NOT_FOUND',
      remedy: 'Check the path.',
      details: { file: 'a.csv' },
    });
  });
});

describe('assertNotAborted', () => {
  it('throws ABORTED only for an aborted signal', () => {
    expect(() => assertNotAborted(undefined)).not.toThrow();
    expect(() => assertNotAborted(new AbortController().signal)).not.toThrow();
    expect(() => assertNotAborted(AbortSignal.abort('why'))).toThrow(
      expect.objectContaining({ code: 'ABORTED', cause: 'why' }),
    );
  });
});

describe('errorCodes', () => {
  it('are upper-case words, each with one sentence', () => {
    for (const [code, meaning] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
    }
  });
});
