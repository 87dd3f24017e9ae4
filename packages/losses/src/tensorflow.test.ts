import * as tf from '@tensorflow/tfjs-core';
import { hasErrorCode } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { prepareTensorFlow } from './tensorflow.ts';

describe('prepareTensorFlow', () => {
  it('does nothing until it is called', () => {
    expect(tf.getBackend()).toBeFalsy();
    expect(tf.getGradient(tf.BatchMatMul)).toBeUndefined();
  });

  it('starts WebAssembly where native TensorFlow is not installed', async () => {
    const listeners = process.listenerCount('unhandledRejection') + process.listenerCount('uncaughtException');
    expect(await prepareTensorFlow()).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    expect(process.listenerCount('unhandledRejection') + process.listenerCount('uncaughtException')).toBe(listeners);
  });

  it('answers at once when it has been called before', async () => {
    const [first, second] = await Promise.all([prepareTensorFlow(), prepareTensorFlow()]);
    expect([first, second]).toEqual(['wasm', 'wasm']);
  });

  it('switches to a backend that is named', async () => {
    expect(await prepareTensorFlow({ backend: 'cpu' })).toBe('cpu');
    expect(tf.getBackend()).toBe('cpu');
    expect(await prepareTensorFlow()).toBe('cpu');
    expect(await prepareTensorFlow({ backend: 'wasm' })).toBe('wasm');
  });

  it('says so when a named backend is not installed, and stays usable', async () => {
    await expect(prepareTensorFlow({ backend: 'tensorflow' })).rejects.toSatisfy((error) =>
      hasErrorCode(error, 'PROVIDER_UNAVAILABLE'),
    );
    expect(await prepareTensorFlow()).toBe('wasm');
  });
});
