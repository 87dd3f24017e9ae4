/** One exported graph. */
export interface ExportedFile {
  /** Relative to the folder of the export. */
  readonly file: string;
  readonly heads: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The largest difference of a score from the library's own, when the file was run after writing. */
  readonly maximumDifference: number;
}
