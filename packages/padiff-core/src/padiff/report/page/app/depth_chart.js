// Error along the depth: a chart for each phase that was run, over the same places.

const CHART_HEIGHT = 96;

const charts = { plots: [], places: [], decades: null, tip: null };

function showDepth() {
  const section = byId("depth");
  follow(["step", "language", "scale", "theme"], () => repaint(section, drawCharts));
  follow(["selected"], () => charts.plots.forEach((plot) => plot.redraw(false)));
  let width = section.clientWidth;
  new ResizeObserver(() => {
    if (section.clientWidth === width) return;
    width = section.clientWidth;
    for (const plot of charts.plots) {
      plot.setSize({ width: plot.root.parentElement.clientWidth, height: plot.height });
    }
  }).observe(section);
}

function drawCharts() {
  const section = byId("depth");
  charts.plots.forEach((plot) => plot.destroy());
  charts.places = placesOf(state.step);
  const relative = state.scale === "relative";
  const phases = PHASES.map((_, phase) => ({ phase, points: pointsOf(charts.places, phase, relative) }));
  const drawn = phases.filter(({ points }) => points.length);
  const all = drawn.flatMap(({ points }) => points);
  charts.decades = decadesOf(all);
  charts.tip = make("p", { class: "tip", hidden: true });
  section.hidden = !drawn.length;
  fill(
    section,
    depthHead(),
    depthLegend(all),
    drawn.map(({ phase }) => plotFrame(phase)),
    charts.tip,
  );
  charts.plots = drawn.map(({ phase, points }, i) => plotOf(phase, points, i === drawn.length - 1));
}

const depthHead = () =>
  make("header", { class: "row-head" }, make("h2", {}, say("depth.title")), stepChoice(), scaleChoice());

function depthLegend(points) {
  const key = (name, text) => make("span", {}, make("i", { class: `swatch ${name}` }), text);
  const measured = points.filter((point) => point.measured).length;
  return make(
    "p",
    { class: "legend" },
    key("floor", say("depth.floor")),
    key("explained", say("depth.explained", { times: DATA.explained })),
    key("allowed", say("depth.allowed")),
    make("span", {}, say("depth.measured", { n: measured, all: points.length })),
  );
}

function plotFrame(phase) {
  const extent = DATA.extents.find((one) => one.phase === phase);
  const caption = make(
    "figcaption",
    {},
    make("b", {}, phaseText(phase)),
    " ",
    extent ? spreadText(extent) : "",
  );
  return make("figure", { class: "chart", "data-phase": PHASES[phase] }, caption);
}

function scaleChoice() {
  const choose = (scale) => change({ scale });
  return choice(say("depth.scale"), ["absolute", "relative"], state.scale, choose, (name) =>
    say(`scale.${name}`),
  );
}

function stepChoice() {
  const steps = [...new Set(UNITS.map((unit) => unit.step))];
  if (steps.length < 2) return null;
  return choice(say("depth.step"), steps, state.step, goToStep, (step) =>
    say("step", { step: String(step) }),
  );
}

/** The same layer in another step. */
function goToStep(step) {
  const here = selectedUnit();
  change({ step });
  const isSame = (unit) => unit.base === here?.base && unit.phase === here.phase && unit.call === here.call;
  const same = UNITS.find((unit) => unit.step === step && isSame(unit));
  const module = selectedModule();
  if (same) selectUnit(same.index);
  else if (module) selectModule(module.side, module.index);
}

function plotOf(phase, points, isLast) {
  const frame = byId("depth").querySelector(`[data-phase=${PHASES[phase]}]`);
  const plot = new uPlot(plotOptions(frame, points, isLast), plotData(points, charts.decades), frame);
  plot.over.addEventListener("click", () => clickPoint(plot, points));
  plot.over.addEventListener("mouseleave", hideTip);
  plot.root.setAttribute("role", "img");
  plot.root.setAttribute("aria-label", chartText(phase, points));
  frame.plot = plot;
  return plot;
}

/** A chart in words: how many layers, the largest error and where. */
function chartText(phase, points) {
  const largest = points.reduce((a, b) => (b.cell.size > a.cell.size ? b : a));
  const path = pathText(MODULES.base[largest.unit.base].path);
  return say("depth.alt", { phase: phaseText(phase), n: points.length, error: largest.cell.error, path });
}
