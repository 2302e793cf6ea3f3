// Where each layer stands along the depth of the network, and its error there, phase by phase.

/** The places along the depth in one step: `{base, call}` in the order layers run going forward. */
function placesOf(step) {
  const units = UNITS.filter((unit) => unit.step === step);
  const around = new Set(units.flatMap((unit) => [...ancestors("base", unit.base)]));
  const shown = units.filter((unit) => unit.origin || !around.has(unit.base));
  const forward = shown.filter((unit) => unit.phase === 0);
  const others = shown.filter((unit) => unit.phase !== 0).sort((a, b) => a.base - b.base || a.call - b.call);
  const places = new Map();
  for (const unit of [...forward, ...others]) {
    const key = placeKey(unit);
    if (!places.has(key)) places.set(key, { base: unit.base, call: unit.call, at: places.size, units: [] });
    places.get(key).units.push(unit);
  }
  return [...places.values()];
}

const placeKey = (unit) => `${unit.base}/${unit.call}`;

/** What is drawn of one phase: a point for each place where something was compared. */
function pointsOf(places, phase, relative) {
  return places.flatMap(({ at, units }) => {
    const unit = units.find((u) => u.phase === phase);
    return unit ? [pointOf(unit, at, relative)] : [];
  });
}

function pointOf(unit, at, relative) {
  const origin = unit.origin ? originAt(unit) : null;
  const tensor = origin?.tensor ?? (unit.worst < 0 ? null : tensorOf(unit.worst));
  const cell = cellOf(unit);
  const metrics = tensor?.metrics;
  const scale = relative ? metrics?.rms_base || NaN : 1;
  return {
    at,
    unit,
    cell,
    error: cell.size < 0 ? null : cell.size / (Number.isFinite(cell.size) ? scale : 1),
    floor: metrics ? Math.max(tensor.floor ?? 0, metrics.rounding) / scale : null,
    measured: tensor?.floor != null,
    allowed: metrics ? allowedBy(metrics) / scale : null,
  };
}

/** Whole decades around all that is drawn, and a lane below and above for 0 and for what has no number. */
function decadesOf(points) {
  const sizes = points
    .flatMap(({ error, floor, allowed }) => [error, floor, allowed])
    .filter((size) => size > 0 && Number.isFinite(size));
  const low = Math.floor(Math.log10(sizes.length ? sizes.reduce((a, b) => Math.min(a, b)) : 1e-8));
  const high = Math.max(
    low + 1,
    Math.ceil(Math.log10(sizes.length ? sizes.reduce((a, b) => Math.max(a, b)) : 1)),
  );
  const lane = Math.max(1, (high - low) / 4);
  const unnumbered = points.some(({ error }) => error === Infinity);
  return {
    low,
    high,
    zero: 10 ** (low - lane),
    infinite: 10 ** (high + lane),
    half: 10 ** (lane / 2),
    unnumbered,
  };
}

/** Where a size stands on the scale. */
function placed(size, { low, zero, infinite }) {
  if (size == null || Number.isNaN(size)) return null;
  if (size === Infinity) return infinite;
  return size > 0 ? Math.max(size, 10 ** low) : zero;
}
