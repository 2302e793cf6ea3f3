// Shapes that tell verdicts apart without colour, the same in the text and in the charts. Boxes of 16 x 16.

const SHAPES = {
  identical: "M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM8 5.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 1 1 0-5.6z",
  rounding: "M8 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8z",
  within: "M4 4h8v8h-8z",
  suspicious: "M8 2.5l6 11h-12z",
  wrong: "M4.6 2.8L8 6.2l3.4-3.4l1.8 1.8L9.8 8l3.4 3.4l-1.8 1.8L8 9.8l-3.4 3.4l-1.8-1.8L6.2 8L2.8 4.6z",
  origin: "M8 .8L15.2 8L8 15.2L.8 8z",
  nothing: "M4 7.2h8v1.6h-8z",
};

const ICONS = {
  theme: "M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13v-1.4a5.1 5.1 0 0 0 0-10.2z",
  close: "M3.5 4.5l1-1L8 7l3.5-3.5l1 1L9 8l3.5 3.5l-1 1L8 9l-3.5 3.5l-1-1L7 8z",
  closed: "M6 3.5L11 8l-5 4.5z",
  open: "M3.5 6L8 11l4.5-5z",
  previous: "M8 3l5 6h-3.4v4H6.4V9H3z",
  next: "M8 13l5-6H9.6V3H6.4v4H3z",
  copy: "M5 1.5h8.5V11H11V4H5zM2.5 5H10v9.5H2.5zM4 6.5V13h4.500V6.5z",
  hint: "M8 1a5 5 0 0 0-2.6 9.2V12h5.200v-1.800A5 5 0 0 0 8 1zM5.6 13h4.800v1.200l-1 1h-2.800l-1-1z",
};

const SVG = "http://www.w3.org/2000/svg";

function svgOf(path, className) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const line = svg.appendChild(document.createElementNS(SVG, "path"));
  line.setAttribute("d", path);
  line.setAttribute("fill-rule", "evenodd");
  return svg;
}

/** The shape of a verdict, of an origin, or of nothing compared. */
const shape = (name) => svgOf(SHAPES[name], `shape is-${name}`);

const icon = (name) => svgOf(ICONS[name], "icon");
