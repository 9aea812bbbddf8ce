// Options of ECharts from our small description of a chart; colours come from the style sheet.
import { BarChart, FunnelChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, FunnelChart, HeatmapChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);
export { echarts };

const language = document.documentElement.lang || "en";
const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });

export function written(value, unit, format = plain) {
  if (value === null || value === undefined) return "—";
  if (unit === "percent") return `${plain.format(value * 100)}\u00a0%`;
  if (unit === "money") return `${format.format(value)}\u00a0₽`;
  return format.format(value);
}

function palette(element) {
  const style = getComputedStyle(element);
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((index) => colour(`--chart-${index}`)),
    text: colour("--tblr-body-color"),
    faint: colour("--tblr-secondary"),
    line: colour("--tblr-border-color"),
    surface: colour("--tblr-bg-surface"),
    low: colour("--chart-low"),
    high: colour("--chart-high"),
  };
}

function frame(data, colours, style) {
  return {
    color: colours.series,
    animationDuration: 250,
    aria: { enabled: true },
    textStyle: { fontFamily: style.fontFamily, color: colours.text },
    // Rich text: a tooltip of HTML would need inline style sheets, which the page forbids.
    tooltip: { renderMode: "richText", confine: true, backgroundColor: colours.surface, borderColor: colours.line, textStyle: { color: colours.text, fontSize: 12 }, valueFormatter: (value) => written(value, data.unit) },
  };
}

function axes(data, colours) {
  const names = { type: "category", data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } }, axisLabel: { color: colours.faint, hideOverlap: true }, inverse: Boolean(data.horizontal) };
  const values = { type: "value", axisLabel: { color: colours.faint, formatter: (value) => written(value, data.unit, short) }, splitLine: { lineStyle: { color: colours.line } } };
  return data.horizontal ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
}

function lines(type, data, colours) {
  const many = data.series.length > 1;
  const dress = type === "line" ? { smooth: 0.2, showSymbol: data.labels.length < 40, symbolSize: 5 } : { barMaxWidth: 34, itemStyle: { borderRadius: 3 } };
  return {
    ...axes(data, colours),
    grid: { left: 8, right: 12, top: 12, bottom: many ? 34 : 8, containLabel: true },
    legend: many ? { bottom: 0, textStyle: { color: colours.faint }, icon: "roundRect", itemWidth: 12, itemHeight: 8 } : undefined,
    series: data.series.map((each) => ({ type, name: each.name, data: each.data, stack: data.stacked ? "all" : undefined, ...dress })),
  };
}

function items(type, data, colours) {
  const label = { color: colours.text, formatter: ({ name, value }) => `${name}: ${written(value, data.unit)}` };
  const shape = type === "pie" ? { radius: ["48%", "72%"] } : { left: 8, right: "38%", top: 8, bottom: 8, minSize: "6%", gap: 2, sort: "none", funnelAlign: "center" };
  return { series: [{ type, data: data.items, label: { ...label, position: type === "funnel" ? "right" : "outside" }, itemStyle: { borderColor: colours.surface, borderWidth: 1 }, ...shape }] };
}

function heat(data, colours) {
  const axis = (names) => ({ type: "category", data: names, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: colours.faint } });
  const most = Math.max(1, ...data.cells.map(([, , value]) => value));
  return {
    xAxis: axis(data.x),
    yAxis: { ...axis(data.y), inverse: true },
    grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
    visualMap: { min: 0, max: most, show: false, inRange: { color: [colours.low, colours.high] } },
    series: [{ type: "heatmap", data: data.cells, itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 3 } }],
  };
}

export function option(type, data, element) {
  const colours = palette(element);
  const shape = { bar: lines, line: lines, funnel: items, pie: items, heatmap: (_, given, tones) => heat(given, tones) }[type];
  const base = frame(data, colours, getComputedStyle(element));
  if (type === "bar" || type === "line") base.tooltip.trigger = "axis";
  return { ...base, ...shape(type, data, colours) };
}
