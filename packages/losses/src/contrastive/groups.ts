import * as tf from '@tensorflow/tfjs-core';
import type { GroupBatch } from '@polyhead/types';
import type { PairedRows } from './pair-products.ts';

/** Who belongs with whom in a batch, as matrices `[rows, rows]` of 0 and 1. Neither has a row itself. */
export interface GroupMasks {
  /** Other rows that share a label. */
  readonly partners: tf.Tensor;
  /** Rows that share none. */
  readonly others: tf.Tensor;
}

/** Masks of a batch of `rows` rows. */
export function createGroupMasks({ alike }: GroupBatch, rows: number): GroupMasks {
  const isSelf = (position: number): boolean => position % (rows + 1) === 0;
  const partners = alike.map((value, position) => (isSelf(position) ? 0 : value));
  const others = alike.map((value, position) => (isSelf(position) ? 0 : 1 - value));
  return { partners: tf.tensor2d(partners, [rows, rows]), others: tf.tensor2d(others, [rows, rows]) };
}

/** Each row with each of its partners, in both orders; `first` is the anchor. */
export function listPartners({ alike }: GroupBatch, rows: number): PairedRows {
  const first: number[] = [];
  const second: number[] = [];
  alike.forEach((value, position) => {
    const row = Math.floor(position / rows);
    const other = position % rows;
    if (value === 0 || row === other) return;
    first.push(row);
    second.push(other);
  });
  return { first: Int32Array.from(first), second: Int32Array.from(second) };
}
