// How large the errors of one tensor are: how many elements have an error of each power of two.

/** A chart of a tensor's errors in `frame`, or a sentence where there is nothing to draw. */
function showHistogram(frame, tensor) {
  const [zeros, first, ...counts] = tensor.metrics.histogram || [];
  const instead = zeros == null ? say("histogram.none") : say("histogram.zeros", { n: zeros });
  if (!counts.length) return fill(frame, make("p", { class: "dim" }, instead));
  const exponents = [first - 1, ...counts.map((_, i) => first + i), first + counts.length];
  const options = histogramOptions(frame, tensor, exponents);
  const plot = new uPlot(options, [exponents, [0, ...counts, 0]], frame);
  const text = histogramText(zeros, first, counts);
  plot.root.setAttribute("role", "img");
  plot.root.setAttribute("aria-label", text);
  frame.append(make("p", { class: "dim" }, text));
  frame.plot = plot;
}

function histogramText(zeros, first, counts) {
  const most = first + counts.indexOf(Math.max(...counts));
  return say("histogram.text", { n: zeros, low: number(2 ** most), high: number(2 ** (most + 1)) });
}

function histogramOptions(frame, tensor, exponents) {
  const bars = uPlot.paths.bars({ size: [0.9], align: 1 });
  const powers = (plot, all) => all.map((exponent) => (Number.isInteger(exponent) ? `2^${exponent}` : ""));
  return {
    width: frame.clientWidth,
    height: 130,
    padding: [8, 6, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [exponents[0], exponents.at(-1) + 1] },
      y: { range: (plot, low, high) => [0, high] },
    },
    axes: [
      { ...plainAxis(), size: 24, space: 60, grid: { show: false }, values: powers },
      {
        ...plainAxis(),
        size: 50,
        space: 26,
        grid: { stroke: () => color("--grid"), width: 1 },
        values: counted,
      },
    ],
    series: [{}, { fill: () => color("--bar"), width: 0, paths: bars, points: { show: false } }],
    hooks: { draw: [(plot) => drawLimits(plot, tensor)] },
  };
}

const counted = (plot, counts) =>
  counts.map((count) => count.toLocaleString("en-US", { notation: "compact" }));

/** Lines for base's own rounding error, and for what is allowed where base is of its mean size. */
function drawLimits(plot, { metrics, floor }) {
  const allowed = allowedBy(metrics);
  if (floor) drawVertical(plot, Math.log2(floor), color("--band-edge"), []);
  if (allowed) drawVertical(plot, Math.log2(allowed), color("--faint"), [3, 3]);
}
