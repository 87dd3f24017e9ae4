import type { LabelFigures } from '../../evaluation.ts';
import { formatCount, formatFigure, shorten } from '../format.ts';
import type { Html } from '../html.ts';
import { colors, renderChart, textWidth } from './render-chart.ts';

/** A label as one bar. */
export interface LabelBar {
  readonly label: string;
  /** What is shown for it. */
  readonly name: string;
  readonly figures: LabelFigures;
  /** F1 at a threshold of 0.5, where that is not what the bar shows. */
  readonly atHalf?: number | null | undefined;
}

/** The most bars that one chart shows. */
export const maximumBars = 120;
const rowHeight = 17;
const labelSize = 11.5;

/** How much room there is. A narrow chart has shorter names and leaves out thresholds. */
export type LabelBarsLayout = 'wide' | 'narrow';

const layouts = {
  wide: { width: 960, nameLength: 44, figureWidth: 58 },
  narrow: { width: 440, nameLength: 18, figureWidth: 46 },
} as const;

/** F1 by label, best first, with threshold and support beside the bar; a tick marks the F1 at 0.5. */
export function renderLabelBarsChart(bars: readonly LabelBar[], layout: LabelBarsLayout): Html {
  const { width, nameLength, figureWidth } = layouts[layout];
  const rows = [...bars].sort((left, right) => (right.figures.f1 ?? -1) - (left.figures.f1 ?? -1)).slice(-maximumBars);
  const thresholds = layout === 'wide' && rows.some(({ figures }) => typeof figures.threshold === 'number');
  const atHalf = rows.some((row) => typeof row.atHalf === 'number');
  const names = rows.map(({ name }) => shorten(name, nameLength));
  const left = textWidth(names, labelSize) + 14;
  const right = (thresholds ? 3 : 2) * figureWidth + 12;
  const top = atHalf ? 56 : 28;
  const grid = { left, right, top, height: rows.length * rowHeight };
  return renderChart({
    width,
    height: top + grid.height + 26,
    description: `F1 of ${rows.length} labels, from ${formatFigure(rows[0]?.figures.f1)} to ${formatFigure(rows.at(-1)?.figures.f1)}.`,
    tooltips: [rows.map(describe), rows.map(describe)],
    option: {
      grid: { ...grid, outerBoundsMode: 'none' },
      legend: {
        show: atHalf,
        top: 0,
        left: 0,
        itemWidth: 16,
        itemHeight: 8,
        itemGap: 36,
        textStyle: { color: colors.text },
      },
      xAxis: valueAxis(),
      yAxis: [nameAxis(names), figureAxis(rows, { thresholds, figureWidth })],
      series: [barSeries(rows, atHalf), ...(atHalf ? [atHalfSeries(rows)] : [])],
    },
  });
}

function describe({ name, figures, atHalf }: LabelBar): string {
  const parts = [
    `F1 ${formatFigure(figures.f1)}`,
    `precision ${formatFigure(figures.precision)}`,
    `recall ${formatFigure(figures.recall)}`,
    ...(typeof figures.threshold === 'number' ? [`threshold ${formatFigure(figures.threshold)}`] : []),
    ...(typeof atHalf === 'number' ? [`F1 at 0.5: ${formatFigure(atHalf)}`] : []),
    `support ${formatCount(figures.support)}`,
  ];
  return `${name}: ${parts.join(', ')}`;
}

function valueAxis(): object {
  return {
    type: 'value',
    min: 0,
    max: 1,
    axisLabel: { color: colors.muted, fontSize: 11 },
    splitLine: { lineStyle: { color: colors.line } },
  };
}

function nameAxis(names: readonly string[]): object {
  return {
    type: 'category',
    inverse: true,
    data: names,
    axisLabel: { color: colors.text, fontSize: labelSize, interval: 0 },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

/** The figures at the right end of each bar. Its header stands above the column. */
function figureAxis(
  rows: readonly LabelBar[],
  { thresholds, figureWidth }: { readonly thresholds: boolean; readonly figureWidth: number },
): object {
  const columns = ['F1', ...(thresholds ? ['threshold'] : []), 'support'];
  const cell = { width: figureWidth, align: 'right', color: colors.muted, fontSize: 11 };
  return {
    type: 'category',
    inverse: true,
    position: 'right',
    name: columns.map((column) => `{cell|${column}}`).join(''),
    nameLocation: 'start',
    nameGap: 10,
    nameTextStyle: { align: 'left', padding: [0, 0, 0, 4], rich: { cell: { ...cell, fontSize: 10 } } },
    data: rows.map(({ figures }) =>
      [
        formatFigure(figures.f1),
        ...(thresholds ? [(figures.threshold ?? 0).toFixed(2)] : []),
        formatCount(figures.support),
      ].join('|'),
    ),
    axisLabel: {
      interval: 0,
      margin: 4,
      formatter: (value: string) =>
        value
          .split('|')
          .map((part) => `{cell|${part}}`)
          .join(''),
      rich: { cell },
    },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

function barSeries(rows: readonly LabelBar[], atHalf: boolean): object {
  return {
    name: atHalf ? 'F1 with the tuned threshold' : 'F1',
    type: 'bar',
    barWidth: 9,
    data: rows.map(({ figures }) => figures.f1 ?? 0),
    itemStyle: { color: colors.accent, borderRadius: [0, 2, 2, 0] },
  };
}

function atHalfSeries(rows: readonly LabelBar[]): object {
  return {
    name: 'F1 at 0.5',
    type: 'scatter',
    symbol: 'rect',
    symbolSize: [3, 13],
    data: rows.map((row, index) => [row.atHalf ?? null, index]),
    itemStyle: { color: colors.second, opacity: 1 },
  };
}
