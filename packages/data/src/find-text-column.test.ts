import { expect, test } from 'vitest';
import { findTextColumn } from './find-text-column.ts';
import { loadColumns } from './load-columns.ts';
import { expectError, temporaryFile } from './temporary-file.test-support.ts';

test('names the column that is read', async () => {
  const rows = Array.from({ length: 300 }, (_, row) => `title ${row},body ${row},${row % 2 === 0 ? 'a' : 'b'}`);
  const path = await temporaryFile('x.csv', ['title,text,label', ...rows].join('\n'));
  for (const options of [
    { heads: { label: {} } },
    { heads: { label: {} }, text: 'title' },
    { heads: { label: { label: 'text' }, other: { label: 'label' } } },
  ]) {
    const found = await findTextColumn(path, options);
    expect(found).toBe((await loadColumns(path, options)).textColumn);
  }
  expect(await findTextColumn(path, { heads: { label: {} } })).toBe('text');
});

test('refuses what cannot be read', async () => {
  const path = await temporaryFile('x.csv', 'one,two,label\na,b,c\n');
  await expectError('COLUMN_NOT_FOUND', () => findTextColumn(path, { heads: { label: {} } }));
  await expectError('FILE_NOT_FOUND', () => findTextColumn(`${path}.csv`, { heads: { label: {} } }));
  const empty = await temporaryFile('empty.csv', 'text,label\n');
  await expectError('DATA_EMPTY', () => findTextColumn(empty, { heads: { label: {} } }));
});
