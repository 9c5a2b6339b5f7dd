// Keys for those who work here all day. Those without Ctrl can be switched off in the list that "?" shows.

const dialog = document.getElementById("keys");
const toggle = dialog.querySelector("[data-single-keys]");

function read() {
  try {
    return localStorage.getItem("single-keys") !== "off";
  } catch {
    return true;
  }
}

toggle.checked = read();
toggle.addEventListener("change", () => {
  try {
    localStorage.setItem("single-keys", toggle.checked ? "on" : "off");
  } catch {
    // storage is switched off: the choice holds for this page
  }
});

function focusField(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  field?.select();
  return Boolean(field);
}

function moveRow(step) {
  document.dispatchEvent(new CustomEvent("rows:move", { detail: step }));
  return true;
}

function tickRow(range) {
  if (!document.querySelector("[data-bulk]")) return false;
  document.dispatchEvent(new CustomEvent("rows:tick", { detail: { range } }));
  return true;
}

const actions = {
  "/": () => focusField("[data-page-search]") || focusField("[data-jump]"),
  "?": () => {
    dialog.showModal();
    return true;
  },
  v: () => {
    if (!document.querySelector("[data-paste-dialog]")) return false;
    return document.dispatchEvent(new CustomEvent("paste:open"));
  },
  m: () => document.querySelector("[data-movable]") && document.dispatchEvent(new CustomEvent("board:move")),
  c: () => {
    if (!document.querySelector("[data-log-dialog]")) return false;
    return document.dispatchEvent(new CustomEvent("log:open"));
  },
  x: () => tickRow(false),
  X: () => tickRow(true),
  j: () => moveRow(1),
  k: () => moveRow(-1),
};

const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.altKey || dialog.open) return;
  if (event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (!toggle.checked || isTyping(event.target)) return;
  if (actions[event.key]?.()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-keys]")) dialog.showModal();
  else if (event.target === dialog) dialog.close(); // the backdrop
});
