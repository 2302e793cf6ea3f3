// Elements without markup: no text of a report is ever read as HTML.

/**
 * A new element.
 *
 * Attributes that are null or false are left out; functions become listeners. Children may be
 * elements, text, lists of these, or null.
 */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

const present = (children) => children.flat(Infinity).filter((child) => child != null && child !== false);

const byId = (id) => document.getElementById(id);

function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

const button = (attributes, ...children) => make("button", { type: "button", ...attributes }, ...children);

const code = (text, attributes = {}) => make("code", attributes, text);

/** Paint a part of the page anew; the button that had the focus has it afterwards. */
function repaint(section, paint) {
  const focused = section.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  paint();
  if (focused) section.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

/** A few buttons of which one is pressed. */
function choice(label, values, chosen, choose, text) {
  const one = (value) =>
    button(
      { "aria-pressed": String(value === chosen), "data-key": `choice-${value}`, click: () => choose(value) },
      text(value),
    );
  return make("div", { class: "choice", role: "group", "aria-label": label }, values.map(one));
}
