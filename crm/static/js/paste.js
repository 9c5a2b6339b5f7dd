// The paste box over any page, by the key v (see keys.js), and the page of proposals.

const dialog = document.querySelector("[data-paste-dialog]");

document.addEventListener("paste:open", () => {
  dialog.showModal();
  dialog.querySelector("textarea").focus();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-paste]") || event.target === dialog) dialog.close();
  // One of several records that a name may mean.
  const chosen = event.target.closest("[data-fill]");
  if (!chosen) return;
  const field = document.getElementById(chosen.dataset.fill);
  field.value = chosen.textContent.trim();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// A proposal that is not ticked steps back.
function dim(tick) {
  tick.closest("[data-proposal]")?.classList.toggle("is-out", !tick.checked);
}
for (const tick of document.querySelectorAll("[data-include]")) dim(tick);
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-include]")) dim(event.target);
  // Whoever corrects a proposal wants it.
  else if (event.target.closest("[data-proposal]")) {
    const tick = event.target.closest("[data-proposal]").querySelector("[data-include]");
    if (tick && !tick.checked) {
      tick.checked = true;
      dim(tick);
    }
  }
});
