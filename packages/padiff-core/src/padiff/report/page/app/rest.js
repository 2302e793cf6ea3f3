// How the comparison was made, what it could not compare, and what the lint says elsewhere.

function showRest() {
  follow(["language"], () => {
    fill(byId("rest"), make("h2", {}, say("rest.title")), facts(), noteList(), lintElsewhere());
  });
}

function facts() {
  const fact = (key, ...value) => [make("dt", {}, say(key)), make("dd", {}, ...value)];
  const sides = SIDES.map((side) => `${ABOUT[side]} (${ABOUT[`${side}_framework`]})`).join(" \u2192 ");
  const compared = [sides, say("rest.steps", { n: ABOUT.steps })].join(say("list.separator"));
  return make(
    "dl",
    {},
    fact("rest.compared", compared),
    fact("rest.tolerance", told(ABOUT.tolerance)),
    DATA.extents.map((extent) => fact(`phase.${PHASES[extent.phase]}`, spreadText(extent))),
    ABOUT.unrun.length > 0 && fact("rest.unrun", listOf(ABOUT.unrun.map((what) => told(what)))),
    ABOUT.losses.length > 0 && fact("rest.losses", make("ul", {}, ABOUT.losses.map(lossItem))),
  );
}

const listOf = (items) => items.flatMap((item, i) => (i ? [say("list.separator"), item] : [item]));

function lossItem([base, raw], step) {
  const at = ABOUT.losses.length > 1 ? `${say("step", { step: String(step) })}${say("colon")}` : "";
  return make("li", {}, at, say("rest.loss", { base: String(base), raw: String(raw) }));
}

/** How far differences reach in a phase. */
function spreadText({ phase, layers, origins, inheriting, agreeing }) {
  if (!origins && !inheriting) return say("spread.all", { n: layers });
  const isInherited = isPass(phase) && ORIGINS.length > 0;
  const parts = [
    origins && say("spread.origins", { n: origins }),
    inheriting && say(isInherited ? "spread.inherit" : "spread.differ", { n: inheriting }),
    agreeing && say("spread.agree", { n: agreeing }),
  ];
  return parts.filter(Boolean).join(say("list.separator"));
}

function noteList() {
  if (!ABOUT.notes.length) return null;
  const notes = ABOUT.notes.map((note) => told(note, "li"));
  return [make("h3", {}, say("rest.notes")), make("ul", { class: "notes" }, notes)];
}

function lintElsewhere() {
  const already = new Set(ORIGINS.flatMap((origin) => origin.findings));
  const others = FINDINGS.filter((_, index) => !already.has(index));
  return (
    others.length > 0 &&
    findingDetails(say(already.size ? "lint.elsewhere" : "lint.all"), others, { places: true })
  );
}
