// The frame of every page: menus close themselves, messages go away, htmx sends the token against forgery.

const openMenus = () => document.querySelectorAll("details.menu[open]");

function closeMenus(except) {
  for (const menu of openMenus()) if (!menu.contains(except)) menu.open = false;
}

document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The rarer entries of the menu stay as their reader left them, on every page.
document.querySelector("[data-rail] > summary")?.addEventListener("click", (event) => {
  const state = event.currentTarget.parentElement.open ? "folded" : "open";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `rail=${state}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
});

// Where tabs do not fit on one line, the present one is to be seen.
for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
  const tabs = tab.parentElement;
  tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
}

// A message that something is done stays eight seconds, twelve where it can be undone, longer while it is read.
function dismissLater(toast) {
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), toast.querySelector("form") ? 12_000 : 8000));
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

document.querySelectorAll("[data-toast]").forEach(dismissLater);
document.addEventListener("toast:shown", (event) => dismissLater(event.target));
document.addEventListener("click", (event) => {
  event.target.closest("[data-close-toast]")?.closest("[data-toast]").remove();
});

// Signed out in the meantime: the answer is another page, so show that page instead of a part of it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  if (new URL(xhr.responseURL).pathname === new URL(pathInfo.finalRequestPath, location.href).pathname) return;
  event.detail.shouldSwap = false;
  location.reload();
});

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get") return;
  event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
});

// Choices that only change what is shown take effect at once; without JavaScript their form has a button.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form && event.target.matches("input[type=radio], select")) form.requestSubmit();
});

// A file field says in the reader's language what was chosen.
function nameFiles(input) {
  const told = input.closest("[data-file]").querySelector("[data-file-name]");
  told.textContent = [...input.files].map((file) => file.name).join(", ") || told.dataset.fileName;
}

document.querySelectorAll("[data-file] input").forEach(nameFiles);
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-file] input")) nameFiles(event.target);
});
