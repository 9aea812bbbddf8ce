// <div data-chart="bar|line|funnel|heatmap|pie" data-chart-source="id of a json_script">.
// The data: { labels, series: [{ name, data }], unit, stacked, horizontal, urls } for bars and lines,
// { items: [{ name, value, url }], unit } for funnel and pie, { x, y, cells: [[x, y, value]] } for heat.
import { echarts, option } from "../charts.js";

export default function chart(element) {
  const data = JSON.parse(document.getElementById(element.dataset.chartSource).textContent);
  const drawing = echarts.init(element, null, { renderer: "canvas" });
  const draw = () => drawing.setOption(option(element.dataset.chart, data, element), true);
  draw();
  drawing.on("click", ({ dataIndex, data: point }) => {
    const url = point?.url ?? data.urls?.[dataIndex];
    if (url) location.assign(url);
  });
  const resize = new ResizeObserver(() => {
    if (element.isConnected) drawing.resize();
    else {
      resize.disconnect();
      drawing.dispose();
    }
  });
  resize.observe(element);
  // The theme changes the colours, which the canvas has painted already.
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}
