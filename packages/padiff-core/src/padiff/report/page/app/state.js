// What the reader chose, and who wants to know when it changes.

const state = {
  /** The module looked at (numbers of its row on either side, -1 for none), and the unit of it, or -1. */
  selected: { base: -1, raw: -1, unit: -1 },
  /** The tensor looked at within the unit; -1 for the worst it produced. */
  tensor: -1,
  step: 0,
  search: "",
  /** Verdicts to show; all if empty. */
  verdicts: new Set(),
  /** "absolute", or "relative" to base's RMS. */
  scale: "absolute",
  /** Whether the details are shown where there is no room beside the rest. */
  opened: false,
};

const listeners = [];

/** Call a function whenever one of these parts of the state changes, and once now. */
function follow(names, listener) {
  listeners.push({ names: new Set(names), listener });
  listener();
}

function change(changes) {
  const names = Object.keys(changes).filter((name) => !Object.is(state[name], changes[name]));
  Object.assign(state, changes);
  for (const { names: wanted, listener } of listeners) {
    if (names.some((name) => wanted.has(name))) listener();
  }
}

const selectedUnit = () => UNITS[state.selected.unit] ?? null;

/** Look at a unit. */
function selectUnit(index) {
  const unit = UNITS[index];
  change({ selected: { base: unit.base, raw: unit.raw, unit: index }, tensor: -1, step: unit.step });
}

/** Look at a module: where a difference arises in it, else at what differs, else at the phase looked at. */
function selectModule(side, index) {
  const module = MODULES[side][index];
  const units = module.units.map((at) => UNITS[at]).filter((unit) => unit.step === state.step);
  const phase = selectedUnit()?.phase ?? 0;
  const unit =
    units.find((u) => u.origin) ?? units.find(isFailing) ?? units.find((u) => u.phase === phase) ?? units[0];
  if (unit) selectUnit(unit.index);
  else change({ selected: pairOf(module), tensor: -1 });
}

const pairOf = (module) => ({
  base: module.side === "base" ? module.index : module.partner,
  raw: module.side === "raw" ? module.index : module.partner,
  unit: -1,
});

/** The module looked at, on the side that has it. */
function selectedModule() {
  const { base, raw } = state.selected;
  return MODULES.base[base] ?? MODULES.raw[raw] ?? null;
}

/** The next unit that fails, in the order of time; from the last it goes on with the first. */
function selectFailing(direction) {
  const failing = UNITS.filter((unit) => unit.step === state.step && isFailing(unit)).map(
    (unit) => unit.index,
  );
  if (!failing.length) return;
  const here = state.selected.unit;
  const later = direction > 0 ? failing.find((i) => i > here) : failing.findLast((i) => i < here);
  selectUnit(later ?? failing.at(direction > 0 ? 0 : -1));
}

/** The step where the models part, or the last one. */
const firstStep = () => ORIGINS[0]?.step ?? Math.max(0, ...new Set(UNITS.map((unit) => unit.step)));

/** What is looked at first: the first origin; of models that agree, the largest error. */
function selectFirst() {
  change({ step: firstStep() });
  const [origin] = ORIGINS;
  if (origin) return selectOrigin(origin);
  const sized = DATA.extents.filter((extent) => extent.largest >= 0).map((extent) => UNITS[extent.largest]);
  const largest =
    sized.sort((a, b) => cellOf(b).size - cellOf(a).size)[0] ?? UNITS.find(isFailing) ?? UNITS[0];
  if (largest) selectUnit(largest.index);
}

function selectOrigin(origin) {
  if (origin.unit >= 0) selectUnit(origin.unit);
  else change({ selected: { base: origin.base, raw: origin.raw, unit: -1 }, tensor: -1, step: origin.step });
}
