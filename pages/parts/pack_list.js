// A pack as a list to put in order, or as boxes to tick. What the reader does is shown at once and told to the server
// with a number, again and again until the server has it: no click is lost, however fast.
const LONG = 30;  // so many displays stand below each other; more in two columns
const HINT = "By keyboard: the arrow keys go from row to row, Alt with an arrow key moves a display, Delete takes it out, Enter opens its sentence and filters.";

export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const told = JSON.parse(new TextDecoder().decode(bytes));
  const box = parentElement.querySelector(".pack");
  const state = (box.state ??= { turn: told.turn, waiting: [], at: 0 });
  state.waiting = state.waiting.filter((act) => act.n > told.turn);
  if (state.waiting.length) return;  // the server has not seen all of it yet
  state.turn = told.turn;
  state.items = told.items;

  const make = (tag, words, className = "") => Object.assign(document.createElement(tag), { textContent: words, className });

  const tell = (act) => {
    state.turn += 1;
    state.waiting.push({ ...act, n: state.turn });
    setTriggerValue("did", [...state.waiting]);
  };

  const say = (words) => { parentElement.querySelector(".said").textContent = words; };

  const move = (at, to, focus) => {
    if (to < 0 || to >= state.items.length || to === at) return;
    const [item] = state.items.splice(at, 1);
    state.items.splice(to, 0, item);
    state.at = to;
    tell({ do: "move", at, to });
    draw(focus);
    say(`${item.title}: now ${to + 1} of ${state.items.length}`);
  };

  const take = (at) => {
    const [item] = state.items.splice(at, 1);
    state.at = Math.min(at, state.items.length - 1);
    tell({ do: "take", at });
    draw("edit");
    say(`${item.title}: taken out`);
  };

  const tool = (kind, at, sign, words, act, impossible = false) => {
    const button = make("button", sign, kind);
    button.ariaLabel = `${words}: ${state.items[at].title}`;
    button.title = words;
    button.disabled = impossible;
    button.onclick = act;
    return button;
  };

  const keys = (event, at) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && event.altKey) move(at, at + step, "edit");
    else if (step) focus(at + step, "edit");
    else if (event.key === "Delete") take(at);
    else return;
    event.preventDefault();
  };

  const row = (item, at) => {
    const line = make("li", "");
    const edit = tool("edit", at, item.title, "Sentence and filters", () => tell({ do: "edit", at }));
    const words = make("div", "", "words");
    words.append(edit, ...item.notes.map((note) => make("small", note)));
    line.append(
      make("span", String(at + 1), "number"),
      words,
      tool("up", at, "↑", "Move up", () => move(at, at - 1, "up"), at === 0),
      tool("down", at, "↓", "Move down", () => move(at, at + 1, "down"), at === state.items.length - 1),
      tool("top", at, "⤒", "Move to the top", () => move(at, 0, "edit"), at === 0),
      tool("out", at, "✕", "Take out", () => take(at)),
    );
    line.dataset.at = at;
    line.onkeydown = (event) => keys(event, at);
    line.addEventListener("focusin", () => here(at));
    return line;
  };

  // one row at a time can be reached with the Tab key, the others from it with the arrow keys
  const here = (at) => {
    state.at = at;
    for (const line of box.querySelectorAll("li")) {
      for (const button of line.querySelectorAll("button")) button.tabIndex = Number(line.dataset.at) === at ? 0 : -1;
    }
  };

  const focus = (at, kind) => {
    const line = box.querySelector(`li[data-at="${at}"]`);
    const wanted = line?.querySelector(`button.${kind}:not(:disabled)`) ?? line?.querySelector("button.edit");
    wanted?.focus();
  };

  const inOrder = () => {
    const parts = [];
    state.items.forEach((item, at) => {
      if (at === 0 || state.items[at - 1].page !== item.page) {
        const list = make("ol", "");
        list.ariaLabel = item.page;
        parts.push(make("h3", item.page), list);
      }
      parts.at(-1).append(row(item, at));
    });
    box.replaceChildren(...parts, make("p", HINT, "hint"));
    here(Math.max(0, Math.min(state.at, state.items.length - 1)));
  };

  const tick = (display, ticked) => {
    display.number = ticked ? 1 : 0;
    tell({ do: ticked ? "put" : "take all", name: display.name });
    say(`${display.title}: ${ticked ? "in the pack" : "taken out"}`);
  };

  const choice = (display) => {
    const label = make("label", ""), input = make("input", "");
    Object.assign(input, { type: "checkbox", checked: display.number > 0 });
    input.onchange = () => tick(display, input.checked);
    input.dataset.name = display.name;
    label.append(input, make("span", display.number > 1 ? `${display.title} (${display.number} times)` : display.title));
    return label;
  };

  const toChoose = () => {
    box.replaceChildren(
      ...told.groups.map((group) => {
        const field = make("fieldset", ""), all = group.displays.every((display) => display.number > 0);
        const button = make("button", all ? "None" : "All", "all");
        button.ariaLabel = `${all ? "None" : "All"} of ${group.page}`;
        button.dataset.name = group.page;
        button.onclick = () => {
          for (const display of group.displays) if (display.number > 0 === all) tick(display, !all);
          draw();
          box.querySelector(`[data-name="${group.page}"]`).focus();
        };
        const head = make("legend", group.page);
        field.append(head, button, ...group.displays.map(choice));
        return field;
      }),
    );
  };

  const draw = (kind) => {
    box.className = `pack ${told.groups ? "choose" : state.items.length > LONG ? "order long" : "order"}`;
    if (told.groups) return toChoose();
    inOrder();
    if (kind) focus(state.at, kind);
  };

  // what had the focus has it again after the server's answer
  const held = box.contains(box.getRootNode().activeElement) ? box.getRootNode().activeElement : null;
  const name = held?.dataset.name;
  const at = Number(held?.closest("li")?.dataset.at), kind = held?.className;
  draw();
  // from a dialog back to its row, once the dialog has let go of the focus
  if (told.back !== null) setTimeout(() => focus(told.back, "edit"), 300);
  if (name) box.querySelector(`[data-name="${name}"]`)?.focus();
  else if (held && !told.groups) focus(Math.min(at, state.items.length - 1), kind);
}
