// Two trees beside each other: what is paired shares a row as far as the order allows, as in a diff.

/**
 * Rows of `{base, raw}`, -1 where a side has nothing.
 *
 * Pairs that keep the order of both sides share a row; of those that cross, each has a row of its own,
 * and a line leads from one to the other.
 */
function alignedRows(base, raw) {
  const place = new Map(raw.map((index, at) => [index, at]));
  const pairs = base
    .map((index, at) => ({ at, to: place.get(besideOf("base", index)) ?? -1 }))
    .filter((pair) => pair.to >= 0 && besideOf("raw", raw[pair.to]) === base[pair.at]);
  const rows = [];
  let [i, j] = [0, 0];
  for (const { at, to } of [...longestRising(pairs), { at: base.length, to: raw.length }]) {
    while (i < at) rows.push({ base: base[i++], raw: -1 });
    while (j < to) rows.push({ base: -1, raw: raw[j++] });
    if (at < base.length) rows.push({ base: base[i++], raw: raw[j++] });
  }
  return rows;
}

/** The most pairs, in order, whose `to` rises (by patience sorting). */
function longestRising(pairs) {
  const ends = [];
  const before = new Array(pairs.length).fill(-1);
  pairs.forEach((pair, index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]].to < pair.to) low = middle + 1;
      else high = middle;
    }
    before[index] = low ? ends[low - 1] : -1;
    ends[low] = index;
  });
  const chain = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]) chain.push(pairs[at]);
  return chain.reverse();
}

/** The cells of a row: of the module, or of all that is folded into it. */
const shownCells = (cells, side, index) => cells[side][index][isFolded(side, index) ? "whole" : "own"];

/** Lines between rows: `{from, to, by, verdict}`, `from` the row of base's module, `to` that of raw's. */
function linesBetween(rows, cells) {
  const at = { base: new Map(), raw: new Map() };
  rows.forEach((row, place) => SIDES.forEach((side) => row[side] >= 0 && at[side].set(row[side], place)));
  const visible = (side, index) => {
    if (at[side].has(index)) return at[side].get(index);
    for (const above of ancestors(side, index)) if (at[side].has(above)) return at[side].get(above);
    return -1;
  };
  const lines = [];
  for (const side of SIDES) {
    for (const [index, row] of at[side]) {
      const { partner, by } = MODULES[side][index];
      const exact = at[otherSide(side)].has(partner);
      if (partner < 0 || (side === "raw" && exact)) continue;
      const other = visible(otherSide(side), partner);
      if (other < 0) continue;
      const ends = side === "base" ? { from: row, to: other } : { from: other, to: row };
      const verdict = shownCells(cells, side, index).reduce(worse);
      lines.push({ ...ends, by, exact, verdict: verdict.verdict, origin: verdict.origin });
    }
  }
  return lines;
}
