import { PolyheadError } from '@polyhead/types';

/** What was being done to the file when it failed. */
export type FileAction = 'read' | 'write';

function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns an error of the operating system into a coded one. Coded errors pass through unchanged.
 * @returns FILE_NOT_FOUND, DISK_FULL, FILE_UNREADABLE or FILE_NOT_WRITABLE
 */
export function toFileError(error: unknown, path: string, action: FileAction): PolyheadError {
  if (PolyheadError.isInstance(error)) return error;
  const code = systemCode(error);
  const details = { file: path, ...(code === undefined ? {} : { systemCode: code }) };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PolyheadError('DISK_FULL', {
      message: `The disk is full: "${path}" could not be written. What was there before is unchanged.`,
      remedy: 'Free some space or choose a folder on another disk.',
      details,
      cause: error,
    });
  }
  if (action === 'write') {
    return new PolyheadError('FILE_NOT_WRITABLE', {
      message: `"${path}" cannot be written (${code ?? String(error)}).`,
      remedy: 'Check the permissions of the folder and that no file stands where a folder is needed.',
      details,
      cause: error,
    });
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new PolyheadError('FILE_NOT_FOUND', {
      message: `"${path}" does not exist.`,
      remedy: 'Check the path; relative paths start at the current folder.',
      details,
      cause: error,
    });
  }
  const reason = code === 'EISDIR' ? 'it is a folder, not a file' : (code ?? String(error));
  return new PolyheadError('FILE_UNREADABLE', {
    message: `"${path}" cannot be read (${reason}).`,
    remedy: 'Check what the path points to and its permissions.',
    details,
    cause: error,
  });
}
