// Both module trees with the pairing between them; only the rows in sight are elements.

const OVERSCAN = 8;

const tree = { rows: [], lines: [], cells: null, kept: null, phases: [], grid: null, rowHeight: 24 };

function showTree() {
  tree.phases = PHASES.map((_, phase) => phase).filter((phase) => UNITS.some((unit) => unit.phase === phase));
  follow(["step", "language"], () => {
    const top = tree.grid?.scrollTop ?? 0;
    tree.cells = { base: cellsOf("base", state.step), raw: cellsOf("raw", state.step) };
    frameTree();
    layRows();
    tree.grid.scrollTop = top;
  });
  follow(["search", "verdicts"], layRows);
  follow(["selected"], () => {
    reveal(state.selected);
    layRows();
    scrollToSelected();
  });
  new ResizeObserver(() => requestAnimationFrame(paintRows)).observe(byId("modules"));
}

/** Everything around the rows: made anew with the language. */
function frameTree() {
  const section = byId("modules");
  tree.body = make("div", { class: "rows", role: "rowgroup" });
  tree.svg = document.createElementNS(SVG, "svg");
  tree.svg.setAttribute("class", "links");
  tree.svg.setAttribute("aria-hidden", "true");
  tree.canvas = make("div", { class: "canvas", role: "presentation" }, tree.svg, tree.body);
  tree.empty = make("p", { class: "empty" }, say("tree.empty"));
  tree.grid = make(
    "div",
    {
      id: "tree",
      class: "grid",
      role: "treegrid",
      tabindex: "0",
      "aria-label": say("tree.label"),
      scroll: () => requestAnimationFrame(paintRows),
      keydown: treeKey,
    },
    make("div", { role: "rowgroup", class: "heads" }, headRow()),
    tree.canvas,
    tree.empty,
  );
  fill(section, toolbar(), tree.grid, linkLegend());
}

function headRow() {
  const side = (name) =>
    make(
      "span",
      { role: "columnheader", class: `side ${name}` },
      make("b", {}, say(`side.${name}`)),
      ` ${ABOUT[name]}`,
      make("span", { class: "dim" }, ` ${ABOUT[`${name}_framework`]}`),
    );
  const gutter = make("span", { class: "gutter" });
  return make(
    "div",
    { role: "row", class: "row head" },
    side("base"),
    gutter,
    side("raw"),
    phaseCells("columnheader", phaseText),
  );
}

const phaseCells = (role, content) =>
  make(
    "span",
    { class: "phases", role: "presentation" },
    tree.phases.map((phase) => make("span", { role, class: "phase" }, content(phase))),
  );

function layRows() {
  if (!tree.grid) return;
  tree.kept = keptModules(tree.cells);
  tree.rows = alignedRows(shownOn("base", tree.kept), shownOn("raw", tree.kept));
  tree.lines = linesBetween(tree.rows, tree.cells);
  tree.grid.setAttribute("aria-rowcount", tree.rows.length + 1);
  tree.empty.hidden = tree.rows.length > 0;
  paintCount();
  paintRows();
}

function paintRows() {
  const { grid, rows } = tree;
  tree.rowHeight = parseFloat(getComputedStyle(grid).getPropertyValue("--row"));
  const head = grid.firstElementChild.offsetHeight;
  const first = Math.max(0, Math.floor(grid.scrollTop / tree.rowHeight) - OVERSCAN);
  const last = Math.min(
    rows.length,
    Math.ceil((grid.scrollTop + grid.clientHeight - head) / tree.rowHeight) + OVERSCAN,
  );
  tree.canvas.style.height = `${rows.length * tree.rowHeight}px`;
  tree.body.style.transform = `translateY(${first * tree.rowHeight}px)`;
  fill(
    tree.body,
    rows.slice(first, last).map((row, i) => rowElement(row, first + i)),
  );
  const here = selectedRow();
  if (here >= first && here < last) grid.setAttribute("aria-activedescendant", `row-${here}`);
  else grid.removeAttribute("aria-activedescendant");
  paintLinks(first, last);
}

function paintLinks(first, last) {
  const gutter = tree.grid.querySelector(".head .gutter");
  tree.svg.style.left = `${gutter.offsetLeft}px`;
  tree.svg.style.width = `${gutter.offsetWidth}px`;
  drawLinks(tree.svg, tree.lines, { first, last, height: tree.rowHeight, width: gutter.offsetWidth });
}

