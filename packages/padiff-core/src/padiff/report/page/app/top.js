// The bar on top: the verdict, the two models, language and theme.

const NAMES = { en: "EN", zh: "\u4e2d\u6587" };
const OUTCOME_SHAPES = { aligned: "within", parted: "wrong", incomplete: "suspicious", empty: "nothing" };

function showTop() {
  byId("theme").append(icon("theme"));
  byId("theme").addEventListener("click", () => setTheme(otherTheme()));
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  isDark.addEventListener("change", () => setTheme(isDark.matches ? "dark" : "light"));
  follow(["language"], () => {
    document.title = `${ABOUT.base} / ${ABOUT.raw}: ${outcomeText()}`;
    for (const element of document.querySelectorAll("[data-label]")) labelAnew(element);
    paintOutcome();
    fill(byId("sides"), sideName("base"), make("span", { class: "arrow" }, "\u2192"), sideName("raw"));
    repaint(byId("languages"), () => fill(byId("languages"), Object.keys(LANGS).map(languageButton)));
  });
}

const outcomeText = () => say(`outcome.${ABOUT.outcome}`);

function labelAnew(element) {
  element.setAttribute("aria-label", say(element.dataset.label));
  if (element.matches("button")) element.title = say(element.dataset.label);
}

function paintOutcome() {
  const name = OUTCOME_SHAPES[ABOUT.outcome];
  byId("verdict").className = `verdict is-${name}`;
  fill(byId("verdict"), shape(name), outcomeText());
}

function sideName(side) {
  const framework = make("span", { class: "dim" }, ` ${ABOUT[`${side}_framework`]}`);
  return make("span", { class: "side-name" }, make("b", {}, ABOUT[side]), framework);
}

function languageButton(name) {
  const attributes = {
    lang: LANGS[name],
    "data-key": `language-${name}`,
    "aria-pressed": String(name === language),
  };
  return button({ ...attributes, click: () => setLanguage(name) }, NAMES[name]);
}

function setLanguage(name) {
  language = name;
  document.documentElement.lang = LANGS[name];
  document.documentElement.dataset.language = name;
  change({ language: name });
}
