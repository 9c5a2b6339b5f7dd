// At the door: search as you type, one tap ticks a guest off, people who are not on the list; all of it without a line, too.

import { newKey, Outbox, send } from "./outbox.js";

const list = document.getElementById("door-list");
if (list) start();

function start() {
  const outbox = new Outbox((entry, state, told) => {
    if (state === "sent") showCounts(told, outbox);
    else if (entry.row) mark(rowOf(entry.row), entry.undo);
  });
  for (const entry of outbox.waiting) if (entry.row) mark(rowOf(entry.row), !entry.undo, entry.noted);
  list.addEventListener("submit", (event) => tap(event, outbox));
  search(document.getElementById("door-q"));
  walkIns(document.getElementById("walk-in"), outbox);
}

function rowOf(action) {
  return list.querySelector(`form[action="${action}"]`)?.closest("li");
}

function mark(row, isHere, noted = Date.now()) {
  if (!row || row.classList.contains("is-here") === isHere) return;
  row.classList.toggle("is-here", isHere);
  row.querySelector("[data-when]").textContent = isHere ? new Date(noted).toLocaleTimeString("sv", { timeZone: "Asia/Shanghai" }).slice(0, 5) : "";
  const here = document.querySelector("[data-here]");
  if (row.dataset.invited === "1") here.textContent = Number(here.textContent) + (isHere ? 1 : -1);
}

// What the server counted is less than what the page shows while entries are still on their way.
function showCounts(told, outbox) {
  if (told.here === undefined || outbox.entries.length) return;
  for (const name of ["here", "expected", "others"]) document.querySelector(`[data-${name}]`).textContent = told[name];
}

function tap(event, outbox) {
  const form = event.target;
  const row = form.closest("li");
  event.preventDefault();
  event.stopPropagation(); // form.js would wait for another page
  const undo = form.matches("[data-undo-check-in]");
  const action = form.getAttribute("action");
  mark(row, !undo);
  row.querySelector(undo ? "[data-check-in] button" : "[data-undo-check-in] button").focus();
  const id = newKey();
  const fields = { key: id, noted_at: Date.now() };
  outbox.add({ id, url: action, fields, label: row.dataset.name, row: action, undo });
}

function search(input) {
  const rows = [...list.children];
  const show = () => {
    const wanted = input.value.normalize("NFKC").toLowerCase().replaceAll(/\s/g, "");
    let found = 0;
    for (const row of rows) {
      row.hidden = Boolean(wanted) && !row.dataset.find.includes(wanted);
      found += row.hidden ? 0 : 1;
    }
    document.getElementById("door-none").hidden = found > 0 || !rows.length;
  };
  input.addEventListener("input", show);
  // Enter ticks the only one off that fits, and the next name can be typed.
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    const fitting = rows.filter((row) => !row.hidden && !row.classList.contains("is-here"));
    if (!input.value.trim() || fitting.length !== 1) return;
    fitting[0].querySelector("[data-check-in]").requestSubmit();
    input.value = "";
    show();
    input.focus();
  });
}

function walkIns(form, outbox) {
  const said = document.getElementById("walk-in-said");
  form.addEventListener("submit", async (event) => {
    if (!form.elements.name.value.trim()) return; // the server says what is missing
    event.preventDefault();
    event.stopPropagation();
    const id = newKey();
    form.elements.form_key.value = id;
    const fields = { ...Object.fromEntries(new FormData(form)), noted_at: Date.now() };
    const entry = { id, url: form.getAttribute("action"), fields, label: fields.name };
    const { state, told } = await send(entry);
    if (state === "refused") return form.submit(); // the same again, for the page with the errors
    if (state === "later") outbox.add(entry);
    else showCounts(told, outbox);
    said.textContent = form.dataset.done.replace("{name}", fields.name);
    form.reset();
    form.elements.name.focus();
  });
}
