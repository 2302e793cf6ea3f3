// What was measured of one tensor, as a table.

function measureTable(tensor) {
  const rows = tensor.unlike ? unlikeRows(tensor.unlike) : tensor.metrics ? metricRows(tensor) : [];
  if (!rows.length) return null;
  const row = ([key, value, more]) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, say(key)),
      make("td", {}, value, more ? make("span", { class: "dim" }, more) : null),
    );
  return make("table", { class: "measures" }, make("tbody", {}, rows.filter(Boolean).map(row)));
}

function unlikeRows(unlike) {
  return [
    ["metric.base", `${unlike.base_dtype} (${unlike.base_shape})`],
    ["metric.raw", `${unlike.raw_dtype} (${unlike.raw_shape})`],
  ];
}

function metricRows({ metrics, floor }) {
  const { tolerance } = metrics;
  return [
    ["metric.max_abs", number(metrics.max_abs), floorNote(metrics, floor)],
    ["metric.mean_rms", `${number(metrics.mean_abs)} / ${number(metrics.rms)}`],
    ["metric.max_rel", number(metrics.max_rel), ulpNote(metrics)],
    ["metric.cosine", metrics.cosine.toFixed(6)],
    [
      "metric.out",
      `${written(metrics.out)}${metrics.most ? `\u2013${written(metrics.most)}` : ""} / ${written(metrics.size)}`,
      metrics.out && !metrics.most ? ` ${shareOf(metrics.out, metrics.size)}` : "",
    ],
    ["metric.allowed", formula(tolerance)],
    metrics.out && !metrics.differences && tolerance.mode === "strict"
      ? ["metric.atol", number(metrics.atol)]
      : null,
    ["metric.floor", floor == null ? say("metric.not_measured") : number(floor)],
    metrics.base_nonfinite || metrics.raw_nonfinite ? ["metric.nonfinite", nonfiniteText(metrics)] : null,
    ["metric.base_scale", number(metrics.rms_base)],
    ["metric.type", dtypeText(metrics), ` (${metrics.shape})`],
  ];
}

function formula({ atol, rtol, mode }) {
  const mean = mode === "strict" ? "" : "mean ";
  return `${mean}\u2264 ${number(Number(atol))} + ${number(Number(rtol))}\u00b7${mean}|base|`;
}

function floorNote(metrics, floor) {
  if (!floor) return "";
  const times = metrics.max_abs / floor;
  return ` ${say("metric.times_floor", { times: times < 1e6 ? written(Number(times.toPrecision(2))) : ">1,000,000" })}`;
}

const MANY_ULPS = 10_000;
const ulpNote = ({ ulps }) => (ulps != null && ulps < MANY_ULPS ? ` ${say("metric.ulps", { n: ulps })}` : "");

const dtypeText = ({ base_dtype: base, raw_dtype: raw }) =>
  base === raw ? base : `base ${base}, raw ${raw}`;

function nonfiniteText(metrics) {
  const counts = (found) => {
    const names = ["NaN", "+inf", "-inf"];
    return (
      (found || [])
        .map((n, i) => n && `${written(n)} ${names[i]}`)
        .filter(Boolean)
        .join(", ") || say("metric.none")
    );
  };
  const where = metrics.differences
    ? say("metric.differ_at", { n: metrics.differences })
    : say("metric.same_positions");
  return `base ${counts(metrics.base_nonfinite)}; raw ${counts(metrics.raw_nonfinite)}; ${where}`;
}

/** The worst element, both values above each other so that the digits can be compared. */
function worstElement({ metrics }) {
  if (!metrics?.base_value) return null;
  const [base, raw] = [metrics.base_value, metrics.raw_value];
  const same = [...base].findIndex((digit, i) => digit !== raw[i]);
  const value = (text) => (same < 0 ? [text] : [text.slice(0, same), make("b", {}, text.slice(same))]);
  const row = (name, text) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value(text)));
  return make(
    "section",
    { class: "worst" },
    make(
      "h3",
      {},
      say("worst.title"),
      " ",
      metrics.at ? code(`[${metrics.at}]`) : make("span", { class: "dim" }, say("worst.only")),
    ),
    make("table", { class: "values" }, make("tbody", {}, row("base", base), row("raw", raw))),
  );
}
