// The outcome in words, first thing on the page: where the models part and why, or how well they agree.

/** The origin that was told of last. */
const story = { told: 0 };

const FEW_FINDINGS = 2;

function showStory() {
  follow(["language"], paintStory);
  follow(["selected"], tellOrigin);
}

function paintStory() {
  const section = byId("story");
  section.className = `panel story is-${ABOUT.outcome}`;
  fill(section, ORIGINS.length ? [originChoice(), make("div", { id: "origin" })] : agreement());
  tellOrigin();
}

/** Of several origins, a list to choose from. */
function originChoice() {
  if (ORIGINS.length < 2) return null;
  const one = (origin) =>
    button(
      { "data-origin": origin.index, click: () => selectOrigin(origin) },
      shape("origin"),
      make("span", {}, `${origin.index + 1}. `, placeOf(origin)),
    );
  const items = ORIGINS.map((origin) => make("li", {}, one(origin)));
  const title = make("h2", {}, say("story.places", { n: ORIGINS.length }));
  return make("nav", { class: "origins", "aria-label": say("story.origins") }, title, make("ol", {}, items));
}

/** Tell of the origin that is looked at; of another module, the last one stays. */
function tellOrigin() {
  const { base, unit } = state.selected;
  const isChosen = (origin) => (origin.unit >= 0 ? origin.unit === unit : unit < 0 && origin.base === base);
  const origin = ORIGINS.find(isChosen) ?? ORIGINS[story.told];
  if (!origin) return;
  story.told = origin.index;
  for (const one of document.querySelectorAll("[data-origin]")) {
    one.setAttribute("aria-current", String(Number(one.dataset.origin) === origin.index));
  }
  fill(byId("origin"), tellOf(origin));
}

function tellOf(origin) {
  const order = origin.index
    ? say("story.nth", { n: origin.index + 1, all: ORIGINS.length })
    : say("story.first");
  return [
    make("p", { class: "eyebrow" }, shape("origin"), order),
    make("h2", { class: "place" }, sayWith("story.part", { place: make("span", {}, placeOf(origin)) })),
    make("p", { class: "dim" }, classesOf(origin)),
    origin.meaning !== "layer" && make("p", { class: "meaning" }, meaningOf(origin)),
    worstTensor(origin),
    hintList(origin),
    findingsOfOrigin(origin),
    nextSteps(origin),
  ];
}

function classesOf(origin) {
  const base = `${ABOUT.base_framework} ${origin.base_class}`;
  const raw = `${ABOUT.raw_framework} ${origin.raw_class}`;
  const call = isPass(origin.phase) ? ` \u00b7 ${say("call", { call: String(origin.call) })}` : "";
  return `${base} \u2192 ${raw}${call}`;
}

/** How much of the worst tensor is off, its largest error and its worst element. */
function worstTensor({ tensor, holder, base }) {
  if (!tensor.name) return null;
  const { metrics } = tensor;
  const of =
    holder >= 0 &&
    holder !== base &&
    sayWith("story.of", { path: code(pathText(MODULES.base[holder].path)) });
  const line = make("p", { class: "what" }, code(tensor.name), of, say("colon"), summaryOf(tensor));
  if (!metrics?.base_value) return line;
  const figures = {
    error: number(metrics.max_abs),
    at: metrics.at && `[${metrics.at}]`,
    base: metrics.base_value,
    raw: metrics.raw_value,
  };
  return [line, make("p", { class: "dim" }, say("story.figure", figures))];
}

function findingsOfOrigin(origin) {
  const findings = origin.findings.map((index) => FINDINGS[index]);
  if (!findings.length) return null;
  const elsewhere = findings.some((finding) => finding.base_path !== origin.module?.path);
  return findingDetails(say("lint.title"), findings, {
    places: elsewhere,
    open: findings.length <= FEW_FINDINGS,
  });
}

function nextSteps(origin) {
  const more = () => {
    selectOrigin(origin);
    showDetail();
  };
  const source =
    origin.source && make("span", {}, say("source.title"), " ", copied(origin.source, say("copy.source")));
  return make(
    "p",
    { class: "actions" },
    source,
    button({ class: "tool more", click: more }, say("story.details")),
  );
}

/** How well models agree that do; what differs where nobody found an origin. */
function agreement() {
  return [
    make("h2", { class: "place" }, say(`story.${ABOUT.outcome}`)),
    make("div", { class: "extents" }, DATA.extents.map(extentCard)),
  ];
}

function extentCard(extent) {
  const compared = [say("extent.layers", { n: extent.layers }), say("extent.tensors", { n: extent.tensors })];
  return make(
    "section",
    { class: "extent" },
    make("h3", {}, phaseText(extent.phase)),
    make("p", {}, compared.join(say("list.separator"))),
    extent.largest < 0 ? allIdentical() : largestError(UNITS[extent.largest]),
  );
}

const allIdentical = () =>
  make("p", { class: "mark is-identical" }, shape("identical"), say("extent.identical"));

function largestError(unit) {
  const look = () => {
    selectUnit(unit.index);
    change({ opened: true });
  };
  const path = button({ class: "link", click: look }, code(pathText(MODULES.base[unit.base].path)));
  return make("p", {}, say("extent.largest"), " ", cellMark(cellOf(unit), unit.phase), " ", path);
}