/** The row that is looked at; -1 if it is folded away or filtered out. */
function selectedRow() {
  const { base, raw } = state.selected;
  return tree.rows.findIndex((row) => (base >= 0 && row.base === base) || (base < 0 && row.raw === raw));
}

const isLookedAt = (side, index) => index >= 0 && state.selected[side] === index;

function rowElement(row, at) {
  const side = row.base >= 0 ? "base" : "raw";
  const module = MODULES[side][row[side]];
  const cells = shownCells(tree.cells, side, module.index);
  const selected = isLookedAt("base", row.base) || isLookedAt("raw", row.raw);
  const foldable = module.children.length > 0 && !tree.kept;
  return make(
    "div",
    {
      id: `row-${at}`,
      role: "row",
      class: `row${selected ? " selected" : ""}${cells.some((cell) => cell.origin) ? " has-origin" : ""}`,
      "aria-rowindex": at + 2,
      "aria-level": module.depth + 1,
      "aria-selected": String(selected),
      "aria-expanded": foldable ? String(!isFolded(side, module.index)) : null,
      click: () => openModule(side, module.index),
    },
    nameCell("base", row.base, row.raw),
    make("span", { class: "gutter" }),
    nameCell("raw", row.raw, row.base),
    phaseCells("gridcell", (phase) => cellMark(cells[phase], phase)),
  );
}

function nameCell(side, index, other) {
  if (index < 0) return make("span", { role: "gridcell", class: `side ${side} none` });
  const module = MODULES[side][index];
  const same = other >= 0 && MODULES[otherSide(side)][other].path === module.path;
  const dim = tree.kept && !tree.kept.hits[side].has(index);
  const cell = make(
    "span",
    {
      role: "gridcell",
      class: `side ${side}${same ? " same" : ""}${other < 0 ? " alone" : ""}${dim ? " dim" : ""}`,
      title: module.path,
    },
    twisty(side, module),
    make("span", { class: "name" }, marked(module.name)),
    make("span", { class: "class" }, marked(module.class)),
    insideOf(side, module),
    other < 0 ? make("span", { class: "tag which" }, say(`side.${side}`)) : null,
    make("span", { class: "path" }, marked(pathText(module.path))),
  );
  cell.style.setProperty("--depth", module.depth);
  return cell;
}

function insideOf(side, module) {
  if (module.partner < 0 && module.by !== "alone")
    return make("span", { class: "tag" }, say(`by.${module.by}`));
  if (!isFolded(side, module.index) || tree.kept) return null;
  const layers = tree.cells[side][module.index].layers - 1;
  return make("span", { class: "tag" }, say("tree.inside", { n: layers }));
}

function twisty(side, module) {
  if (!module.children.length || tree.kept) return make("span", { class: "twisty" });
  const isClosed = isFolded(side, module.index);
  const label = say(isClosed ? "tree.unfold" : "tree.fold", { path: pathText(module.path) });
  const click = (event) => {
    event.stopPropagation();
    toggleFold(side, module.index);
  };
  return button(
    { class: "twisty", tabindex: "-1", "aria-label": label, click },
    icon(isClosed ? "closed" : "open"),
  );
}

function toggleFold(side, index) {
  setFolded(side, index, !isFolded(side, index));
  layRows();
}

/** Text in which what was searched for stands out. */
function marked(text) {
  const terms = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const at = terms
    .map((term) => [text.toLowerCase().indexOf(term), term.length])
    .filter(([start]) => start >= 0);
  if (!at.length) return text;
  const [start, length] = at.sort((a, b) => a[0] - b[0])[0];
  return [
    text.slice(0, start),
    make("mark", {}, text.slice(start, start + length)),
    text.slice(start + length),
  ];
}

function scrollToSelected() {
  const row = selectedRow();
  if (row < 0) return;
  const head = tree.grid.firstElementChild.offsetHeight;
  const [top, height] = [row * tree.rowHeight, tree.grid.clientHeight - head];
  const { scrollTop } = tree.grid;
  if (top >= scrollTop && top + tree.rowHeight <= scrollTop + height) return;
  tree.grid.scrollTop = Math.max(0, top - height / 3);
}

function openModule(side, index) {
  selectModule(side, index);
  change({ opened: true });
}
