// What became of a module in a phase: its verdict, its largest error, whether a difference arises there.

const RANK = { nothing: 0, identical: 1, rounding: 2, within: 3, suspicious: 4, wrong: 5 };
const FAILING = new Set(["suspicious", "wrong"]);
const NOTHING = { verdict: "nothing", origin: false, size: -1, error: "-", unit: -1 };

const isFailing = (unit) => unit.origin || FAILING.has(VERDICTS[unit.verdict]);

/** The size of a tensor's error, to compare by and as it is written. */
function errorOf(tensor) {
  if (tensor.unlike) return { size: Infinity, error: say(`error.${tensor.unlike.reason}`) };
  if (!tensor.metrics) return { size: Infinity, error: say("error.missing") };
  if (tensor.metrics.differences) return { size: Infinity, error: "NaN/inf" };
  return { size: tensor.metrics.max_abs, error: number(tensor.metrics.max_abs) };
}

/** A unit's cell; of code between layers, and of the optimizer, not what the layer itself produced. */
function cellOf(unit) {
  const origin = unit.origin ? originAt(unit) : null;
  if (origin) return originCell(origin, unit.index);
  if (unit.worst < 0 || unit.verdict < 0) return { ...NOTHING, unit: unit.index };
  return {
    verdict: VERDICTS[unit.verdict],
    origin: false,
    unit: unit.index,
    ...errorOf(tensorOf(unit.worst)),
  };
}

/** Of an origin no tensor stands for, there is nothing to measure. */
function originCell(origin, unit) {
  const error = origin.tensor.name ? errorOf(origin.tensor) : { size: -1, error: "" };
  return { verdict: origin.tensor.verdict, origin: true, unit, ...error };
}

function worse(one, other) {
  const key = (cell) => [Number(cell.origin), RANK[cell.verdict], cell.size];
  const [a, b] = [key(one), key(other)];
  const first = a.findIndex((value, i) => value !== b[i]);
  return first >= 0 && a[first] < b[first] ? other : one;
}

/** Whether a module has a verdict in any phase, or is an origin; `nothing` is having none in all of them. */
function hasVerdict(own, name) {
  if (name === "nothing") return own.every((cell) => cell.verdict === name && !cell.origin);
  return own.some((cell) => (name === "origin" ? cell.origin : cell.verdict === name));
}

/** By module: a cell for each phase of one step, of itself (`own`) and of all below it (`whole`). */
function cellsOf(side, step) {
  const rows = MODULES[side].map((module) => {
    const own = PHASES.map(() => NOTHING);
    for (const unit of module.units.map((index) => UNITS[index]).filter((u) => u.step === step)) {
      own[unit.phase] = worse(own[unit.phase], cellOf(unit));
    }
    return { own, whole: own, layers: 1 };
  });
  if (side === "base") markOptimizers(rows, step);
  for (const module of MODULES[side].toReversed()) {
    const above = rows[module.parent];
    if (!above) continue;
    above.whole = above.whole.map((cell, phase) => worse(cell, rows[module.index].whole[phase]));
    above.layers += rows[module.index].layers;
  }
  return rows;
}

/** An origin that is no layer is shown at the model. */
function markOptimizers(rows, step) {
  for (const origin of ORIGINS.filter((o) => o.unit < 0 && o.step === step && rows[o.base])) {
    const cell = originCell(origin, -1);
    const row = rows[origin.base];
    row.own = row.own.map((known, phase) => (phase === origin.phase ? cell : known));
    row.whole = row.own;
  }
}
