import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { goTs, stockGo, tsGo } from "./entries.js";
import { headlines, speed } from "./headlines.js";
import type { Line } from "./run-row.js";

use([BarChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer, TitleComponent]);

const columns = [tsGo, goTs, stockGo];
const colors = ["#3178c6", "#7ab8f5", "#b0b0b0"];

/** Draws a bar for the speed of each column, where Go on both sides is 1. */
export function drawChart(lines: readonly Line[]): string {
  const shown = headlines(lines).reverse();
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 860, height: 74 + 46 * shown.length });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    color: colors,
    title: {
      text: "Speed, where Go on both sides is 1 (longer is faster)",
      left: "center",
      textStyle: { fontSize: 15 },
    },
    legend: { top: 40, data: columns },
    grid: { left: 250, right: 60, top: 74, bottom: 30 },
    xAxis: { type: "value", min: 0 },
    yAxis: { type: "category", data: shown.map(({ title }) => title) },
    series: columns.map((column, index) => ({
      name: column,
      type: "bar",
      data: shown.map((line) => speed(line, column)),
      label: { show: true, position: "right", fontSize: 10 },
      ...(index === 0 && {
        markLine: {
          silent: true,
          symbol: "none",
          data: [{ xAxis: 1 }],
          label: { show: false },
          lineStyle: { color: "#444" },
        },
      }),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
