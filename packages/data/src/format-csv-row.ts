/** What a cell can hold; null becomes an empty cell. */
export type CsvCell = string | number | boolean | null;

/**
 * One row of CSV (RFC 4180) without its line end. Cells with separators, quotes, line ends or white space at an
 * end are quoted, so that {@link readRecords} gives back the same strings.
 * @param separator @default ','
 */
export function formatCsvRow(cells: readonly CsvCell[], separator = ','): string {
  const texts = cells.map((cell) => formatCell(cell, separator));
  // A row of one empty cell would be a blank line, which readers leave out.
  return texts.length === 1 && texts[0] === '' ? '""' : texts.join(separator);
}

function formatCell(cell: CsvCell, separator: string): string {
  const text = cell === null ? '' : String(cell);
  const needsQuotes = text.includes(separator) || /["\r\n]|^[\s\uFEFF]|\s$/.test(text);
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}
