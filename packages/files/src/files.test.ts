import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createSequenceDigest,
  followLinks,
  listFiles,
  pathExists,
  readBytes,
  readJson,
  readText,
  recoverDirectory,
  replaceDirectory,
  sha256,
  sha256OfFile,
  toFileError,
  writeFileAtomic,
  writePiecesAtomic,
} from './index.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polyhead-files-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('reading', () => {
  it('round-trips any text and drops a byte order mark', async () => {
    const path = join(root, 'text.txt');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        await writeFileAtomic(path, text);
        expect(await readText(path)).toBe(text.replace(/^\uFEFF/, ''));
      }),
      { numRuns: 30 },
    );
    await writeFile(path, '\uFEFFhello');
    expect(await readText(path)).toBe('hello');
  });

  it.each([
    ['missing file', 'missing.json', 'FILE_NOT_FOUND'],
    ['file as a folder', 'plain.txt/inner', 'FILE_NOT_FOUND'],
    ['folder as a file', 'folder', 'FILE_UNREADABLE'],
    ['binary', 'binary.bin', 'DATA_ENCODING'],
    ['not JSON', 'plain.txt', 'DATA_MALFORMED'],
  ])('%s gives a coded error that names the file', async (_name, file, code) => {
    await writeFile(join(root, 'plain.txt'), '{ "a": ');
    await writeFile(join(root, 'binary.bin'), new Uint8Array([0xff, 0xfe, 0x80]));
    await mkdir(join(root, 'folder'), { recursive: true });
    const message: unknown = expect.stringContaining(file);
    await expect(readJson(join(root, file))).rejects.toMatchObject({ code, message });
  });

  it('lists files below a folder with forward slashes', async () => {
    const directory = join(root, 'tree');
    await mkdir(join(directory, 'b', 'c'), { recursive: true });
    await writeFile(join(directory, 'a.txt'), '');
    await writeFile(join(directory, 'b', 'c', 'd.txt'), '');
    expect(await listFiles(directory)).toEqual(['a.txt', 'b/c/d.txt']);
    await expect(listFiles(join(root, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it.each(['./here', './a/../here', 'here//', './here/./'])('lists the same files below %s', async (form) => {
    const directory = join(root, 'here');
    await mkdir(join(directory, 'b'), { recursive: true });
    await writeFile(join(directory, 'b', 'd.txt'), '');
    const before = process.cwd();
    process.chdir(root);
    try {
      expect(await listFiles(form)).toEqual(['b/d.txt']);
    } finally {
      process.chdir(before);
    }
  });
});

describe('writing', () => {
  it('makes folders above the file and leaves no temporary file', async () => {
    const path = join(root, 'deep', 'er', 'file.bin');
    await writeFileAtomic(path, new Uint8Array([1, 2, 3]).subarray(1));
    expect([...(await readBytes(path))]).toEqual([2, 3]);
    expect(await readdir(join(root, 'deep', 'er'))).toEqual(['file.bin']);
  });

  it('refuses a path below a file', async () => {
    await writeFile(join(root, 'blocker'), '');
    await expect(writeFileAtomic(join(root, 'blocker', 'x'), 'x')).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    await expect(replaceDirectory(join(root, 'blocker', 'x'), () => Promise.resolve())).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    });
  });

  it('names a full disk', () => {
    const error = toFileError(Object.assign(new Error('no space'), { code: 'ENOSPC' }), 'model', 'write');
    expect(error).toMatchObject({ code: 'DISK_FULL' });
    expect(error.message).toContain('"model"');
  });
});

describe('writePiecesAtomic', () => {
  it('joins the pieces', async () => {
    const path = join(root, 'pieces', 'long.txt');
    const pieces = Array.from({ length: 5000 }, (_, index) => `line ${index} with some text\n`);
    await writePiecesAtomic(path, pieces);
    expect(await readText(path)).toBe(pieces.join(''));
    expect(await readdir(join(root, 'pieces'))).toEqual(['long.txt']);
  });

  it('joins text with bytes, of shared memory too', async () => {
    const path = join(root, 'pieces', 'mixed.bin');
    const shared = new Float32Array(new SharedArrayBuffer(16)).fill(1.5);
    const bytes = new Uint8Array(shared.buffer, 4, 8);
    await writePiecesAtomic(path, ['a', 'b', bytes, '', new Uint8Array(0), 'c', Uint8Array.of(100)]);
    expect([...(await readFile(path))]).toEqual([97, 98, ...bytes, 99, 100]);
  });

  it('keeps the old file when the pieces end with an error', async () => {
    const path = join(root, 'kept', 'file.txt');
    await writeFileAtomic(path, 'old');
    const pieces = function* (): Iterable<string> {
      yield 'new';
      throw new TypeError('broken');
    };
    await expect(writePiecesAtomic(path, pieces())).rejects.toThrow('broken');
    expect(await readText(path)).toBe('old');
    expect(await readdir(join(root, 'kept'))).toEqual(['file.txt']);
  });

  it('refuses a path below a file', async () => {
    await writeFile(join(root, 'wall'), '');
    await expect(writePiecesAtomic(join(root, 'wall', 'x'), ['x'])).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    });
  });
});

const writers = [
  ['writeFileAtomic', (path: string, text: string) => writeFileAtomic(path, text)],
  ['writePiecesAtomic', (path: string, text: string) => writePiecesAtomic(path, [text])],
] as const;

