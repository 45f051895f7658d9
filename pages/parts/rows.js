// A display's table: wraps its text, sorts by a click on a heading, and leads to a subject by a click or Enter on a row.
// Rows of a lower level fold under the row above them; a table that folds, or is long, can be searched.
const LONG = 40;

export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const text = new TextDecoder().decode(bytes);
  const data = JSON.parse(text);
  const box = parentElement.querySelector(".rows");
  const folds = data.levels.some((level) => level > 0);
  // what the reader did stays while the page draws the same table again
  if (box.dataset.of !== text.length + data.alt) {
    box.dataset.of = text.length + data.alt;
    box.state = { column: -1, down: false, search: "", open: new Set(data.rows.length <= LONG ? data.rows.keys() : []) };
  }
  const state = box.state;

  const make = (tag, words, className) => {
    const made = document.createElement(tag);
    made.textContent = words;
    made.className = className;
    return made;
  };

  // each row with those of a lower level that follow it
  const groups = [];
  data.rows.forEach((_, index) => (data.levels[index] > 0 && groups.length ? groups.at(-1).push(index) : groups.push([index])));

  const compare = (a, b) => {
    const [x, y] = [data.sort[state.column][a], data.sort[state.column][b]];
    if (x === null || y === null) return (x === null) - (y === null);
    return (x < y ? -1 : x > y ? 1 : 0) * (state.down ? -1 : 1);
  };

  const sorted = () => {
    const within = groups.map(([head, ...below]) => [head, ...(state.column < 0 ? below : [...below].sort(compare))]);
    return state.column < 0 ? within : within.sort((a, b) => compare(a[0], b[0]));
  };

  const found = (index) => data.rows[index].join(" ").toLowerCase().includes(state.search);

  // the rows to be seen: of a search what it finds with the row above it, else what is not folded
  const seen = () =>
    sorted().flatMap(([head, ...below]) => {
      if (!state.search) return state.open.has(head) ? [head, ...below] : [head];
      const hits = below.filter(found);
      return found(head) ? [head, ...(hits.length ? hits : below)] : hits.length ? [head, ...hits] : [];
    });

  const heading = (label, column) => {
    const made = make("th", "", data.kinds[column]);
    const button = make("button", label, "");
    made.scope = "col";
    if (state.column === column) made.ariaSort = state.down ? "descending" : "ascending";
    button.title = "Sort by this column";
    button.onclick = () => {
      state.down = state.column === column && !state.down;
      state.column = column;
      draw();
    };
    made.append(button);
    return made;
  };

  // one heading over the neighbouring columns that share it
  const over = (row) => {
    data.over.forEach((words, column) => {
      if (words && words === data.over[column - 1]) row.lastChild.colSpan += 1;
      else row.append(words ? Object.assign(make("th", words, "over"), { scope: "colgroup" }) : make("td", "", "over"));
    });
  };

  // a cell that stands for several subjects: its number is a button that docks the list of them
  const several = (words, key) => {
    const made = make("button", words, "several");
    made.title = "List these subjects";
    made.onclick = (event) => { event.stopPropagation(); setTriggerValue("cell", key); };
    made.onkeydown = (event) => event.stopPropagation();
    return made;
  };

  const fold = (index, words) => {
    const open = state.open.has(index), unfolded = open || Boolean(state.search);
    const button = make("button", `${unfolded ? "▾" : "▸"} ${words}`, "fold");
    button.ariaExpanded = String(unfolded);
    button.onclick = () => {
      state.open[open ? "delete" : "add"](index);
      draw(`[data-fold="${index}"]`);
    };
    button.dataset.fold = index;
    return button;
  };

  const line = (index) => {
    const made = document.createElement("tr");
    made.role = "row";  // said, because a row drawn as a card on a phone would no longer be one
    if (folds) made.classList.add(`level-${data.levels[index]}`);
    data.rows[index].forEach((words, column) => {
      const parent = folds && column === 0 && groups.some(([head, ...below]) => head === index && below.length);
      const written = make("td", parent ? "" : words, data.kinds[column]), share = data.bars[column][index];
      if (parent) written.append(fold(index, words));
      const key = data.cells[column][index];
      if (key) written.replaceChildren(several(words, key));
      written.dataset.label = [data.over[column], data.head[column]].filter(Boolean).join(" · ");
      written.role = "cell";
      if (share != null) { written.classList.add("bar"); written.style.setProperty("--share", `${100 * share}%`); }
      made.append(written);
    });
    if (data.leads[index]) {
      const lead = () => setTriggerValue("subject", data.leads[index]);
      made.classList.add("leads");
      made.tabIndex = 0;
      made.title = "Open this subject";
      made.onclick = lead;
      made.onkeydown = (event) => { if (event.key === "Enter") lead(); };
    }
    return made;
  };

  const table = () => {
    const made = document.createElement("table"), head = made.createTHead();
    if (data.over.some(Boolean)) over(head.insertRow());
    head.insertRow().append(...data.head.map(heading));
    made.createTBody().append(...seen().map(line));
    made.ariaLabel = data.alt;
    made.role = "table";
    return made;
  };

  const tools = () => {
    const bar = make("div", "", "tools"), search = make("input", "", "");
    Object.assign(search, { type: "search", placeholder: "Search this table", ariaLabel: "Search this table" });
    search.value = state.search;
    search.oninput = () => { state.search = search.value.trim().toLowerCase(); draw("input"); };
    bar.append(search);
    if (folds) {
      const heads = groups.filter((group) => group.length > 1).map(([head]) => head);
      const all = heads.every((head) => state.open.has(head));
      const button = make("button", all ? "Fold all" : "Unfold all", "all");
      button.onclick = () => { state.open = new Set(all ? [] : heads); draw(".all"); };
      bar.append(button);
    }
    return bar;
  };

  // all rows of one subject: the table is one of several on the subject's page
  const ofOne = data.leads.length > 1 && data.leads[0] && new Set(data.leads).size === 1;
  const scrolled = make("div", "", ofOne ? "scrolled of-one" : "scrolled");
  const bar = folds || data.rows.length > LONG;

  // what had the focus has it again, by how it is found
  const draw = (focus) => {
    if (bar && focus !== "input") box.replaceChildren(tools(), scrolled);
    if (!bar) box.replaceChildren(scrolled);
    scrolled.replaceChildren(table());
    if (focus) box.querySelector(focus)?.focus();
  };
  draw();
}
