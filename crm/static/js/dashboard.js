// Cards of the dashboard are dragged to another place; the order is saved by the same form that their buttons send.

const board = document.querySelector("[data-arrange]");
const form = document.querySelector("[data-order]");
let dragged = null;

board.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-card]");
  dragged?.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
});

board.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-card]");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const after = dragged.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
  over[after ? "after" : "before"](dragged);
});

board.addEventListener("drop", (event) => event.preventDefault());

board.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  form.elements.order.value = [...board.querySelectorAll("[data-card]")].map((card) => card.dataset.card).join(",");
  form.submit();
});
