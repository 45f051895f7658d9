// A display's table: wraps its text, sorts by a click on a heading, and leads to a subject by a click or Enter on a row.
export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = JSON.parse(new TextDecoder().decode(bytes));
  const box = parentElement.querySelector(".rows");
  const order = data.rows.map((_, index) => index);
  let sorted = { column: -1, down: false };

  const compare = (column) => (a, b) => {
    const [x, y] = [data.sort[column][a], data.sort[column][b]];
    if (x === null || y === null) return (x === null) - (y === null);
    return (x < y ? -1 : x > y ? 1 : 0) * (sorted.down ? -1 : 1);
  };

  const cell = (tag, text, className) => {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = className;
    return made;
  };

  const heading = (label, column) => {
    const made = cell("th", "", data.kinds[column]);
    const button = cell("button", label, "");
    made.scope = "col";
    if (sorted.column === column) made.ariaSort = sorted.down ? "descending" : "ascending";
    button.title = "Sort by this column";
    button.onclick = () => {
      sorted = { column, down: sorted.column === column && !sorted.down };
      order.sort(compare(column));
      draw();
    };
    made.append(button);
    return made;
  };

  // A cell that stands for several subjects: its number is a button that docks the list of them.
  const several = (text, key) => {
    const made = cell("button", text, "several");
    made.title = "List these subjects";
    made.onclick = (event) => { event.stopPropagation(); setTriggerValue("cell", key); };
    made.onkeydown = (event) => event.stopPropagation();
    return made;
  };

  const line = (index) => {
    const made = document.createElement("tr");
    made.role = "row";  // said, because a row drawn as a card on a phone would no longer be one
    data.rows[index].forEach((text, column) => {
      const written = cell("td", text, data.kinds[column]), share = data.bars[column][index];
      written.dataset.label = data.head[column];
      written.role = "cell";
      const key = data.cells[column][index];
      if (key) written.replaceChildren(several(text, key));
      if (share != null) { written.classList.add("bar"); written.style.setProperty("--share", `${100 * share}%`); }
      made.append(written);
    });
    if (data.leads[index]) {
      const lead = () => setTriggerValue("subject", data.leads[index]);
      made.className = "leads";
      made.tabIndex = 0;
      made.title = "Open this subject";
      made.onclick = lead;
      made.onkeydown = (event) => { if (event.key === "Enter") lead(); };
    }
    return made;
  };

  const draw = () => {
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    head.append(...data.head.map(heading));
    table.createTBody().append(...order.map(line));
    table.ariaLabel = data.alt;
    table.role = "table";
    box.replaceChildren(table);
  };
  draw();
}
