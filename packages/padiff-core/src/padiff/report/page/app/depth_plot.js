// How one chart of the errors looks to the charting library.

function plotOptions(frame, points, isLast) {
  const { decades } = charts;
  const { zero, infinite, half, high, unnumbered } = decades;
  const top = unnumbered ? infinite * half : 10 ** high * 2;
  return {
    width: frame.clientWidth,
    height: CHART_HEIGHT + (isLast ? 26 : 8),
    padding: [6, 10, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: "depth" }, points: { show: false }, drag: { x: true, y: false }, y: false },
    scales: {
      x: { time: false, range: depthRange },
      y: { distr: 3, log: 10, range: () => [zero / half, top] },
    },
    axes: [depthAxis(isLast), errorAxis(decades)],
    series: plotSeries(),
    bands: [
      { series: [3, 2], fill: () => color("--band") },
      { series: [4, 3], fill: () => color("--band-wide") },
    ],
    hooks: {
      draw: [(plot) => drawPoints(plot, points)],
      setCursor: [(plot) => showTip(plot, points)],
    },
  };
}

/** All charts over the same depth, wherever their own points begin and end; or what was zoomed into. */
function depthRange(plot, low, high) {
  const [first, last] = [plot.data[0][0], plot.data[0].at(-1)];
  return low <= first && high >= last ? [-0.5, charts.places.length - 0.5] : [low - 0.5, high + 0.5];
}

/** Depth, errors, the edges of the two bands from below, and what is allowed. */
function plotData(points, decades) {
  const edge = (size) => placed(size || null, decades);
  return [
    points.map((point) => point.at),
    points.map((point) => placed(point.error, decades)),
    points.map((point) => (point.floor ? decades.zero / decades.half : null)),
    points.map((point) => edge(point.floor)),
    points.map((point) => edge(point.floor * DATA.explained)),
    points.map((point) => edge(point.allowed)),
  ];
}

function plotSeries() {
  const points = { show: false };
  const unseen = { stroke: null, width: 0, points };
  return [
    {},
    { stroke: () => color("--line"), width: 1, points },
    unseen,
    { stroke: () => color("--band-edge"), width: 1, points },
    unseen,
    { stroke: () => color("--faint"), width: 1, dash: [3, 3], points },
  ];
}

const plainAxis = () => ({ stroke: () => color("--dim"), font: `11px ${font()}`, ticks: { show: false } });

/** Paths along the depth, below the last chart only. */
function depthAxis(isLast) {
  const name = (at) => (isLast && Number.isInteger(at) ? shortPath(charts.places[at]) : "");
  const values = (plot, places) => places.map(name);
  return { ...plainAxis(), size: isLast ? 24 : 6, space: 110, grid: { show: false }, values };
}

function errorAxis(decades) {
  return {
    ...plainAxis(),
    size: 52,
    grid: { stroke: () => color("--grid"), width: 1 },
    splits: () => decadeSplits(decades),
    filter: (plot, sizes) => sizes,
    values: (plot, sizes) => sizes.map((size) => decadeText(size, decades)),
  };
}

const MOST_DECADES = 4;

/** So few decades that their names have room, and the two lanes without a number. */
function decadeSplits({ low, high, zero, infinite, unnumbered }) {
  const every = Math.max(1, Math.ceil((high - low) / MOST_DECADES));
  const decades = [];
  for (let decade = high; decade >= low; decade -= every) decades.unshift(10 ** decade);
  return [zero, ...decades, ...(unnumbered ? [infinite] : [])];
}

function decadeText(size, { zero, infinite }) {
  if (size === zero) return "0";
  return size === infinite ? "NaN/\u2260" : `1e${Math.round(Math.log10(size))}`;
}

const LONGEST_PATH = 18;

function shortPath(place) {
  const path = place ? pathText(MODULES.base[place.base].path) : "";
  return path.length > LONGEST_PATH ? `\u2026${path.slice(1 - LONGEST_PATH)}` : path;
}
