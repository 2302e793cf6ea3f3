// The report, out of its columns: modules, units (a layer in one phase), tensors, measurements.

const DATA = JSON.parse(byId("report").textContent);
const { about: ABOUT, phases: PHASES, verdicts: VERDICTS, severities: SEVERITIES, strings: STRINGS } = DATA;

const lengthOf = (table) => Object.values(table)[0].length;

/** A row of a table. `texts` are the columns that hold numbers of strings. */
function rowOf(table, index, texts = []) {
  const row = {};
  for (const [name, column] of Object.entries(table)) row[name] = column[index];
  for (const name of texts) row[name] = STRINGS[row[name]];
  return row;
}

const rowsOf = (table, texts) => Array.from({ length: lengthOf(table) }, (_, i) => rowOf(table, i, texts));

function modulesOf(side) {
  const rows = rowsOf(DATA[side], ["path", "class", "kind", "by"]);
  rows.forEach((module, index) => {
    const above = rows[module.parent];
    Object.assign(module, { side, index, children: [], units: [], depth: above ? above.depth + 1 : 0 });
    module.name = above?.path ? module.path.slice(above.path.length + 1) : module.path || ABOUT[side];
    above?.children.push(index);
  });
  return rows;
}

function unitsOf() {
  let tensor = 0;
  const units = rowsOf(DATA.units, ["source"]);
  units.forEach((unit, index) => {
    const start = tensor;
    const produced = start + unit.received;
    tensor = produced + unit.produced;
    const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);
    Object.assign(unit, { index, received: range(start, produced), produced: range(produced, tensor) });
    unit.worst = unit.worst < 0 ? -1 : unit.produced[unit.worst];
    for (const side of ["base", "raw"]) MODULES[side][unit[side]]?.units.push(index);
  });
  return units;
}

/** A tensor with what was measured of it. */
function tensorOf(index) {
  return measuredTensor(rowOf(DATA.tensors, index));
}

function measuredTensor(tensor) {
  return {
    name: STRINGS[tensor.name],
    note: STRINGS[tensor.note],
    verdict: VERDICTS[tensor.verdict] ?? "nothing",
    metrics: metricsOf(tensor.metrics),
    floor: tensor.floor && Number(tensor.floor),
    unlike: tensor.unlike < 0 ? null : rowOf(DATA.unlike, tensor.unlike),
  };
}

const METRIC_TEXTS = ["shape", "base_dtype", "raw_dtype", "at", "base_value", "raw_value"];
const METRIC_SIZES = ["max_abs", "mean_abs", "rms", "max_rel", "mean_abs_base", "rms_base", "cosine", "atol"];

function metricsOf(index) {
  if (index < 0) return null;
  const metrics = rowOf(DATA.metrics, index, METRIC_TEXTS);
  for (const name of METRIC_SIZES) metrics[name] = Number(metrics[name]);
  metrics.tolerance = rowOf(DATA.tolerances, metrics.tolerance);
  metrics.size = metrics.shape.split(", ").reduce((size, length) => size * Number(length || 1), 1);
  return metrics;
}

function originOf(origin, index) {
  return {
    ...origin,
    index,
    tensor: measuredTensor(origin.tensor),
    module: MODULES.base[origin.base],
    counterpart: MODULES.raw[origin.raw],
  };
}

function findingsOf() {
  const texts = Object.keys(DATA.findings).filter((name) => name !== "severity" && name !== "below");
  return rowsOf(DATA.findings, texts).map((finding) => ({
    ...finding,
    severity: SEVERITIES[finding.severity],
  }));
}

const MODULES = { base: modulesOf("base"), raw: modulesOf("raw") };
const UNITS = unitsOf();
const ORIGINS = DATA.origins.map(originOf);
const FINDINGS = findingsOf();

/** What the lint says of a layer of base; of a module above it, what concerns all below. */
function findingsAt(path) {
  const above = (other) => !other || path.startsWith(`${other}.`);
  return FINDINGS.filter((f) => f.base_path === path || (f.below && above(f.base_path)));
}

/** The origin at a unit, or null. */
const originAt = (unit) => ORIGINS.find((origin) => origin.unit === unit.index) ?? null;
