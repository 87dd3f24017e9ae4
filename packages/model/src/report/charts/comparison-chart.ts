import { formatFigure, shorten } from '../format.ts';
import type { Html } from '../html.ts';
import { colors, renderChart, textWidth } from './render-chart.ts';

/** A figure with the ends of its confidence interval. */
export interface ComparedFigure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** One of those that are compared, as one bar of a chart. */
export interface ComparedBar {
  readonly name: string;
  readonly figure: ComparedFigure;
}

const rowHeight = 24;
const labelSize = 11.5;
const nameLength = 44;
const palette = ['var(--accent)', 'var(--second)', 'var(--third)', 'var(--fourth)'] as const;

/**
 * Bars from 0 to 1 with whiskers for their intervals, in the order and the colours of those compared.
 * @param baseline drawn as a dashed line: what one gets without doing anything
 */
export function renderComparisonChart(title: string, bars: readonly ComparedBar[], baseline: number): Html {
  const names = bars.map(({ name }) => shorten(name, nameLength));
  const width = 860;
  const left = textWidth(names, labelSize) + 14;
  const height = bars.length * rowHeight;
  const description = `${title}: ${bars.map(describe).join('; ')}.`;
  return renderChart({
    width,
    minimumWidth: 420,
    height: height + 34,
    description,
    tooltips: [bars.map(describe)],
    option: {
      grid: { left, right: 140, top: 8, height, outerBoundsMode: 'none' },
      xAxis: {
        type: 'value',
        min: 0,
        max: 1,
        axisLabel: { color: colors.muted, fontSize: 11 },
        splitLine: { lineStyle: { color: colors.line } },
      },
      yAxis: [category(names, colors.text), { ...category(bars.map(figureText), colors.muted), position: 'right' }],
      series: [barSeries(bars), whiskerSeries(bars), baselineSeries(baseline, bars.length)],
    },
  });
}

function category(data: readonly string[], color: string): object {
  return {
    type: 'category',
    inverse: true,
    data,
    axisLabel: { color, fontSize: labelSize, interval: 0 },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

function describe({ name, figure }: ComparedBar): string {
  return `${name} ${formatFigure(figure.value)}, 95 % from ${formatFigure(figure.low)} to ${formatFigure(figure.high)}`;
}

function figureText({ figure }: ComparedBar): string {
  const [value, low, high] = [figure.value, figure.low, figure.high].map((number) => number.toFixed(3));
  return `${value ?? ''} [${low ?? ''}, ${high ?? ''}]`;
}

function barSeries(bars: readonly ComparedBar[]): object {
  return {
    type: 'bar',
    barWidth: 13,
    data: bars.map(({ figure }, place) => ({
      value: figure.value,
      itemStyle: { color: palette[place % palette.length], borderRadius: [0, 2, 2, 0] },
    })),
  };
}

/** A line from end to end of the interval, as a custom mark, since bars have no whiskers of their own. */
function whiskerSeries(bars: readonly ComparedBar[]): object {
  return {
    type: 'custom',
    silent: true,
    z: 5,
    data: bars.map(({ figure }, place) => [place, figure.low, figure.high]),
    renderItem: (_: unknown, api: WhiskerApi): object => {
      const place = api.value(0);
      const [start = 0, middle = 0] = api.coord([api.value(1), place]);
      const [end = 0] = api.coord([api.value(2), place]);
      const style = { stroke: colors.text, lineWidth: 1.4 };
      const line = ([x1, x2]: readonly [number, number], [y1, y2]: readonly [number, number]): object => ({
        type: 'line',
        shape: { x1, y1, x2, y2 },
        style,
      });
      return {
        type: 'group',
        children: [
          line([start, end], [middle, middle]),
          line([start, start], [middle - 4, middle + 4]),
          line([end, end], [middle - 4, middle + 4]),
        ],
      };
    },
  };
}

/** What ECharts hands to a function that draws marks. */
interface WhiskerApi {
  value(dimension: number): number;
  coord(point: readonly number[]): number[];
}

function baselineSeries(baseline: number, rows: number): object {
  return {
    type: 'custom',
    silent: true,
    z: 5,
    data: [[baseline, 0, rows - 1]],
    renderItem: (_: unknown, api: WhiskerApi): object => {
      const [x = 0, top = 0] = api.coord([api.value(0), api.value(1)]);
      const [, bottom = 0] = api.coord([api.value(0), api.value(2)]);
      const reach = rowHeight / 2;
      return {
        type: 'line',
        shape: { x1: x, y1: top - reach, x2: x, y2: bottom + reach },
        style: { stroke: colors.muted, lineWidth: 1.2, lineDash: [4, 3] },
      };
    },
  };
}
