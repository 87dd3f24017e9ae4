import * as tf from '@tensorflow/tfjs-core';
import type { GroupBatch, TripletBatch } from '@polyhead/types';
import { gatherEntries } from './pair-products.ts';

/** Distances within a batch as numbers, and who belongs with whom. Choices are made on these, since they have no gradient. */
export interface MeasuredGroups extends GroupBatch {
  readonly rows: number;
  /** `[rows, rows]` */
  readonly distances: Float32Array;
}

/** Reads distances back from the backend. */
export function measureGroups(distances: tf.Tensor, { alike }: GroupBatch): MeasuredGroups {
  const [rows = 0] = distances.shape;
  return { alike, rows, distances: distances.dataSync<'float32'>() };
}

/** The other rows that share a label with a row, and those that share none. */
export function splitRows({ alike, rows }: MeasuredGroups, row: number): { partners: number[]; others: number[] } {
  const partners: number[] = [];
  const others: number[] = [];
  for (let other = 0; other < rows; other++) {
    if (other !== row) (alike[row * rows + other] === 1 ? partners : others).push(other);
  }
  return { partners, others };
}

/**
 * Each row with its farthest partner, or itself if it has none, and its nearest other row, or the farthest of all if there
 * are no others.
 */
export function findHardTriplets(groups: MeasuredGroups): TripletBatch {
  const { rows, distances } = groups;
  const positives = new Int32Array(rows);
  const negatives = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const { partners, others } = splitRows(groups, row);
    const distanceTo = (other: number): number => distances[row * rows + other] ?? 0;
    positives[row] = farthestOf(partners, distanceTo) ?? row;
    negatives[row] = nearestOf(others, distanceTo) ?? farthestOf(partners, distanceTo) ?? row;
  }
  return { anchors: Int32Array.from(positives.keys()), positives, negatives };
}

/**
 * Each row with each of its partners and the nearest other row beyond that partner; if none is beyond, the farthest other
 * row, or itself if there are no others.
 */
export function findSemiHardTriplets(groups: MeasuredGroups): TripletBatch {
  const { rows, distances } = groups;
  const anchors: number[] = [];
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let row = 0; row < rows; row++) {
    const { partners, others } = splitRows(groups, row);
    const distanceTo = (other: number): number => distances[row * rows + other] ?? 0;
    const byDistance = others.sort((a, b) => distanceTo(a) - distanceTo(b));
    for (const partner of partners) {
      const beyond = byDistance.find((other) => distanceTo(other) > distanceTo(partner));
      anchors.push(row);
      positives.push(partner);
      negatives.push(beyond ?? byDistance.at(-1) ?? row);
    }
  }
  return {
    anchors: Int32Array.from(anchors),
    positives: Int32Array.from(positives),
    negatives: Int32Array.from(negatives),
  };
}

/**
 * The distance of each anchor to its positive less that to its negative, `[triplets]`.
 * @param distances `[rows, rows]`
 */
export function tripletGaps(distances: tf.Tensor, { anchors, positives, negatives }: TripletBatch): tf.Tensor {
  const toPositive = gatherEntries(distances, { first: anchors, second: positives });
  return tf.sub(toPositive, gatherEntries(distances, { first: anchors, second: negatives }));
}

function farthestOf(rows: readonly number[], distanceTo: (row: number) => number): number | undefined {
  return nearestOf(rows, (row) => -distanceTo(row));
}

function nearestOf(rows: readonly number[], distanceTo: (row: number) => number): number | undefined {
  let nearest: number | undefined;
  let smallest = Infinity;
  for (const row of rows) {
    const distance = distanceTo(row);
    if (distance >= smallest) continue;
    smallest = distance;
    nearest = row;
  }
  return nearest;
}
