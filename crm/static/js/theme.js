// Light or dark, set before the first paint: the reader's choice, else the system's.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is switched off: follow the system
    }
  }

  function show() {
    const dark = (chosen() ?? (system.matches ? "dark" : "light")) === "dark";
    root.dataset.bsTheme = dark ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.setAttribute("aria-pressed", String(dark));
    }
  }

  function flip() {
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      // Back at what the system has: follow it again.
      if ((next === "dark") === system.matches) localStorage.removeItem("theme");
      else localStorage.setItem("theme", next);
    } catch {
      root.dataset.bsTheme = next;
      return;
    }
    show();
  }

  root.classList.add("has-js");
  show();
  system.addEventListener("change", show);
  addEventListener("storage", show);
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-switch]")) flip();
  });
})();
