import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { Progress, ProgressListener } from '@polyhead/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgressDisplay } from './progress.ts';

interface Watched {
  readonly onProgress: ProgressListener;
  readonly clear: () => void;
  readonly wait: (seconds: number) => void;
  readonly written: () => string;
}

/** A display and what it wrote since it was last asked; time passes by `wait` alone. */
function start({ interactive }: { readonly interactive: boolean }): Watched {
  let milliseconds = 5_000_000;
  const messages = Object.assign(new PassThrough(), { isTTY: interactive, columns: 200 });
  const display = createProgressDisplay({ output: new PassThrough(), messages, interactive }, () => milliseconds);
  return {
    onProgress: display.onProgress,
    clear: () => display.clear(),
    wait: (seconds) => {
      milliseconds += seconds * 1000;
      if (interactive) vi.advanceTimersByTime(1000);
    },
    written: () => String(messages.read() ?? ''),
  };
}

function training(done: number, secondsLeft: number): Progress {
  const figures = {
    loss: 0.412345,
    tokens_per_second: 1687.4,
    seconds_left: secondsLeft,
    learning_rate: 5e-5,
    epoch: 2,
  };
  return { phase: 'training', done, total: 1000, unit: 'steps', figures };
}

const encoding = (done: number, total?: number): Progress => ({ phase: 'encoding', done, total, unit: 'texts' });

describe('off a terminal', () => {
  it('says how far a phase has come, with its figures and the time left, every 30 seconds', () => {
    const { onProgress, wait, written } = start({ interactive: false });
    onProgress(training(1, 9990));
    expect(written()).toBe('training (1000 steps)\n');
    for (let step = 2; step <= 8; step += 1) {
      wait(10);
      onProgress(training(step, 10_000 - step * 10));
    }
    expect(written()).toBe(
      'training 4/1000 steps  1687 tokens/s  2 h 46 min left  loss 0.4123  learning rate 0.00005  epoch 2\n' +
        'training 7/1000 steps  1687 tokens/s  2 h 45 min left  loss 0.4123  learning rate 0.00005  epoch 2\n',
    );
  });

  it('is not kept from that by short phases in between', () => {
    const { onProgress, wait, written } = start({ interactive: false });
    onProgress(training(1, 200));
    for (let step = 2; step <= 4; step += 1) {
      wait(10);
      onProgress({ ...encoding(step, 9), phase: 'validating' });
      onProgress(training(step, 200));
    }
    const lines = written().split('\n');
    expect(lines.filter((line) => line.startsWith('validating (9 texts)'))).not.toEqual([]);
    wait(10);
    onProgress(training(5, 95));
    expect(written()).toMatch(/^training 5\/1000 steps .*1 min 35 s left.*\n$/);
  });

  it('estimates the time left where nobody says it', () => {
    const { onProgress, wait, written } = start({ interactive: false });
    onProgress(encoding(100, 1000));
    wait(30);
    onProgress(encoding(400, 1000));
    expect(written()).toBe('encoding (1000 texts)\nencoding 400/1000 texts  1 min left\n');
  });

  it('says what is known where the total is not', () => {
    const { onProgress, wait, written } = start({ interactive: false });
    onProgress(encoding(0));
    wait(31);
    onProgress(encoding(5000));
    expect(written()).toBe('encoding\nencoding 5000 texts\n');
  });
});

describe('on a terminal', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** The bar of a phase as it was last drawn. */
  const drawn = (phase: string, written: string): string => {
    const text = stripVTControlCharacters(written);
    return text.slice(text.lastIndexOf(phase));
  };

  it('has one clock for the time left, beside the figures', () => {
    const { onProgress, clear, wait, written } = start({ interactive: true });
    onProgress(training(1, 9990));
    expect(drawn('training', written())).toContain('1687 tokens/s  2 h 46 min left  loss 0.4123');
    onProgress(training(500, 95));
    wait(1);
    const line = drawn('training', written());
    expect(line).toContain('500/1000 steps');
    expect(line).toContain('1687 tokens/s  1 min 35 s left  loss 0.4123');
    expect(line).not.toMatch(/eta|seconds/);
    clear();
  });

  it('estimates the time left where nobody says it', () => {
    const { onProgress, clear, wait, written } = start({ interactive: true });
    onProgress(encoding(0, 1000));
    expect(drawn('encoding', written())).not.toContain('left');
    wait(30);
    onProgress(encoding(250, 1000));
    wait(0);
    expect(drawn('encoding', written())).toMatch(/250\/1000 texts .* 1 min 30 s left/);
    clear();
  });
});
