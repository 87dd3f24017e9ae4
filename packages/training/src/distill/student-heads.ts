import { selectRows } from '@polyhead/data';
import type { ModelHead } from '@polyhead/model';
import { createRandomGenerator } from '@polyhead/numerics';
import type { Matrix, Targets } from '@polyhead/types';
import type { SetFitConfig } from '../config/training-config.ts';
import { checkQuality } from '../data/check-quality.ts';
import type { HeadData } from '../data/head-data.ts';
import { selectMatrixRows } from '../data/select-matrix-rows.ts';
import { splitForHeads } from '../finetune/job/joint-split.ts';
import type { PreparedHead } from '../train-heads.ts';
import { assertTeaches, toTeacherTargets } from './teacher-targets.ts';

/** Texts and what the teacher makes of them. */
export interface TaughtTexts {
  readonly texts: readonly string[];
  /** `[texts, dimension]` of the teacher. */
  readonly embeddings: Matrix;
}

/** What a student learns and is judged by. */
export interface StudentLessons {
  readonly heads: PreparedHead[];
  /** What the encoder learns from: all but the rows that heads are judged by. */
  readonly learned: TaughtTexts;
}

/**
 * The rows of the student's heads, as the teacher labels them. The texts are split once for all heads, so that neither the
 * encoder nor any head learns from a text that a head is judged by.
 * @param validationShare share of the texts to judge by
 * @throws {PolyheadError} TOO_FEW_CLASSES, TOO_FEW_EXAMPLES, INVALID_ARGUMENT
 */
export function prepareStudentHeads(
  { texts, embeddings }: TaughtTexts,
  teacher: ReadonlyMap<string, ModelHead>,
  { config, validationShare }: { readonly config: SetFitConfig; readonly validationShare: number },
): StudentLessons {
  const rows = Int32Array.from(texts.keys());
  const taught = new Map<string, { readonly targets: Targets; readonly rows: Int32Array }>();
  for (const [name, head] of teacher) {
    const targets = toTeacherTargets(head, embeddings);
    assertTeaches(name, targets);
    taught.set(name, { targets, rows });
  }
  const random = createRandomGenerator(config.seed).fork(`split ${[...taught.keys()].join(' ')}`);
  const split = splitForHeads(taught, texts, { fraction: validationShare, random });
  const heads = Array.from(taught).flatMap(([name, { targets }]): PreparedHead[] => {
    const head = config.heads[name];
    if (head === undefined) return [];
    const data: HeadData = {
      train: selectRows({ texts, targets }, split.train),
      validation: selectRows({ texts, targets }, split.validation),
      test: undefined,
      validationSource: 'texts as the teacher labels them',
      problems: [],
    };
    return [{ name, config: head, data, quality: checkQuality(name, data).counts }];
  });
  const learned = {
    texts: Array.from(split.train, (row) => texts[row] ?? ''),
    embeddings: selectMatrixRows(embeddings, split.train),
  };
  return { heads, learned };
}