describe.each(writers)('%s onto something special', (name, write) => {
  it.skipIf(process.platform === 'win32')('writes into a pipe and leaves it a pipe', async () => {
    const path = join(root, `${name}.pipe`);
    execFileSync('mkfifo', [path]);
    const pipe = await open(path, 'r+');
    try {
      await write(path, 'through');
      expect((await stat(path)).isFIFO()).toBe(true);
      const { buffer, bytesRead } = await pipe.read(Buffer.alloc(100), 0, 100);
      expect(buffer.toString('utf8', 0, bytesRead)).toBe('through');
    } finally {
      await pipe.close();
    }
  });

  it('replaces what a link leads to, also if that is not there yet, and leaves the link', async () => {
    const target = join(root, `${name}.target`);
    const link = join(root, `${name}.link`);
    await symlink(relative(root, target), link);
    for (const text of ['first', 'second']) {
      await write(link, text);
      expect(await readText(target)).toBe(text);
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
    }
  });

  it.skipIf(process.platform === 'win32')('keeps who may read the file', async () => {
    const path = join(root, `${name}.private`);
    await writeFile(path, 'old', { mode: 0o600 });
    await write(path, 'new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe('followLinks', () => {
  it('follows a link that leads to nothing yet from where the link really lies', async () => {
    const real = await realpath(root);
    await mkdir(join(root, 'far', 'deep'), { recursive: true });
    await symlink(join('far', 'deep'), join(root, 'near'));
    await symlink(join('..', 'absent'), join(root, 'near', 'current'));
    expect(await followLinks(join(root, 'near', 'current'))).toBe(join(real, 'far', 'absent'));
    await mkdir(join(root, 'far', 'absent'));
    expect(await followLinks(join(root, 'near', 'current'))).toBe(join(real, 'far', 'absent'));
  });
});

describe('replaceDirectory', () => {
  it('replaces what a link leads to and leaves the link', async () => {
    const target = join(root, 'linked-model');
    const link = join(root, 'link-to-model');
    await symlink('linked-model', link);
    for (const name of ['one', 'two']) {
      await replaceDirectory(link, (directory) => writeFile(join(directory, name), ''));
      expect(await listFiles(target)).toEqual([name]);
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
    }
    await rename(target, join(root, '.linked-model.old-abc123'));
    expect(await recoverDirectory(link)).toBe(true);
    expect(await listFiles(link)).toEqual(['two']);
  });

  it('replaces the whole content', async () => {
    const target = join(root, 'model');
    await replaceDirectory(target, (directory) => writeFile(join(directory, 'one'), '1'));
    await replaceDirectory(target, (directory) => writeFile(join(directory, 'two'), '2'));
    expect(await listFiles(target)).toEqual(['two']);
  });

  it('makes a folder that others may read, as mkdir does', async () => {
    const ordinary = join(root, 'ordinary');
    await mkdir(ordinary);
    await replaceDirectory(join(root, 'replaced'), () => Promise.resolve());
    expect((await stat(join(root, 'replaced'))).mode).toBe((await stat(ordinary)).mode);
  });

  it('leaves the old content and no debris when writing fails', async () => {
    const parent = join(root, 'parent');
    const target = join(parent, 'model');
    await replaceDirectory(target, (directory) => writeFile(join(directory, 'one'), '1'));
    const failure = new Error('interrupted');
    await expect(
      replaceDirectory(target, async (directory) => {
        await writeFile(join(directory, 'half'), '');
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await readdir(parent)).toEqual(['model']);
    expect(await listFiles(target)).toEqual(['one']);
  });

  it('brings the old content back after a crash between the two renames', async () => {
    const target = join(root, 'crashed');
    await replaceDirectory(target, (directory) => writeFile(join(directory, 'one'), '1'));
    await rename(target, join(root, '.crashed.old-abc123'));
    expect(await recoverDirectory(target)).toBe(true);
    expect(await readFile(join(target, 'one'), 'utf8')).toBe('1');
    expect(await recoverDirectory(target)).toBe(false);
    expect(await recoverDirectory(join(root, 'no', 'such'))).toBe(false);
  });

  it('brings back the newest of several', async () => {
    const target = join(root, 'twice');
    for (const [name, day] of ['1', '3', '2'].entries()) {
      const old = join(root, `.twice.old-${name}`);
      await mkdir(old);
      await writeFile(join(old, day), '');
      await utimes(old, Number(day), Number(day));
    }
    expect(await recoverDirectory(target)).toBe(true);
    expect(await listFiles(target)).toEqual(['3']);
  });
});

describe('digests', () => {
  it('agree between memory and disk, and with a published value', async () => {
    const path = join(root, 'digest.bin');
    await writeFile(path, 'abc');
    // FIPS 180-4, example for the message "abc".
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(await sha256OfFile(path)).toBe(sha256('abc'));
    await expect(sha256OfFile(join(root, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('the digest of a sequence', () => {
  const digest = (...values: readonly (string | ArrayBufferView)[]): string => {
    const sequence = createSequenceDigest();
    for (const value of values) sequence.add(value);
    return sequence.finish();
  };

  it('depends on every value, its kind and where it ends', () => {
    const different = [
      digest('ab', 'c'),
      digest('a', 'bc'),
      digest('abc'),
      digest('abc', ''),
      digest(Uint8Array.of(97, 98, 99)),
      digest('ä'),
      digest(),
    ];
    expect(new Set(different).size).toBe(different.length);
    expect(digest('ab', 'c')).toBe(digest('ab', 'c'));
  });

  it('counts the part of a buffer that an array shows', () => {
    const whole = Float64Array.of(1, 2, 3);
    expect(digest(whole.subarray(1, 2))).toBe(digest(Float64Array.of(2)));
    expect(digest(whole.subarray(1, 2))).not.toBe(digest(whole));
  });
});

describe('pathExists', () => {
  it('is false for a dangling link', async () => {
    await symlink(join(root, 'nowhere'), join(root, 'dangling'));
    expect(await pathExists(join(root, 'dangling'))).toBe(false);
    expect(await pathExists(root)).toBe(true);
    await chmod(root, 0o755);
  });
});
