import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';
import type { ConfusionMatrix } from '../../evaluation.ts';
import { formatCount, formatShare, shorten } from '../format.ts';
import type { Html } from '../html.ts';
import { colors, renderChart, textWidth } from './render-chart.ts';

/** A cell that is not zero. */
interface Cell {
  readonly truth: number;
  readonly predicted: number;
  readonly count: number;
  /** Of all rows of that truth. */
  readonly share: number;
}

/** A matrix, or the part of one that can be shown. */
export interface ReadableMatrix extends ConfusionMatrix {
  /** For each label: the rows of that truth, also those predicted as labels that are left out. @default the sum of its counts */
  readonly totals?: readonly number[] | undefined;
}

/** The most labels that one matrix can show readably. */
const maximumMatrixLabels = 100;
/** The smallest size, as a share of the full one, at which numbers and names can be read. */
const leastScale = 0.75;

/**
 * A confusion matrix: truth down, prediction across. Colour is the share of the row's truth, numbers are counts.
 * Empty cells are left blank, so that what is confused stands out.
 */
export function renderConfusionChart(matrix: ReadableMatrix): Html {
  const { labels } = matrix;
  const cells = toCells(matrix);
  const cell = cellSize(labels.length);
  const fontSize = Math.min(12, cell - 2);
  const names = labels.map((label) => shorten(label, 36));
  const margin = textWidth(names, fontSize) + 12;
  const side = labels.length * cell;
  const width = margin + side + 22;
  return renderChart({
    width,
    minimumWidth: Math.floor(width * leastScale),
    height: margin + side + 26,
    description: `Confusion matrix of ${labels.length} labels; ${cells.filter((c) => c.truth !== c.predicted).length} kinds of mistakes.`,
    tooltips: [cells.map((item) => describe(item, labels))],
    option: {
      grid: { left: margin + 18, top: margin + 20, width: side, height: side, outerBoundsMode: 'none' },
      xAxis: {
        ...axis(names, fontSize, 'Predicted'),
        position: 'top',
        nameGap: margin,
        axisLabel: axisLabel(fontSize, -90),
      },
      yAxis: { ...axis(names, fontSize, 'Truth'), inverse: true, axisLabel: axisLabel(fontSize, 0), nameGap: margin },
      series: [
        {
          type: 'custom',
          data: cells.map((item) => [item.predicted, item.truth]),
          renderItem: ({ dataIndex }: { dataIndex: number }, api: CustomSeriesRenderItemAPI) => {
            const item = cells[dataIndex];
            return item === undefined ? null : drawCell(item, api, cell);
          },
        },
      ],
    },
  });
}

/**
 * The labels that take part in the most mistakes, as a smaller matrix, with the totals of the whole one; the same one if
 * it is small enough.
 */
export function toReadableMatrix(matrix: ConfusionMatrix, limit: number = maximumMatrixLabels): ReadableMatrix {
  if (matrix.labels.length <= limit) return matrix;
  const wrong = new Float64Array(matrix.labels.length);
  for (const { truth, predicted, count } of toCells(matrix)) {
    if (truth === predicted) continue;
    wrong[truth] = (wrong[truth] ?? 0) + count;
    wrong[predicted] = (wrong[predicted] ?? 0) + count;
  }
  const chosen = [...wrong.keys()]
    .sort((left, right) => (wrong[right] ?? 0) - (wrong[left] ?? 0))
    .slice(0, limit)
    .sort((left, right) => left - right);
  return {
    labels: chosen.map((index) => matrix.labels[index] ?? ''),
    counts: chosen.map((row) => chosen.map((column) => matrix.counts[row]?.[column] ?? 0)),
    totals: chosen.map((row) => sumOf(matrix.counts[row] ?? [])),
  };
}

/** Two labels that the head takes for one another. */
export interface ConfusedPair {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
  /** Of all rows with that truth. */
  readonly share: number;
}

/** The most frequent mistakes, most frequent first. */
export function toConfusedPairs(matrix: ReadableMatrix, limit: number): ConfusedPair[] {
  return toCells(matrix)
    .filter(({ truth, predicted }) => truth !== predicted)
    .sort((left, right) => right.count - left.count || right.share - left.share)
    .slice(0, limit)
    .map(({ truth, predicted, count, share }) => ({
      truth: matrix.labels[truth] ?? '',
      predicted: matrix.labels[predicted] ?? '',
      count,
      share,
    }));
}

function toCells({ counts, totals }: ReadableMatrix): Cell[] {
  return counts.flatMap((row, truth) => {
    const total = totals?.[truth] ?? sumOf(row);
    return row.flatMap((count, predicted) => (count === 0 ? [] : [{ truth, predicted, count, share: count / total }]));
  });
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function cellSize(labels: number): number {
  if (labels <= 4) return 64;
  if (labels <= 12) return 44;
  if (labels <= 32) return 24;
  return labels <= 60 ? 15 : 12;
}

function drawCell(
  { truth, predicted, count, share }: Cell,
  api: CustomSeriesRenderItemAPI,
  size: number,
): CustomSeriesRenderItemReturn {
  const [x = 0, y = 0] = api.coord([predicted, truth]);
  const right = truth === predicted;
  // The square root keeps rare mistakes visible beside frequent ones.
  const opacity = 0.14 + 0.86 * Math.sqrt(share);
  const left = x - size / 2;
  const top = y - size / 2;
  return {
    type: 'group',
    children: [
      {
        type: 'rect',
        shape: { x: left + 0.5, y: top + 0.5, width: size - 1, height: size - 1, r: size > 20 ? 2 : 0 },
        style: { fill: right ? colors.accent : colors.second, opacity },
      },
      {
        type: 'text',
        silent: true,
        style: {
          text: formatCount(count),
          x,
          y,
          align: 'center',
          verticalAlign: 'middle',
          fontSize: textSize(size, count),
          fill: opacity > 0.62 ? colors.onAccent : colors.text,
        },
      },
    ],
  };
}

/** As large as the number fits. */
function textSize(cell: number, count: number): number {
  return Math.max(5, Math.min(13, Math.floor(cell * 0.6), (cell - 2) / (String(count).length * 0.58)));
}

function describe({ truth, predicted, count, share }: Cell, labels: readonly string[]): string {
  const [from = '', to = ''] = [labels[truth], labels[predicted]];
  return truth === predicted
    ? `${from}: ${formatCount(count)} right (${formatShare(share)})`
    : `${from}, predicted as ${to}: ${formatCount(count)} (${formatShare(share)})`;
}

function axis(names: readonly string[], fontSize: number, name: string): object {
  return {
    type: 'category',
    data: names,
    name,
    nameLocation: 'middle',
    nameTextStyle: { color: colors.muted, fontSize: 12, fontWeight: 'bold' },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: true, interval: 0, lineStyle: { color: colors.line, width: fontSize > 11 ? 1 : 0.5 } },
  };
}

function axisLabel(fontSize: number, rotate: number): object {
  return { color: colors.text, fontSize, interval: 0, rotate, margin: 5 };
}
