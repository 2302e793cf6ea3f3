// The pairing, drawn: a line from each module of base to its counterpart in raw.

const DASHES = { layer_map: "", path: "", order: "7 4", container: "1.5 3.5" };

/** The lines that touch the rows from `first` to `last`. */
function drawLinks(svg, lines, { first, last, height, width }) {
  const near = lines.filter(
    (line) => Math.min(line.from, line.to) <= last && Math.max(line.from, line.to) >= first,
  );
  const middle = (row) => (row + 0.5) * height;
  svg.replaceChildren(
    ...near.map((line) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", curve(middle(line.from), middle(line.to), width));
      path.setAttribute("class", linkClass(line));
      path.setAttribute("stroke-dasharray", DASHES[line.by] ?? "");
      return path;
    }),
  );
}

function curve(from, to, width) {
  if (from === to) return `M4 ${from}H${width - 4}`;
  return `M4 ${from}C${width / 2} ${from} ${width / 2} ${to} ${width - 4} ${to}`;
}

const linkClass = (line) =>
  [
    "pair",
    `is-${line.origin ? "origin" : line.verdict}`,
    line.by === "layer_map" && "by-map",
    line.exact || "to-fold",
  ]
    .filter((name) => typeof name === "string")
    .join(" ");

/** What the kinds of lines mean. */
function linkLegend() {
  const sample = (by) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "sample");
    svg.setAttribute("viewBox", "0 0 32 8");
    svg.setAttribute("aria-hidden", "true");
    const path = svg.appendChild(document.createElementNS(SVG, "path"));
    path.setAttribute("d", "M1 4H31");
    path.setAttribute("class", `pair${by === "layer_map" ? " by-map" : ""}`);
    path.setAttribute("stroke-dasharray", DASHES[by]);
    return svg;
  };
  const used = Object.keys(DASHES).filter((by) => MODULES.base.some((m) => m.partner >= 0 && m.by === by));
  return make(
    "p",
    { class: "legend" },
    used.map((by) => make("span", {}, sample(by), say(`by.${by}`))),
  );
}
