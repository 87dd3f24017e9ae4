import Table from 'cli-table3';
import { wantsColors } from './colors.ts';

/** A cell: numbers are right-aligned with three decimals unless they are whole. */
export type Cell = string | number | null | undefined;

function formatCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '-';
  if (typeof cell === 'string') return cell;
  return Number.isInteger(cell) ? String(cell) : cell.toFixed(3);
}

/** A plain table with a header, for the terminal. */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const colored = wantsColors(process.stdout);
  const table = new Table({
    head: [...header],
    style: { head: colored ? ['bold'] : [], border: colored ? ['gray'] : [], compact: true },
    colAligns: header.map((_, column) => (rows.every((row) => typeof row[column] !== 'string') ? 'right' : 'left')),
  });
  for (const row of rows) table.push(row.map(formatCell));
  return `${table.toString()}\n`;
}
