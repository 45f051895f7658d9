// Keeps in this tab what a reload would lose, scrolls back to where one was, and tells which link of the text was followed.
const STORE = "safety.visit";
const SCROLL = "safety.scroll.";
const main = () => document.querySelector("[data-testid=stMain]");

function read(key) {
  try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
}

function write(key, value) {
  try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* a browser that stores nothing */ }
}

function scrollTo(y, patience) {
  const box = main();
  if (!box) return;
  box.scrollTo(0, y);
  if (Math.abs(box.scrollTop - y) > 2 && patience > 0) setTimeout(() => scrollTo(y, patience - 1), 100);
}

// The display that an address names is drawn after this component.
function showLinked(patience) {
  const linked = document.getElementById(location.hash.slice(1));
  if (linked) linked.scrollIntoView();
  else if (patience > 0) setTimeout(() => showLinked(patience - 1), 100);
}

// A place opened in another tab is of the same session, cut and filters.
function wholeAddress(event) {
  const link = event.target.closest?.("a.to");
  if (!link) return;
  const asked = new URLSearchParams(location.search);
  asked.delete("section");
  if (link.dataset.section) asked.set("section", link.dataset.section);
  link.search = asked.toString();
}

function copy(link) {
  const address = location.origin + location.pathname + location.search + "#" + link.hash.slice(1);
  const said = link.textContent;
  const done = (words) => { link.textContent = words; setTimeout(() => { link.textContent = said; }, 2000); };
  if (!navigator.clipboard) { location.hash = link.hash; done("In the address bar"); return; }
  navigator.clipboard.writeText(address).then(() => done("Copied"), () => { location.hash = link.hash; done("In the address bar"); });
}

function followed(event, tell) {
  const link = event.target.closest?.("a.who, a.to, a.copy");
  if (!link) return;
  event.preventDefault();
  if (link.matches("a.copy")) { copy(link); return; }
  if (link.matches("a.to")) { tell({ page: link.dataset.page, section: link.dataset.section ?? "" }); return; }
  const block = link.closest(".finding, .summary") ?? document;
  const listed = [...new Set([...block.querySelectorAll("a.who")].map((other) => other.dataset.subject))];
  tell({ subject: link.dataset.subject, subjects: listed });
}

// A change of page is written to the history in two steps, its address and its path in either order: what one action of
// the reader writes becomes one place, so that one step back of the browser leads to the place before it.
function onePlaceOneStep() {
  const push = history.pushState.bind(history);
  let action = 0, written = -1;
  for (const kind of ["pointerdown", "keydown", "popstate"]) addEventListener(kind, () => { action += 1; }, true);
  history.pushState = (kept, title, url) => {
    if (written === action) return history.replaceState(kept, title, url);
    written = action;
    return push(kept, title, url);
  };
}

// On a phone the pages lie in a drawer over the page: it closes when one of them is followed.
function closeDrawer() {
  if (!matchMedia("(max-width: 768px)").matches) return;
  document.querySelector("[data-testid=stSidebar][data-collapsed=false] [data-testid=stSidebarCollapseButton] button")?.click();
}

function chosenInDrawer(event) {
  if (!event.target.closest?.("[data-testid=stSidebar] a")) return;
  state.chosen = true;
  setTimeout(closeDrawer);
}

// A slow phone shows the drawer before this script is there to hear of a choice in it. Some browsers do not tell by
// which address the page was opened.
const openedAt = new URL(performance.getEntriesByType("navigation")[0]?.name ?? location.href).pathname;
const chosenUnheard = (first) => !state.chosen && (!first || openedAt !== location.pathname);

const state = { place: "", tell: null, timer: 0, heard: false, chosen: false };

function listen() {
  if (state.heard) return;
  state.heard = true;
  printWhole();
  onePlaceOneStep();
  // where it is said how a file goes: a screen reader hears what is added to a place that was there before
  document.body.append(Object.assign(document.createElement("div"), { id: "files", ariaLive: "polite" }));
  for (const kind of ["pointerdown", "focusin"]) document.addEventListener(kind, wholeAddress, true);
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;  // to another tab or window
    chosenInDrawer(event);
    if (state.tell) followed(event, state.tell);
  });
  document.addEventListener("scroll", (event) => {
    if (event.target !== main()) return;
    clearTimeout(state.timer);
    const place = state.place;
    state.timer = setTimeout(() => { if (place === state.place) write(SCROLL + place, main().scrollTop); }, 120);
  }, { capture: true, passive: true });
}

export default function ({ data: bytes, setTriggerValue }) {
  const told = JSON.parse(new TextDecoder().decode(bytes));
  state.tell = (went) => setTriggerValue("went", went);
  listen();
  const first = state.place === "";
  if (told.place !== state.place) {
    clearTimeout(state.timer);
    state.place = told.place;
    if (chosenUnheard(first)) closeDrawer();
    const y = told.back || first ? read(SCROLL + told.place) ?? 0 : 0;
    if (first && location.hash.length > 1) showLinked(50); else scrollTo(y, 40);
  }
  const kept = read(STORE);
  if (told.fresh && kept && Object.keys(kept).length) {
    setTriggerValue("kept", kept);
    return;
  }
  write(STORE, told.keep);
}
