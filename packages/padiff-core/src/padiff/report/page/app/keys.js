// The keyboard: in the tree, and everywhere.

const KEYS = [
  [["j", "\u2193"], "keys.down"],
  [["k", "\u2191"], "keys.up"],
  [["\u2192"], "keys.unfold"],
  [["\u2190"], "keys.fold"],
  [["n"], "keys.next"],
  [["p"], "keys.previous"],
  [["Enter"], "keys.open"],
  [["Esc"], "keys.close"],
  [["/"], "keys.search"],
  [["?"], "keys.help"],
];

function listenToKeys() {
  document.addEventListener("keydown", globalKey);
  byId("help").addEventListener("click", showKeys);
  follow(["language"], () => {
    const close = button(
      { class: "tool", "aria-label": say("keys.close_this"), click: () => byId("keys").close() },
      icon("close"),
    );
    const rows = KEYS.map(([names, key]) =>
      make(
        "tr",
        {},
        make(
          "th",
          { scope: "row" },
          names.map((name) => make("kbd", {}, name)),
        ),
        make("td", {}, say(key)),
      ),
    );
    fill(
      byId("keys"),
      make("header", {}, make("h2", {}, say("keys.label")), close),
      make("table", {}, make("tbody", {}, rows)),
    );
  });
}

function showKeys() {
  byId("keys").showModal();
}

const GLOBAL = {
  "/": () => byId("search").focus(),
  "?": showKeys,
  j: () => moveBy(1),
  k: () => moveBy(-1),
  n: () => selectFailing(1),
  p: () => selectFailing(-1),
  Escape: closeDetail,
};

function globalKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  if (event.target.closest("input, select, textarea")) return;
  act(GLOBAL, event);
}

function act(actions, event) {
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

const IN_TREE = {
  ArrowDown: () => moveBy(1),
  ArrowUp: () => moveBy(-1),
  PageDown: () => moveBy(pageLength()),
  PageUp: () => moveBy(-pageLength()),
  Home: () => moveBy(-Infinity),
  End: () => moveBy(Infinity),
  ArrowRight: () => openOrEnter(),
  ArrowLeft: () => closeOrLeave(),
  Enter: () => showDetail(),
};

function treeKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  act(IN_TREE, event);
}

const IN_SEARCH = {
  ArrowDown: leaveSearch,
  Enter: leaveSearch,
  Escape: () => {
    const search = byId("search");
    search.value = "";
    change({ search: "" });
    tree.grid.focus();
  },
};

const searchKey = (event) => act(IN_SEARCH, event);

/** From the search into the tree, to the first module that was found. */
function leaveSearch() {
  const first = tree.rows.find((row) =>
    SIDES.some((side) => row[side] >= 0 && tree.kept?.hits[side].has(row[side])),
  );
  if (first) selectRow(first);
  tree.grid.focus();
}

const pageLength = () => Math.max(1, Math.floor(tree.grid.clientHeight / tree.rowHeight) - 2);

function moveBy(by) {
  const here = selectedRow();
  const next = here < 0 ? 0 : Math.min(tree.rows.length - 1, Math.max(0, here + by));
  if (tree.rows[next]) selectRow(tree.rows[next]);
}

function selectRow(row) {
  if (row.base >= 0) selectModule("base", row.base);
  else selectModule("raw", row.raw);
}

function openOrEnter() {
  const module = selectedModule();
  if (!module?.children.length) return;
  if (isFolded(module.side, module.index)) toggleFold(module.side, module.index);
  else moveBy(1);
}

function closeOrLeave() {
  const module = selectedModule();
  if (!module) return;
  if (module.children.length && !isFolded(module.side, module.index)) toggleFold(module.side, module.index);
  else if (module.parent >= 0) selectModule(module.side, module.parent);
}
