// The points of a chart: their shapes, and what happens under the pointer.

const PATHS = Object.fromEntries(Object.entries(SHAPES).map(([name, path]) => [name, new Path2D(path)]));
const POINT = { origin: 14, failing: 10, agreeing: 10 };
const DENSE_POINT = { origin: 14, failing: 7, agreeing: 4 };
const DENSE = 5;

/** The points by verdict, the worst on top; a line down the chart at origins and at what is looked at. */
function drawPoints(plot, points) {
  const { ctx, bbox } = plot;
  const sizes = bbox.width / devicePixelRatio / points.length < DENSE ? DENSE_POINT : POINT;
  const rank = ({ cell }) => RANK[cell.verdict] + (cell.origin ? RANK.wrong : 0);
  ctx.save();
  points
    .filter(({ unit }) => unit.origin || unit.index === state.selected.unit)
    .forEach((point) => drawRule(plot, point));
  for (const point of [...points].sort((a, b) => rank(a) - rank(b))) {
    const place = placed(point.error, charts.decades);
    const x = plot.valToPos(point.at, "x", true);
    if (place == null || x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue;
    drawShape(
      ctx,
      point.cell,
      x,
      plot.valToPos(place, "y", true),
      sizes[weight(point.cell)] * devicePixelRatio,
    );
  }
  ctx.restore();
}

const weight = (cell) => (cell.origin ? "origin" : FAILING.has(cell.verdict) ? "failing" : "agreeing");

function drawShape(ctx, cell, x, y, size) {
  const name = cell.origin ? "origin" : cell.verdict;
  ctx.save();
  ctx.translate(x - size / 2, y - size / 2);
  ctx.scale(size / 16, size / 16);
  ctx.fillStyle = color(`--${name}`);
  ctx.fill(PATHS[name], "evenodd");
  ctx.restore();
}

function drawRule(plot, { at, unit }) {
  const isSelected = unit.index === state.selected.unit;
  drawVertical(plot, at, color(isSelected ? "--accent" : "--origin"), isSelected ? [] : [4, 3]);
}

/** A line from the bottom of a chart to its top, if its place is in sight. */
function drawVertical({ ctx, bbox, valToPos }, at, stroke, dash) {
  const x = Math.round(valToPos(at, "x", true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** The point nearest to the pointer, along the depth. */
function pointUnder(plot, points) {
  const { left } = plot.cursor;
  if (left == null || left < 0) return null;
  const at = plot.posToVal(left, "x");
  return points.reduce((best, point) => (Math.abs(best.at - at) <= Math.abs(point.at - at) ? best : point));
}

function clickPoint(plot, points) {
  const point = pointUnder(plot, points);
  if (!point) return;
  selectUnit(point.unit.index);
  change({ opened: true });
}

function showTip(plot, points) {
  const point = plot.root.matches(":hover") ? pointUnder(plot, points) : null;
  if (!point) return;
  const { tip } = charts;
  const module = MODULES.base[point.unit.base];
  const dim = (text) => make("span", { class: "dim" }, text);
  const floor =
    point.floor &&
    say(point.measured ? "depth.floor_is" : "depth.rounding_is", { floor: number(point.floor) });
  fill(
    tip,
    code(pathText(module.path)),
    dim(module.class),
    cellMark(point.cell, point.unit.phase),
    floor && dim(floor),
  );
  tip.hidden = false;
  placeTip(tip, plot, plot.valToPos(point.at, "x"));
}

function placeTip(tip, plot, at) {
  const frame = byId("depth").getBoundingClientRect();
  const box = plot.over.getBoundingClientRect();
  const left = box.left - frame.left + at + 12;
  tip.style.left = `${Math.max(4, Math.min(left, frame.width - tip.offsetWidth - 4))}px`;
  tip.style.top = `${box.top - frame.top + 4}px`;
}

function hideTip() {
  charts.tip.hidden = true;
}
