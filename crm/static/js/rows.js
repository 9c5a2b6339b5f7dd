// Tables with data-rows: a click anywhere in a row opens its record; j and k, from keys.js, move from row to row.

const linkOf = (row) => row.querySelector("th a[href]") ?? row.querySelector("a[href]");

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-rows] tbody tr");
  if (!row || event.target.closest("a, button, input, select, label, summary") || String(getSelection())) return;
  const { ctrlKey, metaKey, shiftKey } = event; // a new tab, as on the link itself
  linkOf(row)?.dispatchEvent(new MouseEvent("click", { cancelable: true, ctrlKey, metaKey, shiftKey }));
});

// The links themselves take the focus, so that Enter and Ctrl+Enter open them as everywhere.
document.addEventListener("rows:move", (event) => {
  const links = [...document.querySelectorAll("[data-rows] tbody tr")].map(linkOf).filter(Boolean);
  if (!links.length) return;
  const row = document.activeElement.closest("[data-rows] tbody tr");
  const at = links.findIndex((link) => row?.contains(link));
  const next = links[Math.min(Math.max(at + event.detail, 0), links.length - 1)];
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
});
