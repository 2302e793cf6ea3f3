// Parts of sentences that several places need.

const pathText = (path) => path || say("root");

const phaseText = (phase) => say(`phase.${PHASES[phase]}`);

/** A path, or both where they differ. */
function paths(base, raw) {
  const one = code(pathText(base));
  return base === raw ? [one] : [one, make("span", { class: "arrow" }, " \u2192 "), code(pathText(raw))];
}

/** How far an origin is: where, which call, which step. */
function placeOf(origin) {
  if (origin.meaning === "optimizer") return [say("place.optimizer"), ...stepOf(origin)];
  if (origin.meaning.startsWith("loss")) {
    return [say("place.loss", { phase: phaseText(origin.phase) }), ...stepOf(origin)];
  }
  const where = make("span", {}, ...paths(origin.module?.path ?? "", origin.counterpart?.path ?? ""));
  return [...sayWith("place.layer", { phase: phaseText(origin.phase), where }), ...stepOf(origin)];
}

const stepOf = (origin) => (origin.step ? [say("place.step", { step: String(origin.step) })] : []);

/** What kind of fault an origin is, where the phase or the place tells; nothing if there is no more to say. */
function meaningOf(origin) {
  const [last, first] = (origin.between ?? ["", ""]).map((path) => code(pathText(path)));
  return origin.meaning === "layer" ? [] : sayWith(`meaning.${origin.meaning}`, { last, first });
}

/** How much of a tensor is off, in one clause. */
function summaryOf(tensor) {
  const { metrics, unlike } = tensor;
  if (unlike)
    return say(`summary.${unlike.reason}`, unlike.reason === "shape" ? shapesOf(unlike) : dtypesOf(unlike));
  if (!metrics) return tensor.note ? translated(tensor.note).text : say("summary.missing");
  if (!metrics.max_abs && !metrics.differences) return say("summary.identical");
  if (metrics.tolerance.mode !== "strict" && !metrics.differences) {
    return say("summary.mean", { mean: number(metrics.mean_abs), allowed: number(allowedBy(metrics)) });
  }
  if (!metrics.out) return say(tensor.verdict === "wrong" ? "summary.beyond_rounding" : "summary.within");
  if (metrics.most) return say("summary.between", { out: metrics.out, most: metrics.most, size: metrics.size });
  const share = shareOf(metrics.out, metrics.size);
  return say("summary.out", { out: metrics.out, size: metrics.size, n: metrics.out, share });
}

const shapesOf = (unlike) => ({ base: `(${unlike.base_shape})`, raw: `(${unlike.raw_shape})` });
const dtypesOf = (unlike) => ({ base: unlike.base_dtype, raw: unlike.raw_dtype });

/** What the tolerance allows where base is of its mean size. */
const allowedBy = (metrics) =>
  Number(metrics.tolerance.atol) + Number(metrics.tolerance.rtol) * metrics.mean_abs_base;

/** A share that says 100% only of everything, and 0% of nothing at all. */
function shareOf(part, whole) {
  const percent = (100 * part) / whole;
  if (percent < 0.01) return "<0.01%";
  return percent < 99.95 || part === whole ? `${Number(percent.toPrecision(3))}%` : ">99.9%";
}

/** Verdict, with its shape: never colour alone. */
const verdictMark = (verdict) =>
  make("span", { class: `mark is-${verdict}` }, shape(verdict), say(`verdict.${verdict}`));

/** A measurement in a cell: shape, size, and whether a difference arises here. */
function cellMark(cell, phase) {
  const word = cell.origin ? say("state.origin") : FAILING.has(cell.verdict) ? say(inheritedKey(phase)) : "";
  const name = [phaseText(phase), say(`verdict.${cell.verdict}`), cell.error, word]
    .filter(Boolean)
    .join(", ");
  return make(
    "span",
    { class: `cell is-${cell.verdict}${cell.origin ? " is-origin" : ""}`, title: name },
    shape(cell.origin ? "origin" : cell.verdict),
    cell.verdict === "nothing" ? null : make("span", { class: "size" }, cell.error),
    make("span", { class: "unseen" }, name),
  );
}

/** Whether a phase is one that layers hand something on in. */
const isPass = (phase) => ["forward", "backward"].includes(PHASES[phase]);

const inheritedKey = (phase) => (isPass(phase) ? "state.inherits" : "state.differs");
