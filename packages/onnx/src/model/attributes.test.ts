import { describe, expect, it } from 'vitest';

import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  readFloatAttribute,
  readIntAttribute,
  readIntsAttribute,
  readStringAttribute,
  stringAttribute,
} from './attributes.ts';

const attributes = {
  axis: intAttribute(-1),
  alpha: floatAttribute(0.5),
  perm: intsAttribute([1, 0]),
  mode: stringAttribute('tanh'),
};
const node = { name: 'n', opType: 'Op', domain: '', inputs: [], outputs: [], attributes };

describe('attributes', () => {
  it('are read back, or replaced by what the caller says', () => {
    expect(readIntAttribute(node, 'axis', 0)).toBe(-1);
    expect(readIntAttribute(node, 'other', 7)).toBe(7);
    expect(readFloatAttribute(node, 'alpha', 1)).toBe(0.5);
    expect(readFloatAttribute(node, 'other', undefined)).toBeUndefined();
    expect(readIntsAttribute(node, 'perm')).toEqual([1, 0]);
    expect(readIntsAttribute(node, 'other')).toBeUndefined();
    expect(readStringAttribute(node, 'mode', 'none')).toBe('tanh');
    expect(readStringAttribute(node, 'other', 'none')).toBe('none');
  });

  it('of another kind are refused', () => {
    const refused = expect.objectContaining({ code: 'GRAPH_INVALID' }) as Error;
    expect(() => readIntAttribute(node, 'mode', 0)).toThrow(refused);
    expect(() => readFloatAttribute(node, 'axis', 0)).toThrow(refused);
    expect(() => readIntsAttribute(node, 'axis')).toThrow(refused);
    expect(() => readStringAttribute(node, 'perm', '')).toThrow(refused);
  });
});
