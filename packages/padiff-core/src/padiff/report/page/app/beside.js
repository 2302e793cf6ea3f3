// Modules that nobody paired, and that stand beside each other all the same.

const SIDES = ["base", "raw"];
const otherSide = (side) => (side === "base" ? "raw" : "base");

/** The modules around one, from the inside. */
function* ancestors(side, index) {
  for (let at = MODULES[side][index]?.parent ?? -1; at >= 0; at = MODULES[side][at].parent) yield at;
}

/**
 * By side, for each module the smallest one of the other side around all that is paired within it; -1 if
 * nothing is.
 */
const AROUND = { base: aroundOf("base"), raw: aroundOf("raw") };

function aroundOf(side) {
  const around = MODULES[side].map((module) => module.partner);
  for (const module of MODULES[side].toReversed()) {
    if (module.parent < 0 || MODULES[side][module.parent].partner >= 0 || around[module.index] < 0) continue;
    const known = around[module.parent];
    const outside =
      module.partner >= 0 ? MODULES[otherSide(side)][module.partner].parent : around[module.index];
    around[module.parent] = known < 0 ? outside : commonAncestor(otherSide(side), known, outside);
  }
  return around;
}

function commonAncestor(side, one, other) {
  const above = new Set([one, ...ancestors(side, one)]);
  return [other, ...ancestors(side, other)].find((index) => above.has(index)) ?? -1;
}

/** A part of a layer stands beside that of the same name. */
function partBeside(module) {
  const around = MODULES[otherSide(module.side)][besideOf(module.side, module.parent)];
  const parts = (around?.children ?? []).map((index) => MODULES[around.side][index]);
  return parts.find((part) => part.by === "inside" && part.name === module.name)?.index ?? -1;
}

/** The module to show beside another: its counterpart, or the one around the counterparts of its parts. */
function besideOf(side, index) {
  const module = MODULES[side][index];
  if (module.partner >= 0) return module.partner;
  if (module.by === "inside") return partBeside(module);
  const other = AROUND[side][index];
  const isMutual =
    other >= 0 && MODULES[otherSide(side)][other].partner < 0 && AROUND[otherSide(side)][other] === index;
  return isMutual ? other : -1;
}
