// A text to be taken along: a path, a source line.

function copied(text, what) {
  const label = say("copy.copy", { what });
  const click = () => take(text);
  const copy = button({ class: "tool small", title: label, "aria-label": label, click }, icon("copy"));
  return make("span", { class: "copied" }, code(text), copy);
}

async function take(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce(say("copy.done"));
  } catch {
    announce(say("copy.failed"));
  }
}

/** Say something to those who do not see it. */
function announce(text) {
  const said = byId("said");
  said.textContent = text;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => said.replaceChildren(), 2500);
}
