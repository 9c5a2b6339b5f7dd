// A table of inputs that behaves like a spreadsheet: see "Keys of the grid" on its page. Without this script it is a form.
//   grid/sheet.js rows and cells   selection.js cursor and range   history.js undo   clipboard.js blocks of Excel
//   suggestions.js what a cell offers   saving.js sends and shows answers   draft.js what outlives a reload

import * as clipboard from "./grid/clipboard.js";
import { Draft } from "./grid/draft.js";
import { History } from "./grid/history.js";
import { Saving } from "./grid/saving.js";
import { Selection } from "./grid/selection.js";
import { counted, element, Sheet, texts } from "./grid/sheet.js";
import { Suggestions } from "./grid/suggestions.js";

const form = document.querySelector("form[data-grid]");
const bar = form.querySelector("[data-sheet-news]");
const dialog = document.getElementById("sheet-keys");
const [undoButton, redoButton] = [form.querySelector("[data-sheet-undo]"), form.querySelector("[data-sheet-redo]")];

const sheet = new Sheet(form);
const draft = new Draft(sheet, form.dataset.grid);
const suggestions = new Suggestions();
const selection = new Selection(sheet, news);
const history = new History(sheet, (rows) => {
  settle();
  saving.checkSoon(rows);
});
const saving = new Saving(sheet, { news, settled: onSettled, goTo });

// What happens in the active cell: "" moving about, "typing" replacing its text, "changing" it. `before`: its text then.
let mode = "";
let before = "";
let tabbedFrom = null;

// --- messages

function news(text, { actions = [], wrong = false, quiet = false } = {}) {
  if (quiet && bar.querySelector("button")) return; // something more important stands there
  const said = element("p", quiet ? "visually-hidden" : "", text);
  const buttons = actions.map(({ label, run }) => {
    const button = element("button", "btn btn-sm btn-plain", label);
    button.type = "button";
    button.addEventListener("click", run);
    return button;
  });
  bar.className = `sheet-news${wrong ? " is-wrong" : ""}`;
  bar.replaceChildren(said, ...buttons);
}

function settle() {
  undoButton.disabled = !history.done.length;
  redoButton.disabled = !history.undone.length;
  const { length } = sheet.dirty;
  if (!bar.querySelector("button")) news(length ? counted("unsaved", length) : "");
  draft.keepSoon();
}

function onSettled({ saved }) {
  if (saved) history.forget();
  sheet.keepBlankRows();
  settle();
}

function goTo(selector) {
  const notes = [...sheet.body.querySelectorAll(`.cell-note:is(${selector})`)];
  const here = notes.findIndex((note) => note.parentElement.contains(selection.control));
  const note = notes[(here + 1) % notes.length];
  if (note) selection.go(sheet.place(note.parentElement.querySelector("input, textarea")));
}

// --- one cell

function begin(how) {
  if (selection.control.readOnly) return news(texts.readOnly, { quiet: true });
  if (!mode) before = selection.control.value;
  mode = how;
  selection.control.parentElement.classList.add("is-editing");
}

function commit() {
  suggestions.close();
  if (!mode) return;
  const { row, at, control } = selection;
  const after = history.fitting(row, at.column, control.value);
  leave();
  if (after === before) return;
  control.value = before;
  history.write([[row, at.column, after]]);
}

function cancel() {
  suggestions.close();
  selection.control.value = before;
  leave();
  selection.control.select();
}

function leave() {
  mode = "";
  selection.control.parentElement.classList.remove("is-editing");
}

function go(place, { extending = false } = {}) {
  commit();
  if (extending) selection.extend(place);
  else selection.go(place);
}

// --- several cells

const fillWith = (text) => history.write(selection.cells.flat().map(([row, column]) => [row, column, text]));

function fillDown() {
  const { top, bottom } = selection.range;
  const source = sheet.rows[top === bottom ? Math.max(top - 1, 0) : top];
  const targets = selection.cells.slice(top === bottom ? 0 : 1).flat();
  history.write(targets.map(([row, column]) => [row, column, source.text(column)]));
}

