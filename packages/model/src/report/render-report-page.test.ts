import { describe, expect, it } from 'vitest';
import { evaluateMultiLabel, evaluateRegression, evaluateSingleLabel, tuneThresholds } from '@polyhead/metrics';
import type { HeadManifest, HistoryEntry, Task } from '@polyhead/types';
import { toJson, type HeadEvaluations } from '../evaluation.ts';
import { toStoredEvaluations } from '../save-model.ts';
import type { ReportHead, ReportInput } from './report-input.ts';
import { renderReportPage } from './render-report-page.ts';

const nasty = `</title><script>alert("1")</script><img src=x onerror='y'>&amp;`;

function fraction(index: number): number {
  const mixed = Math.sin(index * 12.9898) * 43758.5453;
  return mixed - Math.floor(mixed);
}

function manifestOf(name: string, task: Task, labels: readonly string[]): HeadManifest {
  return {
    name,
    type: 'linear',
    task,
    labels,
    activation: 'softmax',
    dimension: 4,
    file: `heads/${name}.safetensors`,
    digest: 'a'.repeat(64),
    options: { note: nasty },
    settings: {},
    trainedAt: '2026-01-02T03:04:05.000Z',
  };
}

function headOf(
  manifest: HeadManifest,
  evaluation: HeadEvaluations | undefined,
  history: readonly HistoryEntry[] = [],
): ReportHead {
  const mistakes = [{ text: nasty, truth: nasty, predicted: '', score: 0.99 }];
  return { manifest, record: { history, mistakes }, evaluation: toStoredEvaluations(evaluation) };
}

function singleLabel(labels: readonly string[], rows: number): ReportHead {
  const columns = labels.length;
  const classIndices = Int32Array.from({ length: rows }, (_, row) => row % columns);
  const data = Float32Array.from({ length: rows * columns }, (_, index) => fraction(index));
  classIndices.forEach((label, row) => {
    data[row * columns + label] = (data[row * columns + label] ?? 0) + 0.7;
  });
  const targets = { task: 'single-label', labels, classIndices } as const;
  const evaluation = evaluateSingleLabel({ targets, scores: { data, rows, columns } });
  const history = [1, 2, 3].map((epoch) => ({ epoch, figures: { loss: 1 / epoch, macro_f1: epoch / 4 } }));
  return headOf(manifestOf('single', 'single-label', labels), { validation: evaluation, test: evaluation }, history);
}

function multiLabel(labels: readonly string[], rows: number): ReportHead {
  const columns = labels.length;
  const data = Float32Array.from({ length: rows * columns }, (_, index) => fraction(index));
  const indicators = Uint8Array.from(data, (score, index) => (score + fraction(index + 7) > 1.2 ? 1 : 0));
  const input = { targets: { task: 'multi-label', labels, indicators }, scores: { data, rows, columns } } as const;
  const { thresholds } = tuneThresholds(input);
  return headOf(manifestOf('multi', 'multi-label', labels), { test: evaluateMultiLabel({ ...input, thresholds }) });
}

function regression(): ReportHead {
  const targets = { task: 'regression', labels: ['stars'], values: Float64Array.of(1, 2, 3) } as const;
  const evaluation = evaluateRegression({ targets, values: [1.5, 2, 2] });
  return headOf(manifestOf('stars', 'regression', ['stars']), { validation: evaluation });
}

function page(...heads: readonly ReportHead[]): string {
  const input: ReportInput = {
    title: nasty,
    encoder: {
      reference: nasty,
      digest: 'b'.repeat(64),
      dimension: 4,
      maximumLength: 256,
      pooling: 'mean',
      normalized: true,
      prompt: nasty,
      longText: 'truncate',
      graph: 'built',
      storage: 'referenced',
      license: nasty,
    },
    heads,
    seconds: { [nasty]: 1.5, nested: { total: 2 } },
    counts: { rows: nasty },
  };
  return renderReportPage(input);
}

function labelsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `label-${index}`);
}

