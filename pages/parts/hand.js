// Fetches a file with the ticket of a click, saves it under its name, and says how it goes: the ticket is used once.
const asked = new Set();
const BOX = "files";
const SECONDS_SAID = { status: 4, alert: 20 };

function said(words, role) {
  const line = document.createElement("p");
  line.setAttribute("role", role);
  line.textContent = words;
  document.getElementById(BOX).append(line);
  return line;
}

const leaves = (line, role) => setTimeout(() => line.remove(), 1000 * SECONDS_SAID[role]);

function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function fetched({ token, name }) {
  const making = said(`Making ${name} …`, "status");
  let why = "";
  try {
    const answer = await fetch("/file", { method: "POST", body: token, cache: "no-store" });
    if (answer.ok) save(await answer.blob(), name);
    else why = await answer.text();
  } catch {
    why = "The server did not answer; choose the file again.";
  }
  making.remove();
  const role = why ? "alert" : "status";
  leaves(said(why || `Downloaded: ${name}`, role), role);
}

export default function ({ data: bytes }) {
  const told = JSON.parse(new TextDecoder().decode(bytes));
  if (asked.has(told.token)) return;
  asked.add(told.token);
  fetched(told);
}