function paste(block) {
  const { top, left, bottom, right } = selection.range;
  const [height, width] = [block.length, Math.max(...block.map((row) => row.length))];
  // A selection that holds the block several times is filled with it, as in Excel.
  const times = (selected, size) => (selected % size ? 1 : selected / size);
  const [rows, columns] = [height * times(bottom - top + 1, height), width * times(right - left + 1, width)];
  sheet.growTo(top + rows);
  const cells = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < Math.min(columns, sheet.columns.length - left); column += 1) {
      cells.push([sheet.rows[top + row], left + column, block[row % height][column % width] ?? ""]);
    }
  }
  const skipped = history.write(cells);
  if (skipped) news(texts.readOnly, { quiet: true });
  selection.go({ row: top, column: left });
  selection.extend({ row: top + rows - 1, column: left + columns - 1 });
}

// Undone or redone: the cells that it changed are selected.
function step(changes) {
  if (!changes) return;
  const [first, last] = [changes[0], changes.at(-1)].map(({ row, column }) => ({ row: sheet.rows.indexOf(row), column }));
  selection.go(first);
  if (changes.length > 1) selection.extend(last);
  settle();
}

// --- keys

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const today = () => new Date().toLocaleDateString("sv", { timeZone: "Asia/Shanghai" });
const lastFilled = () => ({ row: Math.max(sheet.rows.findLastIndex((row) => !row.isBlank), 0), column: sheet.columns.length - 1 });

const withControl = {
  d: fillDown,
  z: (event) => step(event.shiftKey ? history.redo() : history.undo()),
  y: () => step(history.redo()),
  s: () => saving.save("all"),
  a: () => {
    selection.go({ row: 0, column: 0 });
    selection.extend(lastFilled());
  },
  ";": () => fillWith(today()),
  Enter: () => fillWith(selection.control.value),
  Home: () => selection.go({ row: 0, column: 0 }),
  End: () => selection.go(lastFilled()),
};

const plain = {
  F2: () => {
    begin("changing");
    const { control } = selection;
    control.setSelectionRange(control.value.length, control.value.length);
  },
  Delete: () => fillWith(""),
  Backspace: () => fillWith(""),
  Escape: () => selection.go(selection.at),
  Home: (event) => go({ ...selection.to, column: 0 }, { extending: event.shiftKey }),
  End: (event) => go({ ...selection.to, column: sheet.columns.length - 1 }, { extending: event.shiftKey }),
  PageDown: (event) => go(selection.step(15, 0, selection.to), { extending: event.shiftKey }),
  PageUp: (event) => go(selection.step(-15, 0, selection.to), { extending: event.shiftKey }),
};

function onArrow(event, isControl) {
  const [rows, columns] = ARROWS[event.key];
  if (event.altKey) {
    begin("changing");
    return suggestions.ask(selection.control, sheet.columns[selection.at.column], { all: true });
  }
  commit();
  const from = event.shiftKey ? selection.to : selection.at;
  const place = isControl ? selection.jump(rows, columns, from) : selection.step(rows, columns, from);
  go(place, { extending: event.shiftKey });
}

// Enter goes down where Tab began, so that rows are typed one under the other.
function onEnter(event) {
  const column = event.shiftKey ? selection.at.column : (tabbedFrom ?? selection.at.column);
  go({ row: selection.at.row + (event.shiftKey ? -1 : 1), column });
  tabbedFrom = null;
}

function onTab(event) {
  const { row, column } = selection.at;
  const last = sheet.columns.length - 1;
  tabbedFrom ??= event.shiftKey ? null : column;
  if (event.shiftKey) go(column ? { row, column: column - 1 } : { row: row - 1, column: row ? last : 0 });
  else go(column < last ? { row, column: column + 1 } : { row: row + 1, column: 0 });
}

// True when the key was ours.
function onKey(event) {
  const isControl = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.key === "F6") return commit(), form.querySelector(".sheet-bar button:not(:disabled)").focus(), true;
  if (mode && key === "Enter" && event.altKey) return newLine();
  if (mode && key === "Enter" && isControl) {
    const text = selection.control.value;
    return commit(), fillWith(text), true;
  }
  if (key === "Enter" && !isControl) return onEnter(event), true;
  if (key === "Tab") return onTab(event), true;
  if (mode && key === "Escape") return cancel(), true;
  if (key in ARROWS && (mode !== "changing" || event.altKey)) return onArrow(event, isControl), true;
  if (mode && !(isControl && key === "s")) return false;
  const action = isControl ? withControl[key] : plain[key];
  if (!action || event.altKey) return false;
  commit();
  action(event);
  return true;
}

