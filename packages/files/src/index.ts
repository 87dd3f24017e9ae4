export { sha256, sha256OfFile } from './digest.ts';
export { createSequenceDigest, type SequenceDigest } from './digest-sequence.ts';
export { toFileError, type FileAction } from './file-error.ts';
export { withFileLock } from './file-lock.ts';
export { listFiles, pathExists, readBytes, readJson, readText } from './read-file.ts';
export { recoverDirectory } from './recover-directory.ts';
export { replaceDirectory, writeFileAtomic } from './write-file.ts';
export { writePiecesAtomic } from './write-stream.ts';
export { followLinks } from './write-place.ts';
