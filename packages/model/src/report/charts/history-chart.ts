import type { HistoryEntry } from '@polyhead/types';
import { formatFigure, formatName } from '../format.ts';
import type { Html } from '../html.ts';
import { colors, renderChart } from './render-chart.ts';

const lossName = /loss|objective/;
const notShown = /learning_rate|gradient|norm|seconds|batch/;
const lineColors = ['var(--accent)', 'var(--second)', 'var(--third)', 'var(--fourth)', 'var(--muted)'] as const;

/** Which curves a chart shows. */
export type HistoryChartKind = 'losses' | 'scores';

/**
 * The curves of a training history, epoch by epoch.
 * @returns undefined if there is nothing of the kind, or a single point
 */
export function renderHistoryChart(history: readonly HistoryEntry[], kind: HistoryChartKind): Html | undefined {
  const names = figureNames(history, kind).slice(0, lineColors.length);
  if (names.length === 0 || history.length < 2) return undefined;
  const series = names.map((name, index) => toSeries(history, name, lineColors[index] ?? colors.muted));
  const numberStyle = { color: colors.muted, fontSize: 11 };
  return renderChart({
    width: 540,
    height: 270,
    description: `${kind === 'losses' ? 'Loss' : 'Scores'} over ${history.length} epochs: ${names.map(formatName).join(', ')}.`,
    tooltips: names.map((name) =>
      history.map(({ epoch, figures }) => `${formatName(name)}, epoch ${epoch}: ${formatFigure(figures[name])}`),
    ),
    option: {
      grid: { left: 12, right: 16, top: 36, bottom: 30, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      legend: {
        top: 0,
        left: 0,
        itemWidth: 16,
        itemHeight: 8,
        itemGap: 28,
        icon: 'roundRect',
        textStyle: { color: colors.text },
      },
      xAxis: {
        type: 'value',
        min: history[0]?.epoch ?? 0,
        max: history.at(-1)?.epoch ?? 1,
        minInterval: 1,
        name: 'Epoch or iteration',
        nameLocation: 'middle',
        nameGap: 26,
        nameTextStyle: numberStyle,
        axisLabel: numberStyle,
        axisLine: { lineStyle: { color: colors.line } },
        axisTick: { show: false },
        splitLine: { show: false },
      },
      yAxis: {
        type: 'value',
        scale: true,
        axisLabel: { ...numberStyle, formatter: (value: number) => Number(value.toPrecision(4)).toString() },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: colors.line } },
      },
      series,
    },
  });
}

function figureNames(history: readonly HistoryEntry[], kind: HistoryChartKind): string[] {
  const names = new Set(history.flatMap(({ figures }) => Object.keys(figures)));
  return [...names].filter((name) => !notShown.test(name) && lossName.test(name) === (kind === 'losses'));
}

function toSeries(history: readonly HistoryEntry[], name: string, color: string): object {
  return {
    name: formatName(name),
    type: 'line',
    data: history.map(({ epoch, figures }) => [epoch, figures[name] ?? null]),
    showSymbol: history.length <= 40,
    symbol: 'circle',
    symbolSize: 5,
    lineStyle: { width: 2, color },
    itemStyle: { color },
    connectNulls: true,
  };
}