function newLine() {
  const { control } = selection;
  if (control.matches("textarea")) control.setRangeText("\n", control.selectionStart, control.selectionEnd, "end");
  return true;
}

sheet.body.addEventListener("keydown", (event) => {
  // An input method at work: its keys are its own.
  if (event.isComposing || event.keyCode === 229 || !sheet.place(event.target)) return;
  if (!event.key.startsWith("Tab") && event.key !== "Enter" && event.key !== "Shift") tabbedFrom = null;
  if (!suggestions.take(event) && !onKey(event)) return;
  event.preventDefault();
  event.stopPropagation();
});

// Saving is asked for outside the cells, too: after a reload nothing has the focus.
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  commit();
  saving.save("all");
});

sheet.body.addEventListener("beforeinput", (event) => {
  if (sheet.place(event.target) && !mode) begin("typing"); // while the old text still stands there
});
sheet.body.addEventListener("input", (event) => {
  draft.keepSoon(); // a half-written cell, too
  if (sheet.place(event.target) && !event.isComposing) suggestions.ask(selection.control, sheet.columns[selection.at.column]);
});
sheet.body.addEventListener("compositionend", (event) => {
  if (sheet.place(event.target)) suggestions.ask(selection.control, sheet.columns[selection.at.column]);
});

// --- the mouse, and fingers

sheet.body.addEventListener("pointerdown", (event) => {
  const control = event.target.closest("td")?.querySelector("input:not([type=checkbox]), textarea");
  if (!control || event.target.closest("button, a") || event.button) return;
  const place = sheet.place(control);
  const isHere = control === selection.control && document.activeElement === control;
  if (isHere && (mode || event.pointerType === "touch")) return;
  event.preventDefault();
  tabbedFrom = null;
  go(place, { extending: event.shiftKey });
});

sheet.body.addEventListener("pointermove", (event) => {
  if (event.buttons !== 1 || event.pointerType === "touch" || mode) return;
  const control = document.elementFromPoint(event.clientX, event.clientY)?.closest("td")?.querySelector("input, textarea");
  const place = control && sheet.place(control);
  if (place && (place.row !== selection.to.row || place.column !== selection.to.column)) selection.extend(place);
});

sheet.body.addEventListener("dblclick", (event) => {
  if (event.target === selection.control && !mode) plain.F2();
});

// The focus comes by other ways, too: a screen reader, a finger, a link to an error.
sheet.body.addEventListener("focusin", (event) => {
  const place = sheet.place(event.target);
  if (!place || event.target === selection.control) return selection.show();
  commit();
  selection.go(place);
});
sheet.body.addEventListener("focusout", (event) => {
  if (!sheet.body.contains(event.relatedTarget)) commit();
});

// --- the clipboard

const isBlock = (event) => !mode && event.target === selection.control;
function copy(event) {
  if (!isBlock(event)) return false;
  event.preventDefault();
  event.clipboardData.setData("text/plain", clipboard.write(selection.cells.map((row) => row.map(([one, column]) => one.text(column)))));
  return true;
}
sheet.body.addEventListener("copy", copy);
sheet.body.addEventListener("cut", (event) => copy(event) && fillWith(""));
sheet.body.addEventListener("paste", (event) => {
  if (!isBlock(event)) return;
  event.preventDefault();
  paste(clipboard.parse(event.clipboardData.getData("text/plain")));
});

// --- the bar above

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation(); // the rows are sent here, not by form.js
  commit();
  saving.save(event.submitter?.value ?? "all");
});
undoButton.addEventListener("click", () => step(history.undo()));
redoButton.addEventListener("click", () => step(history.redo()));
form.querySelector("[data-open-sheet-keys]").addEventListener("click", () => dialog.showModal());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

// --- what was typed before

const restored = draft.restore();
if (restored) {
  const time = restored.at.toLocaleString("sv").slice(0, 16);
  news(counted("restored", restored.count, { time }), { actions: [{ label: texts.discard, run: discard }] });
  saving.checkSoon(sheet.dirty);
}

// A step like any other, so that it can be taken back.
function discard() {
  const changes = sheet.dirty.flatMap((row) => row.changed.map((column) => [row, column]));
  history.keep(changes.map(([row, column]) => ({ row, column, before: row.text(column), after: row.base[column] ?? "" })));
  news(texts.discarded, { actions: [{ label: texts.takeBack, run: () => step(history.undo()) }] });
}

selection.show();
form.dataset.ready = "true";