describe('the report', () => {
  it('escapes every text that comes from data', () => {
    const text = page(singleLabel([nasty, 'b'], 20), multiLabel([`${nasty}1`, 'c'], 20), regression());
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<img');
    expect(text).not.toContain("onerror='");
    expect(text.match(/<title>[^<]*<\/title>/g)?.[0]).toContain('&lt;script&gt;');
    expect(text.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(15);
  });

  it('needs nothing from elsewhere', () => {
    const text = page(singleLabel(labelsOf(5), 50), multiLabel(labelsOf(5), 50));
    const addresses = [...text.matchAll(/\b(?:https?:)?\/\/[^\s"'<)]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']));
    expect(text).not.toMatch(/<link|<script|@import|url\((?!#)|<[^>]*\ssrc=/);
    expect(text).toContain("default-src 'none'");
  });

  it('opens and closes every tag', () => {
    const text = page(singleLabel(labelsOf(12), 60), multiLabel(labelsOf(3), 30), regression());
    const open: string[] = [];
    const empty = new Set(['meta', 'br', '!doctype']);
    for (const [, slash, name = '', rest = ''] of text.matchAll(/<(\/?)([a-zA-Z!][\w-]*)((?:"[^"]*"|[^>"])*)>/g)) {
      if (empty.has(name) || rest.endsWith('/')) continue;
      if (slash === '/') expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('shows curves, bars, matrix, pairs, mistakes and tables', () => {
    const text = page(singleLabel(labelsOf(77), 77 * 6));
    for (const part of [
      'Loss over 3 epochs',
      'Scores over 3 epochs',
      'F1 of 77 labels',
      'Confusion matrix of 77 labels',
      'Most confused',
      'Most confidently wrong',
      'Validation',
      'Calibration error (ECE)',
      'label-76',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/<title>label-\d+, predicted as label-\d+: \d+ \([\d.]+ %\)<\/title>/);
  });

  it('shows names in place of labels, with the labels in the table and where two names are the same', () => {
    const displayNames = { 'label-0': 'First name', 'label-1': 'Twin', 'label-2': 'Twin' };
    const named = (head: ReportHead, mistakes: ReportHead['record']['mistakes']): ReportHead => ({
      ...head,
      manifest: { ...head.manifest, displayNames },
      record: { ...head.record, mistakes },
    });
    const wrong = { text: 'a text', truth: 'label-0', predicted: 'label-1', score: 0.9 };
    const text = page(named(singleLabel(labelsOf(4), 60), [wrong]));
    // A bar of each width, both axes of the matrix.
    expect(text.match(/<text[^>]*>First name<\/text>/g)).toHaveLength(4);
    expect(text).not.toMatch(/<text[^>]*>label-0<\/text>/);
    expect(text).toMatch(/<title>First name, predicted as Twin \(label-[12]\): \d+/);
    expect(text).toMatch(/<td dir="auto">First name<\/td>\s*<td dir="auto">Twin \(label-[12]\)<\/td>/);
    expect(text).toMatch(/<td dir="auto">First name <code>label-0<\/code><\/td>/);
    expect(text).toMatch(
      /a text<\/td>\s*<td dir="auto">First name<\/td>\s*<td class="wrong" dir="auto">Twin \(label-1\)<\/td>/,
    );
    const several = { ...wrong, truth: 'label-0, label-3', predicted: 'no label', label: 'label-0' };
    const many = page(named(multiLabel(labelsOf(4), 60), [several]));
    expect(many).toMatch(/First name, label-3<\/td>\s*<td[^>]*>no label<\/td>\s*<td dir="auto">First name<\/td>/);
  });

  it('shows thresholds and both figures for a multi-label head', () => {
    const text = page(multiLabel(labelsOf(28), 200));
    for (const part of ['at 0.5', 'tuned', 'F1 with the tuned threshold', 'threshold', 'support']) {
      expect(text).toContain(part);
    }
  });

  it('says which figures are of rows that thresholds were tuned on', () => {
    const { manifest, record, evaluation } = multiLabel(labelsOf(3), 60);
    const validated = page({ manifest, record, evaluation: { validation: evaluation?.test ?? {} } });
    for (const part of ['Validation<br />tuned on these rows', 'F1 by label (validation, tuned on these rows)']) {
      expect(validated).toContain(part);
    }
    expect(validated).toMatch(/Macro F1 [\d.]+, Micro F1 [\d.]+ \(validation, tuned on these rows\)/);
    expect(validated).toMatch(/validation, tuned on these rows; [\d.]+ at 0.5/);
    expect(page({ manifest, record, evaluation })).not.toContain('tuned on these rows');
  });

  it('says when the heads were trained', () => {
    const old = singleLabel(['a', 'b'], 20);
    const later = regression();
    const manifest = { ...later.manifest, trainedAt: '2026-03-04T05:06:07.000Z' };
    expect(page(old)).toContain('trained on 2026-01-02');
    expect(page({ ...later, manifest }, old)).toContain('last trained on 2026-03-04');
  });

  it('has charts that fit into narrow windows, or into the widest text where they are large', () => {
    const long = (count: number): string[] => labelsOf(count).map((label) => `${label} ${'x'.repeat(40)}`);
    const styleOf = (text: string, description: string): string[] =>
      [...text.matchAll(/<svg role="img" aria-label="([^"]*)" style="([^"]*)"/g)].flatMap(
        ([, label = '', style = '']) => (label.startsWith(description) ? [style] : []),
      );
    for (const count of [2, 12, 32, 60, 77, 100]) {
      const text = page(singleLabel(long(count), count * 2));
      expect(styleOf(text, 'F1 of')).toEqual(['width:960px', 'width:440px']);
      const [matrix = ''] = styleOf(text, 'Confusion matrix');
      const least = Number(/min-width:(\d+)px/.exec(matrix)?.[1]);
      expect(least).toBeLessThan(1182);
      if (count <= 4) expect(least).toBeLessThan(446);
    }
  });

  it.each([1, 2, 30, 150, 500])('copes with %i labels', (count) => {
    const text = page(singleLabel(labelsOf(count), count * 3), multiLabel(labelsOf(count), 60));
    expect(text).toContain(`All ${count} labels`);
    if (count > 120) expect(text).toContain(`The 120 labels with the lowest F1 of ${count}`);
    if (count === 500) expect(text).toContain('The 100 of 500 labels that take part in the most mistakes');
    expect(text.length).toBeLessThan(3_000_000);
  });

  it('says so when a head was not evaluated, and forgives foreign figures', () => {
    expect(page(headOf(manifestOf('new', 'single-label', ['a', 'b']), undefined))).toContain('Not evaluated.');
    const strange = { per_label: 5, confusion_matrix: { labels: ['a'], counts: [] }, accuracy: 'high', rows: null };
    expect(page(headOf(manifestOf('odd', 'single-label', ['a', 'b']), { test: toJson(strange) }))).toContain('odd');
  });
});
