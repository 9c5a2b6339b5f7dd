// Forms: Ctrl+Enter saves, a second click does nothing, and what was typed survives a closed tab.

const texts = document.getElementById("texts")?.dataset ?? {};

// --- submitting

const buttonsOf = (form) => form.querySelectorAll('button[type="submit"], button:not([type])');

function release(form) {
  delete form.dataset.busy;
  for (const button of buttonsOf(form)) button.disabled = false;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.target) return;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "true";
  // After this event: a disabled button would not send its name and value.
  setTimeout(() => buttonsOf(form).forEach((button) => (button.disabled = true)));
  // A download leaves the page standing; the server knows a second submit by its key.
  setTimeout(() => release(form), 10_000);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form");
  if (form) release(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(release));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.form ?? event.target.closest("form");
  const primary = form ? form.querySelector(".btn-primary") ?? buttonsOf(form)[0] : primaryOfThePage(event.target);
  if (!primary || primary.disabled) return;
  event.preventDefault();
  primary.form.requestSubmit(primary);
});

// Where the cursor stands nowhere, the keys mean the one form that the page is about.
function primaryOfThePage(target) {
  const found = target === document.body ? document.querySelectorAll("main form[method=post] .btn-primary") : [];
  return found.length === 1 ? found[0] : null;
}

document.querySelector("[data-summary]")?.focus();

// --- drafts

const WEEK = 7 * 24 * 3600 * 1000;
const PREFIX = "draft:";
const keyOf = (form) => `${PREFIX}${document.body.dataset.actor ?? ""}:${form.dataset.draft}`;

// Storage may be switched off or full: then there are no drafts, and everything else works.
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

const load = (key) => attempt(() => JSON.parse(localStorage.getItem(key)));
const save = (key, draft) => attempt(() => localStorage.setItem(key, JSON.stringify(draft)));
const forget = (key) => attempt(() => localStorage.removeItem(key));

function forgetAll(isOld) {
  for (const key of attempt(() => Object.keys(localStorage)) ?? []) {
    if (key.startsWith(PREFIX) && isOld(load(key))) forget(key);
  }
}

// Only what people type or choose; the version read with it goes along, so that the server still sees a conflict.
const isKept = (control) =>
  control.name &&
  (control.matches("textarea, select") ||
    control.name === "version" ||
    (control.matches("input") && !["hidden", "password", "file", "submit", "button"].includes(control.type)));
const controlsOf = (form) => [...form.elements].filter(isKept);
const valueOf = (control) => (["checkbox", "radio"].includes(control.type) ? control.checked : control.value);
const valuesOf = (form) => controlsOf(form).map((control) => [control.name, valueOf(control)]);

function fill(form, values) {
  let changed = false;
  const waiting = [...values];
  for (const control of controlsOf(form)) {
    const at = waiting.findIndex(([name]) => name === control.name);
    if (at < 0) continue;
    const [[, value]] = waiting.splice(at, 1);
    if (value === valueOf(control)) continue;
    if (typeof value === "boolean") control.checked = value;
    else control.value = value;
    // An option that another field's choice has yet to bring: see combobox.js.
    if (control.value !== value && control.matches("select")) control.dataset.wanted = value;
    if (control.name === "version") continue;
    changed = true;
    const fold = control.closest("details"); // what comes back must be seen
    if (fold) fold.open = true;
  }
  for (const field of form.querySelectorAll("[data-loads]")) {
    if (field.value) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return changed;
}

function offerDiscard(form, key) {
  const bar = document.createElement("div");
  bar.className = "draft";
  bar.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-plain";
  button.textContent = texts.discardLabel;
  button.addEventListener("click", () => {
    forget(key);
    form.reset();
    bar.remove();
  });
  bar.append(texts.restored, button);
  (form.querySelector(".form-body") ?? form).prepend(bar);
}

function keepDraft(form) {
  const key = keyOf(form);
  const refused = Boolean(form.querySelector("[data-summary]"));
  const draft = load(key);
  // The server sends a refused form back with everything in it; a draft would only repeat that.
  if (draft && !refused && fill(form, draft.values)) offerDiscard(form, key);
  form.addEventListener("input", () => save(key, { at: Date.now(), values: valuesOf(form) }));
  form.addEventListener("change", () => save(key, { at: Date.now(), values: valuesOf(form) }));
  form.addEventListener("submit", () => attempt(() => sessionStorage.setItem("sent", key)));
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-discard]")) forget(key);
  });
}

// What was typed stays kept until one of the two versions is chosen.
function followConflict(form, sent) {
  form.addEventListener("submit", () => attempt(() => sessionStorage.setItem("sent", sent)));
  form.querySelector("[data-discard]").addEventListener("click", () => forget(sent));
}

// A form that was sent has succeeded when the next page does not show it again, or says that something is done.
function settleSent(forms) {
  const sent = attempt(() => sessionStorage.getItem("sent"));
  if (!sent) return;
  attempt(() => sessionStorage.removeItem("sent"));
  if (document.querySelector("[data-not-saved]")) return; // an error page: what was typed is needed again
  const conflict = document.querySelector("form[data-conflict]");
  if (conflict) return followConflict(conflict, sent);
  const shownAgain = forms.some((form) => keyOf(form) === sent);
  if (!shownAgain || document.querySelector("[data-toast]")) forget(sent);
}

const forms = [...document.querySelectorAll("form[data-draft]")];
settleSent(forms);
forgetAll((draft) => !draft || Date.now() - draft.at > WEEK);
forms.forEach(keepDraft);
// A form that a script brought in later.
document.addEventListener("form:added", (event) => keepDraft(event.target));
document.addEventListener("submit", (event) => {
  if ("forgetDrafts" in event.target.dataset) forgetAll(() => true);
});
