// The style sheet's colours, for what is drawn on a canvas.

const colors = new Map();

/** A colour of the theme in force. */
function color(name) {
  if (!colors.has(name))
    colors.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return colors.get(name);
}

const font = () => getComputedStyle(document.body).fontFamily;

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  colors.clear();
  change({ theme });
}

const otherTheme = () => (document.documentElement.dataset.theme === "dark" ? "light" : "dark");
