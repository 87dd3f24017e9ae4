import type { JsonObject } from '@polyhead/types';
import { describe, expect, it } from 'vitest';
import { countAdded, readTemplate, type Template } from './template.ts';

const spell = (parts: Template['pair']): string =>
  parts
    .map(
      (part) => (part.kind === 'added' ? part.ids.join('+') : 'AB'.charAt(part.sequence)) + `:${String(part.typeId)}`,
    )
    .join(' ');

const processor = (type: string, more: JsonObject = {}): JsonObject => ({
  type,
  cls: ['<s>', 7],
  sep: ['</s>', 8],
  ...more,
});
const template = {
  type: 'TemplateProcessing',
  single: [{ SpecialToken: { id: 'X', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
  pair: [
    { Sequence: { id: 'B', type_id: 1 } },
    { SpecialToken: { id: 'X', type_id: 2 } },
    { Sequence: { id: 'A', type_id: 0 } },
  ],
  special_tokens: { X: { id: 'X', ids: [4, 5], tokens: ['x', 'y'] } },
};

describe('readTemplate', () => {
  it.each<[JsonObject | null, string, string]>([
    [null, 'A:0', 'A:0 B:1'],
    [processor('BertProcessing'), '7:0 A:0 8:0', '7:0 A:0 8:0 B:1 8:1'],
    [processor('RobertaProcessing'), '7:0 A:0 8:0', '7:0 A:0 8:0 8:0 B:0 8:0'],
    [template, '4+5:0 A:0', 'B:1 4+5:2 A:0'],
    [{ type: 'Sequence', processors: [processor('ByteLevel'), template] }, '4+5:0 A:0', 'B:1 4+5:2 A:0'],
    [{ type: 'Sequence', processors: [] }, 'A:0', 'A:0 B:1'],
  ])('%j', (json, single, pair) => {
    const read = readTemplate(json);
    expect([spell(read.single), spell(read.pair)]).toEqual([single, pair]);
  });

  it('counts what is added', () => {
    expect(countAdded(readTemplate(template).pair)).toBe(2);
    expect(countAdded(readTemplate(null).pair)).toBe(0);
  });

  it('says where offsets are trimmed', () => {
    const inSequence = {
      type: 'Sequence',
      processors: [processor('ByteLevel', { add_prefix_space: false }), template],
    };
    expect(readTemplate(inSequence).trimOffsets).toEqual({ addPrefixSpace: false });
    expect(readTemplate(processor('RobertaProcessing', { trim_offsets: false })).trimOffsets).toBeUndefined();
    expect(readTemplate(template).trimOffsets).toBeUndefined();
  });
});
