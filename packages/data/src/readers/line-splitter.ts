import { maximumRecordLength, recordTooLongError } from './record-limit.ts';

/** A line without its end, and its number counted from 1. */
export interface NumberedLine {
  readonly row: number;
  readonly line: string;
}

/** Cuts a text that arrives in pieces into lines at LF and CRLF. */
export interface LineSplitter {
  /** The lines that this piece completes. */
  push(piece: string): NumberedLine[];
  /** What is left after the last line end; nothing if that is empty. */
  end(): NumberedLine[];
}

/**
 * Makes a {@link LineSplitter} that counts from line 1.
 * @param file named in the error if a line does not end: DATA_MALFORMED
 */
export function createLineSplitter(file: string): LineSplitter {
  let rest = '';
  let row = 1;
  const toLine = (text: string): NumberedLine => ({ row: row++, line: text.endsWith('\r') ? text.slice(0, -1) : text });
  return {
    push(piece) {
      const parts = (rest + piece).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > maximumRecordLength) {
        throw recordTooLongError(file, row + parts.length, 'Check that the file has one record a line.');
      }
      return parts.map(toLine);
    },
    end() {
      return rest === '' ? [] : [toLine(rest)];
    },
  };
}
