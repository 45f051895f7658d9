// What the printer gets of the screen: charts as wide as the paper, tables with all their rows and columns, and at the
// foot of each sheet whose data these are. All of it is undone once it is printed.
const undo = [];
const MOST_LETTERS = 85;

function style(element, properties) {
  const before = element.getAttribute("style");
  undo.push(() => (before === null ? element.removeAttribute("style") : element.setAttribute("style", before)));
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value, "important");
}

// Plotly draws at the width of the screen: the drawing is scaled to the paper, never above its own size, and no higher
// than leaves room for its heading and its denominators on the same sheet.
function wholeChart(box) {
  const width = box.clientWidth, height = box.clientHeight;
  const most = `min(${width}px, ${(46 * width) / height}vh)`;
  style(box, { width: "100%", "max-width": most, height: "auto", "aspect-ratio": `${width} / ${height}` });
  for (const drawing of box.querySelectorAll(":scope > svg")) {
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    undo.push(() => drawing.removeAttribute("viewBox"));
    style(drawing, { width: "100%", height: "100%" });
  }
}

// As many letters as the columns need beside each other, where no word is broken.
function letters(table) {
  table.style.width = "min-content";
  const needed = table.offsetWidth / parseFloat(getComputedStyle(table).fontSize);
  table.style.width = "";
  return needed + 0.5;
}

// A table has letters as small as it needs to be whole; before they are too small, numbers and dates are wrapped too.
function wholeTable(box) {
  const table = box.querySelector("table");
  if (!table) return;
  box.classList.add("printed");
  if (letters(table) > MOST_LETTERS) box.classList.add("crowded");
  box.style.setProperty("--letters", letters(table));
  undo.push(() => box.classList.remove("printed", "crowded"));
}

function feet() {
  const marks = document.querySelector("[data-marks]")?.dataset.marks;
  if (!marks) return;
  const sheet = document.createElement("style");
  const words = marks.replace(/[\\"]/g, "\\$&").replace(/\s+/g, " ");
  sheet.textContent = `@page { @bottom-left { content: "${words}"; } }`;
  document.head.append(sheet);
  undo.push(() => sheet.remove());
}

function printWhole() {
  addEventListener("beforeprint", () => {
    document.querySelectorAll(".stPlotlyChart .svg-container").forEach(wholeChart);
    for (const host of document.querySelectorAll("[data-testid^=stBidiComponent]")) {
      host.shadowRoot?.querySelectorAll(".rows").forEach(wholeTable);
    }
    feet();
  });
  addEventListener("afterprint", () => undo.splice(0).reverse().forEach((back) => back()));
}

