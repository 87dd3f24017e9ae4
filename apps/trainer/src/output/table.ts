import Table from 'cli-table3';
import { wantsColors } from './colors.ts';

/** A cell: numbers are right-aligned, with three decimals unless all of the column are whole. */
export type Cell = string | number | null | undefined;

function formatCell(cell: Cell, isWhole: boolean): string {
  if (cell === null || cell === undefined) return '-';
  if (typeof cell === 'string') return cell;
  return isWhole ? String(cell) : cell.toFixed(3);
}

/** A plain table with a header, for the terminal. */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const colored = wantsColors(process.stdout);
  const table = new Table({
    head: [...header],
    style: { head: colored ? ['bold'] : [], border: colored ? ['gray'] : [], compact: true },
    colAligns: header.map((_, column) => (rows.every((row) => typeof row[column] !== 'string') ? 'right' : 'left')),
  });
  const isWhole = header.map((_, column) =>
    rows.every((row) => typeof row[column] !== 'number' || Number.isInteger(row[column])),
  );
  for (const row of rows) table.push(row.map((cell, column) => formatCell(cell, isWhole[column] ?? true)));
  return `${table.toString()}\n`;
}
