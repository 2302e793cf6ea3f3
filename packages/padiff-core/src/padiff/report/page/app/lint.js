// What the lint says: hyper-parameters that differ between two paired layers, and defects of one.

/** Findings that can be folded away, with how many there are of each severity. */
function findingDetails(title, findings, { places = false, open = false } = {}) {
  const counts = make("span", { class: "dim" }, findingCounts(findings));
  return make(
    "details",
    { class: "lint", open },
    make("summary", {}, title, " ", counts),
    findingList(findings, places),
  );
}

const findingList = (findings, places = false) =>
  make(
    "ul",
    { class: "findings" },
    findings.map((finding) => make("li", {}, findingItem(finding, places))),
  );

function findingItem(finding, places) {
  const severity = make("b", {}, say(`severity.${finding.severity}`));
  return [
    make(
      "p",
      { class: `severity is-${finding.severity}` },
      severity,
      " ",
      code(finding.subject || finding.rule),
      places && [" ", placeLink(finding)],
    ),
    finding.base || finding.raw ? spelledTable(finding) : told(finding.what, "p"),
    finding.fix && told(finding.fix, "p", { class: "fix" }),
  ];
}

/** Both spellings of one hyper-parameter, above each other. */
function spelledTable(finding) {
  const row = (side) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, say(`side.${side}`)),
      make("td", { class: "dim" }, finding[`${side}_class`]),
      make("td", {}, code(finding[side])),
    );
  return make("table", { class: "values" }, make("tbody", {}, SIDES.map(row)));
}

function placeLink(finding) {
  const index = MODULES.base.findIndex((module) => module.path === finding.base_path);
  const text = paths(finding.base_path, finding.raw_path);
  return index < 0 ? text : button({ class: "link", click: () => openModule("base", index) }, text);
}

/** How many of each severity, worst first. */
function findingCounts(findings) {
  const count = (severity) => findings.filter((finding) => finding.severity === severity).length;
  const found = SEVERITIES.filter(count);
  return found.map((severity) => say(`lint.${severity}`, { n: count(severity) })).join(say("list.separator"));
}
