// Above the trees: search, the verdicts as legend and filter in one, and ways through what fails.

const FILTERS = ["origin", "wrong", "suspicious", "within", "rounding", "identical", "nothing"];

function toolbar() {
  const search = make("input", {
    id: "search",
    type: "search",
    placeholder: say("search.hint"),
    "aria-label": say("search.label"),
    "aria-keyshortcuts": "/",
    autocomplete: "off",
    spellcheck: "false",
    input: (event) => change({ search: event.target.value }),
    keydown: searchKey,
  });
  search.value = state.search;
  const fold = (key, whether) =>
    button(
      {
        class: "tool",
        click: () => {
          foldAll(whether);
          layRows();
        },
      },
      say(key),
    );
  return make(
    "div",
    { class: "toolbar" },
    make("h2", {}, say("tree.title")),
    search,
    make("span", { id: "count", class: "count", role: "status" }),
    make(
      "span",
      { class: "buttons" },
      failingButtons(),
      fold("tree.unfold_all", false),
      fold("tree.fold_all", true),
    ),
    make(
      "div",
      { class: "filters", role: "group", "aria-label": say("filter.label") },
      FILTERS.map(filterButton),
    ),
  );
}

function failingButtons() {
  const go = (key, name, direction) =>
    button(
      { class: "tool", title: say(key), "aria-label": say(key), click: () => selectFailing(direction) },
      icon(name),
    );
  return UNITS.some(isFailing) ? [go("tree.previous", "previous", -1), go("tree.next", "next", 1)] : [];
}

/** How many modules, pairs counted once, have this verdict in a phase of the step. */
function countOf(name) {
  const alone = tree.cells.raw.filter((_, index) => MODULES.raw[index].partner < 0);
  return [...tree.cells.base, ...alone].filter(({ own }) => hasVerdict(own, name)).length;
}

function filterButton(name) {
  const count = countOf(name);
  if (!count) return null;
  const pressed = state.verdicts.has(name);
  return button(
    {
      class: `filter is-${name}`,
      "data-verdict": name,
      "aria-pressed": String(pressed),
      title: say(`verdict.${name}.means`),
      click: toggleFilter,
    },
    shape(name),
    say(`verdict.${name}`),
    make("span", { class: "number" }, written(count)),
  );
}

function toggleFilter(event) {
  const pressed = event.currentTarget;
  const verdicts = new Set(state.verdicts);
  const name = pressed.dataset.verdict;
  if (!verdicts.delete(name)) verdicts.add(name);
  pressed.setAttribute("aria-pressed", String(verdicts.has(name)));
  change({ verdicts });
}

function paintCount() {
  const { kept } = tree;
  const alone = (index) => MODULES.raw[index].partner < 0;
  const found = kept ? kept.hits.base.size + [...kept.hits.raw].filter(alone).length : 0;
  byId("count").textContent = kept ? say("search.count", { n: found }) : "";
}
