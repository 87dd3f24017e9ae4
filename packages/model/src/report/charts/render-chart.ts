import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import type { EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml, trustedMarkup, type Html } from '../html.ts';

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);

/** What a chart is drawn from. */
export interface ChartInput {
  /** In the options of ECharts. */
  readonly option: EChartsCoreOption;
  /** In pixels at full size; in less room the chart shrinks. */
  readonly width: number;
  /** In pixels; in less room than that the chart is scrolled. @default 0 */
  readonly minimumWidth?: number;
  /** In pixels at full size. */
  readonly height: number;
  /** One sentence for those who cannot see it. */
  readonly description: string;
  /** Shown when the pointer rests on a mark: texts by series and row of data. */
  readonly tooltips?: readonly (readonly string[])[];
}

/** Colours are CSS variables, so that one drawing serves light, dark and print. */
export const colors = {
  text: 'var(--text)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  accent: 'var(--accent)',
  second: 'var(--second)',
  onAccent: 'var(--on-accent)',
} as const;

/** Room for the longest of some texts, in pixels; an estimate, since there is no browser to measure. */
export function textWidth(texts: readonly string[], fontSize: number): number {
  return Math.ceil(Math.max(0, ...texts.map(unitsOf)) * fontSize * 0.62);
}

/** Ideographs and emoji are about twice as wide as letters. */
function unitsOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) >= 0x1100 ? 1.8 : 1), 0);
}

/** Draws a chart as SVG, without a browser. */
export function renderChart(input: ChartInput): Html {
  const { option, width, height, description, tooltips = [] } = input;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'sans-serif' }, ...option });
    return trustedMarkup(toInlineSvg(chart.renderToSVGString(), { style: toStyle(input), description, tooltips }));
  } finally {
    chart.dispose();
  }
}

function toStyle({ width, minimumWidth }: ChartInput): string {
  return `width:${width}px${minimumWidth === undefined ? '' : `;min-width:${minimumWidth}px`}`;
}

interface SvgContext {
  readonly style: string;
  readonly description: string;
  readonly tooltips: readonly (readonly string[])[];
}

/** Takes out what only a live chart needs, and puts in what a still one needs: a description and native tooltips. */
function toInlineSvg(svg: string, { style, description, tooltips }: SvgContext): string {
  const label = escapeHtml(description);
  return svg
    .replace(/<style\b[\s\S]*?<\/style>\s*/g, '')
    .replace(/^<svg width="[^"]*" height="[^"]*"/, `<svg role="img" aria-label="${label}" style="${style}"`)
    .replace(/ class="zr[^"]*"/g, '')
    .replace(/font-family:sans-serif;/g, '')
    .replace(
      /(<path [^>]*?) ecmeta_series_index="(\d+)" ecmeta_data_index="(\d+)" ecmeta_ssr_type="chart"([^>]*>)<\/path>/g,
      (_, ...[start = '', series, row, end = '']: string[]) => {
        const tooltip = tooltips[Number(series)]?.[Number(row)];
        return tooltip === undefined
          ? `${start}${end}</path>`
          : `${start}${end}<title>${escapeHtml(tooltip)}</title></path>`;
      },
    )
    .replace(/ ecmeta_[a-z_]+="[^"]*"/g, '');
}
