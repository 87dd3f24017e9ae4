import { normalizeText, selectTargets, type LoadedColumns, type Split } from '@polyhead/data';
import { PolyheadError, type RandomGenerator, type Targets } from '@polyhead/types';
import type { HeadConfig } from '../../config/training-config.ts';
import { splitForHeads, type FileHeads } from './joint-split.ts';
import type { FileGroup } from './load-head-files.ts';

/** A training file that was read, and the heads that read it. */
export interface FileOfHeads {
  readonly group: FileGroup;
  readonly loaded: LoadedColumns;
}

/** A file on its way to a split. */
interface SharedFile extends FileOfHeads {
  /** Its texts as they are compared. */
  readonly keys: readonly string[];
  /** Share that is held out; 0 for none. */
  readonly share: number;
}

/**
 * Holds validation rows out of training files. Files that share texts are split together by text, so that a text that a head is
 * judged by trains no other head; such texts are left out of files that hold nothing out, too.
 * @returns a split for each file; undefined if all its rows are trained on
 * @throws {PolyheadError} TOO_FEW_EXAMPLES; INVALID_CONFIGURATION for different shares of the same texts
 */
export function splitFiles(
  files: readonly FileOfHeads[],
  heads: Readonly<Record<string, HeadConfig>>,
  random: RandomGenerator,
): (Split | undefined)[] {
  const shared = files.map((file): SharedFile => {
    return { ...file, keys: file.loaded.texts.map(normalizeText), share: shareOf(file.group, heads) };
  });
  const heldOut = new Map<SharedFile, ReadonlySet<string>>();
  for (const related of findRelated(shared)) {
    const held = holdOut(related, random);
    for (const file of related) if (held !== undefined) heldOut.set(file, held);
  }
  return shared.map((file) => {
    const held = heldOut.get(file);
    return held === undefined ? undefined : toSplit(file, held);
  });
}

/** The share that the heads hold out which are judged by rows of the file. */
function shareOf({ heads: names, file }: FileGroup, heads: Readonly<Record<string, HeadConfig>>): number {
  const judged = names.filter((name) => heads[name]?.data.validation === undefined);
  const shares = judged.map((name) => heads[name]?.data.validationShare ?? 0);
  assertOneShare(shares, judged, [file]);
  return shares[0] ?? 0;
}

function assertOneShare(shares: readonly number[], heads: readonly string[], files: readonly string[]): void {
  const different = [...new Set(shares)];
  if (different.length < 2) return;
  const place = files.map((file) => `"${file}"`).join(' and ');
  throw new PolyheadError('INVALID_CONFIGURATION', {
    message: `The heads ${heads.join(', ')} hold out different shares (${different.join(', ')}) of ${files.length === 1 ? '' : 'the same texts in '}${place}.`,
    remedy: 'Give them the same validationShare: a text that one head is judged by must not train another.',
    details: { files, heads },
  });
}

/** Files by the texts that they share, directly or through others; those of a group in their order. */
function findRelated(files: readonly SharedFile[]): SharedFile[][] {
  let groups: { readonly members: readonly SharedFile[]; readonly keys: ReadonlySet<string> }[] = [];
  for (const file of files) {
    const related = groups.filter(({ keys }) => file.keys.some((key) => keys.has(key)));
    const keys = new Set(file.keys);
    for (const group of related) for (const key of group.keys) keys.add(key);
    const members = [...related.flatMap((group) => group.members), file];
    groups = [...groups.filter((group) => !related.includes(group)), { members, keys }];
  }
  return groups.map(({ members }) => files.filter((file) => members.includes(file)));
}

/** The texts that are held out of related files; undefined if none are to be. */
function holdOut(related: readonly SharedFile[], random: RandomGenerator): ReadonlySet<string> | undefined {
  const holding = related.filter(({ share }) => share > 0);
  const [first] = holding;
  if (first === undefined) return undefined;
  const names = holding.flatMap(({ group }) => group.heads);
  assertOneShare(
    holding.map(({ share }) => share),
    names,
    holding.map(({ group }) => group.file),
  );
  const { heads, texts } = join(related, new Set(holding.flatMap(({ keys }) => keys)));
  const { validation } = splitForHeads(heads, texts, {
    fraction: first.share,
    random: random.fork(`split ${names.join(' ')}`),
  });
  return new Set(Array.from(validation, (row) => texts[row] ?? ''));
}

/**
 * The rows of files one after the other.
 * @param keys texts that can be held out. Rows with others, which are in files that hold nothing out, take no part.
 */
function join(files: readonly SharedFile[], keys: ReadonlySet<string>): { heads: FileHeads; texts: string[] } {
  const texts: string[] = [];
  const heads = new Map<string, { targets: Targets; rows: Int32Array }>();
  for (const file of files) {
    const placeOf = new Map<number, number>();
    for (const [row, key] of file.keys.entries()) {
      if (!keys.has(key)) continue;
      placeOf.set(row, texts.length);
      texts.push(key);
    }
    for (const [name, { targets, rows }] of file.loaded.heads) {
      const taken = Array.from(rows.keys()).filter((target) => placeOf.has(rows[target] ?? -1));
      const places = Int32Array.from(taken, (target) => placeOf.get(rows[target] ?? -1) ?? -1);
      if (taken.length > 0) heads.set(name, { targets: selectTargets(targets, taken), rows: places });
    }
  }
  return { heads, texts };
}

function toSplit({ keys, share }: SharedFile, held: ReadonlySet<string>): Split {
  const rows = Int32Array.from(keys.keys());
  const isHeld = (row: number): boolean => held.has(keys[row] ?? '');
  return {
    train: rows.filter((row) => !isHeld(row)),
    validation: share === 0 ? new Int32Array(0) : rows.filter(isHeld),
  };
}
