import type { TrainingRecord } from '../../training-file.ts';
import { formatFigure, formatName } from '../format.ts';
import type { Html } from '../html.ts';
import { colors, renderChart } from './render-chart.ts';

/** Which curves a chart over steps shows. */
export type StepChartKind = 'losses' | 'learning-rate';

const lineColors = ['var(--accent)', 'var(--second)', 'var(--third)', 'var(--fourth)', 'var(--muted)'] as const;

/**
 * The loss or the learning rate over the steps of a training; the losses of heads beside their sum, if there are several.
 * @returns undefined with fewer than two points
 */
export function renderStepChart(steps: TrainingRecord['steps'], kind: StepChartKind): Html | undefined {
  const names = kind === 'losses' ? lossNames(steps) : ['learning_rate'];
  if (steps.length < 2 || names.length === 0) return undefined;
  const numberStyle = { color: colors.muted, fontSize: 11 };
  return renderChart({
    width: 540,
    height: 270,
    description: `${kind === 'losses' ? 'Loss' : 'Learning rate'} over ${steps.at(-1)?.step ?? 0} steps: ${names.map(lineName).join(', ')}.`,
    tooltips: names.map((name) =>
      steps.map(({ step, figures }) => `${lineName(name)}, step ${step}: ${formatFigure(figures[name])}`),
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
        min: 0,
        max: steps.at(-1)?.step ?? 1,
        minInterval: 1,
        name: 'Step',
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
        scale: kind === 'losses',
        axisLabel: { ...numberStyle, formatter: (value: number) => Number(value.toPrecision(4)).toString() },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: colors.line } },
      },
      series: names.map((name, index) => toSeries(steps, name, lineColors[index] ?? colors.muted)),
    },
  });
}

function lossNames(steps: TrainingRecord['steps']): string[] {
  const parts = [...new Set(steps.flatMap(({ figures }) => Object.keys(figures)))].filter((name) =>
    name.startsWith('loss '),
  );
  return ['loss', ...(parts.length > 1 ? parts : [])].slice(0, lineColors.length);
}

function lineName(name: string): string {
  return name.startsWith('loss ') ? name.slice('loss '.length) : name === 'loss' ? 'Loss' : formatName(name);
}

function toSeries(steps: TrainingRecord['steps'], name: string, color: string): object {
  return {
    name: lineName(name),
    type: 'line',
    data: steps.map(({ step, figures }) => [step, figures[name] ?? null]),
    showSymbol: steps.length <= 60,
    symbol: 'circle',
    symbolSize: 4,
    lineStyle: { width: name === 'loss' ? 2 : 1.5, color },
    itemStyle: { color },
    connectNulls: true,
  };
}
