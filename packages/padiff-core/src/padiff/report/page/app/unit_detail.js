// A layer in one phase: what became of it, what it received and what it produced.

function unitDetail(unit, tensor) {
  const origin = originAt(unit);
  return [
    phaseChoice(unit),
    callChoice(unit),
    stateLine(origin ? "origin" : (VERDICTS[unit.verdict] ?? "nothing"), stateOf(unit)),
    origin && [make("p", {}, meaningOf(origin)), hintList(origin)],
    tensorList(`received.${PHASES[unit.phase]}`, unit.received, tensor),
    tensorList(`produced.${PHASES[unit.phase]}`, unit.produced, tensor),
  ];
}

const unitsBeside = (unit) =>
  MODULES.base[unit.base].units
    .map((index) => UNITS[index])
    .filter((other) => other.step === unit.step && other.raw === unit.raw);

/** The phases of the module, each with its error; in another phase, the same call if there is one. */
function phaseChoice(unit) {
  const beside = unitsBeside(unit);
  const inPhase = (phase) => {
    const there = beside.filter((other) => other.phase === phase);
    return there.find((other) => other.call === unit.call) ?? there[0];
  };
  const one = (other) =>
    button(
      {
        class: "tab",
        "aria-pressed": String(other.phase === unit.phase),
        "data-key": PHASES[other.phase],
        click: () => selectUnit(other.index),
      },
      phaseText(other.phase),
      cellMark(cellOf(other), other.phase),
    );
  const units = PHASES.map((_, phase) => inPhase(phase)).filter(Boolean);
  return make("div", { class: "tabs", role: "group", "aria-label": say("detail.phases") }, units.map(one));
}

function callChoice(unit) {
  const calls = unitsBeside(unit)
    .filter((other) => other.phase === unit.phase)
    .map((other) => other.index);
  if (calls.length < 2) return null;
  const name = (index) => say("call", { call: String(UNITS[index].call) });
  return choice(say("detail.calls"), calls, unit.index, selectUnit, name);
}

/** What became of a unit: a key of `state.*_means`. */
function stateOf(unit) {
  const given = unit.received.some((index) => FAILING.has(tensorOf(index).verdict));
  if (unit.origin) return "origin";
  if (unit.verdict < 0) return "nothing";
  if (isFailing(unit)) return given ? "inherits" : "differs";
  return given ? "absorbs" : "agrees";
}

const stateLine = (name, key) =>
  make("p", { class: `state is-${name}` }, shape(name), say(`state.${key}_means`));

function tensorList(key, indices, shown) {
  if (!indices.length) return null;
  const rows = indices.map((index) => make("li", {}, tensorButton(index, shown)));
  return make("section", { class: "tensors" }, make("h3", {}, say(key)), make("ul", {}, rows));
}

function tensorButton(index, shown) {
  const tensor = tensorOf(index);
  const isShown = state.tensor >= 0 ? state.tensor === index : tensor.name === shown?.name;
  return button(
    {
      class: `tensor-row is-${tensor.verdict}`,
      "aria-pressed": String(isShown),
      "data-key": `tensor-${index}`,
      click: () => change({ tensor: index }),
    },
    shape(tensor.verdict),
    make("span", { class: "name" }, tensor.name),
    make("span", { class: "size" }, errorOf(tensor).error),
    make("span", {}, say(`verdict.${tensor.verdict}`)),
  );
}

function tensorSection(tensor) {
  return make(
    "section",
    { class: "tensor" },
    make("h3", {}, code(tensor.name), " ", verdictMark(tensor.verdict)),
    make("p", { class: "summary" }, summaryOf(tensor)),
    tensor.note && tensor.metrics && told(tensor.note, "p", { class: "dim" }),
    measureTable(tensor),
    worstElement(tensor),
    tensor.metrics && [make("h3", {}, say("histogram.title")), make("div", { class: "histogram" })],
  );
}

function hintList(origin) {
  if (!origin.hints.length) return null;
  const one = (hint) => make("li", {}, icon("hint"), told(hint.text), " ", code(hint.kind, { class: "dim" }));
  return make("ul", { class: "hints" }, origin.hints.map(one));
}
