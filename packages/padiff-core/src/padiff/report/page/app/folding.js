// Which modules are shown: what is folded away, searched for, or filtered by verdict.

const MANY = 200;
const folded = { base: new Set(), raw: new Set() };

/** Of a large model, only the way to where it parts is open. */
function foldFirst() {
  foldAll(MODULES.base.length > MANY);
  const shown = ORIGINS.length ? ORIGINS : [state.selected];
  for (const { base, raw } of shown) reveal({ base, raw });
}

function foldAll(whether) {
  for (const side of SIDES) {
    const parents = MODULES[side].filter((module) => module.children.length && module.parent >= 0);
    folded[side] = new Set(whether ? parents.map((module) => module.index) : []);
  }
}

/** Open everything around two modules. */
function reveal(pair) {
  for (const side of SIDES) for (const index of ancestors(side, pair[side])) setFolded(side, index, false);
}

/** Fold or open a module, and its counterpart with it. */
function setFolded(side, index, whether) {
  for (const [one, at] of [
    [side, index],
    [otherSide(side), besideOf(side, index)],
  ]) {
    if (whether && MODULES[one][at]?.children.length) folded[one].add(at);
    else folded[one].delete(at);
  }
}

const isFolded = (side, index) => folded[side].has(index);

/** The modules to show on a side, in definition order. */
function shownOn(side, kept) {
  if (kept) return MODULES[side].map((m) => m.index).filter((index) => kept[side].has(index));
  const hidden = new Set();
  const shown = [];
  for (const { index, parent } of MODULES[side]) {
    if (parent >= 0 && (hidden.has(parent) || folded[side].has(parent))) hidden.add(index);
    else shown.push(index);
  }
  return shown;
}

/**
 * What search and filter leave, with everything around it; null if neither is in use.
 *
 * `hits` are the modules themselves: their paths by side.
 */
function keptModules(cells) {
  const terms = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!terms.length && !state.verdicts.size) return null;
  const hits = { base: new Set(), raw: new Set() };
  for (const side of SIDES) {
    for (const module of MODULES[side]) {
      if (!matches(module, terms) || !passes(cells[side][module.index].own)) continue;
      hits[side].add(module.index);
      if (module.partner >= 0) hits[otherSide(side)].add(module.partner);
    }
  }
  const kept = { hits };
  for (const side of SIDES) {
    kept[side] = new Set(hits[side]);
    for (const index of hits[side]) for (const above of ancestors(side, index)) kept[side].add(above);
  }
  return kept;
}

function matches(module, terms) {
  const partner = MODULES[otherSide(module.side)][module.partner];
  const text = [module, partner]
    .map((m) => (m ? `${m.path} ${m.class} ${m.kind}` : ""))
    .join(" ")
    .toLowerCase();
  return terms.every((term) => text.includes(term));
}

const passes = (own) => !state.verdicts.size || [...state.verdicts].some((name) => hasVerdict(own, name));
