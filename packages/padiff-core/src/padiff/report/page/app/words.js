// Every sentence of the page, in the language it is in.

const WORDS = JSON.parse(byId("words").textContent);
const LANGS = { en: "en", zh: "zh-CN" };

let language = document.documentElement.dataset.language;

/** The text of a key; of two forms, the first if `values.n` is 1. */
function template(key, values) {
  const text = WORDS[language][key];
  return Array.isArray(text) ? text[values.n === 1 ? 0 : 1] : text;
}

/** A sentence with its fields filled in; numbers get their separators. */
function say(key, values = {}) {
  return template(key, values).replace(/\{(\w+)\}/g, (_, name) => written(values[name]));
}

/** The same as a list of nodes, for sentences with elements in them. */
function sayWith(key, values) {
  const parts = template(key, values).split(/\{(\w+)\}/);
  return parts.map((part, i) => {
    if (i % 2 === 0) return part;
    const value = values[part];
    return value instanceof Node ? value : written(value);
  });
}

const written = (value) => (typeof value === "number" ? value.toLocaleString("en-US") : value);

/** A size in three digits, as Python writes it: 0.0123, 9.54e-07, inf. */
function number(value) {
  if (!Number.isFinite(value)) return String(value).replace("Infinity", "inf").replace("NaN", "nan");
  const size = Math.abs(value);
  if (size && (size < 1e-4 || size >= 1e3)) {
    return value
      .toExponential(2)
      .replace(/\.?0+e/, "e")
      .replace(/e([+-])(\d)$/, "e$10$2");
  }
  return String(Number(value.toPrecision(3)));
}

const PATTERNS = Object.fromEntries(
  Object.entries(WORDS.patterns).map(([name, patterns]) => [
    name,
    patterns.map(([pattern, replacement]) => [new RegExp(`^${pattern}$`, "s"), replacement]),
  ]),
);

/**
 * A sentence the comparison made; it stays English where no pattern knows it.
 *
 * In a replacement, `$1` is the first group as it is, `@1` the first group translated.
 */
function translated(text) {
  const [pattern, replacement] = PATTERNS[language].find(([known]) => known.test(text)) ?? [];
  if (!pattern) return { text, lang: language === "en" ? null : "en" };
  const groups = pattern.exec(text);
  const group = (_, how, at) => (how === "$" ? groups[at] : translated(groups[at]).text);
  return { text: replacement.replace(/([$@])(\d)/g, group), lang: null };
}

/** The same as an element that says which language it is in. */
function told(text, tag = "span", attributes = {}) {
  const { text: shown, lang } = translated(text);
  return make(tag, { ...attributes, lang }, shown);
}
