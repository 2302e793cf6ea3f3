// Everything there is to know of the module that is looked at.

function followDetail() {
  const pane = byId("detail");
  follow(["opened"], () => {
    document.body.dataset.opened = String(state.opened);
  });
  follow(["selected", "tensor", "language", "step", "theme"], () => repaint(pane, paintDetail));
  // A chart is as wide as the pane is when it is drawn, and while that is hidden it has no width.
  let width = pane.clientWidth;
  new ResizeObserver(() => {
    if (pane.clientWidth === width) return;
    width = pane.clientWidth;
    repaint(pane, paintDetail);
  }).observe(pane);
}

function showDetail() {
  change({ opened: true });
  byId("detail").focus({ preventScroll: true });
}

function closeDetail() {
  const wasInside = byId("detail").contains(document.activeElement);
  change({ opened: false });
  if (wasInside) tree.grid.focus({ preventScroll: true });
}

function paintDetail() {
  const pane = byId("detail");
  const { scrollTop } = pane;
  const module = selectedModule();
  const [unit, tensor] = [selectedUnit(), shownTensor()];
  pane.querySelector(".histogram")?.plot?.destroy();
  fill(
    pane,
    module
      ? [
          detailHead(module),
          unit ? unitDetail(unit, tensor) : withoutUnit(module),
          tensor && tensorSection(tensor),
          findingSection(module),
          unit && sourceSection(unit),
        ]
      : make("p", { class: "empty" }, say("detail.empty")),
  );
  const path = module?.path ?? "";
  pane.scrollTop = pane.dataset.module === path ? scrollTop : 0;
  pane.dataset.module = path;
  const frame = pane.querySelector(".histogram");
  if (frame) showHistogram(frame, tensor);
}

/** The tensor looked at: the one chosen, else the origin's, else the worst the unit produced. */
function shownTensor() {
  if (state.tensor >= 0) return tensorOf(state.tensor);
  const unit = selectedUnit();
  const origin = unit ? originAt(unit) : originWithoutUnit();
  if (origin?.tensor.name) return origin.tensor;
  const index = unit && [unit.worst, ...unit.produced, ...unit.received].find((at) => at >= 0);
  return index == null ? null : tensorOf(index);
}

/** The optimizer, if it is what is looked at: an origin that is no layer. */
const originWithoutUnit = () =>
  ORIGINS.find((origin) => origin.unit < 0 && origin.base === state.selected.base);

function detailHead(module) {
  const close = button(
    { class: "tool close", "aria-label": say("detail.close"), click: closeDetail },
    icon("close"),
  );
  const known = [
    module.kind && say("detail.kind", { kind: module.kind }),
    module.by && say(`by.${module.by}`),
  ];
  const sides = SIDES.map((side) => sideRow(side, MODULES[side][state.selected[side]]));
  return make(
    "header",
    {},
    close,
    make("h2", {}, titleOf(module)),
    make("table", { class: "sides-table" }, make("tbody", {}, ...sides.filter(Boolean))),
    make("p", { class: "dim" }, known.filter(Boolean).join(" \u00b7 ")),
  );
}

function sideRow(side, module) {
  if (!module) return null;
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, say(`side.${side}`)),
    make("td", {}, copied(pathText(module.path), say("copy.path"))),
    make("td", { class: "dim" }, `${ABOUT[`${side}_framework`]} ${module.class}`),
  );
}

/** A module's last name; a number says nothing without the name before it. */
function titleOf(module) {
  const names = module.path.split(".");
  const from = names.findLastIndex((name) => !/^\d+$/.test(name));
  return module.path ? names.slice(Math.max(0, from)).join(".") : module.name;
}

/** What there is to say where no unit is: why nothing was compared, or what the optimizer did. */
function withoutUnit(module) {
  const origin = originWithoutUnit();
  if (origin) return [stateLine("origin", "origin"), make("p", {}, meaningOf(origin)), hintList(origin)];
  const key = ["inside", "ignored", "alone"].includes(module.by) ? `by.${module.by}.means` : "detail.not_run";
  return make("p", { class: "state is-nothing" }, shape("nothing"), say(key));
}

function findingSection(module) {
  const path = module.side === "base" ? module.path : MODULES.base[module.partner]?.path;
  const findings = path == null ? [] : findingsAt(path);
  if (!findings.length) return null;
  return make("section", { class: "lint" }, make("h3", {}, say("lint.title")), findingList(findings));
}

function sourceSection(unit) {
  if (!unit.source) return null;
  const title = make("h3", {}, say("source.title"));
  return make("section", { class: "source" }, title, copied(unit.source, say("copy.source")));
}
