// Deals: the fields that a stage or a status needs unfold when it is chosen. <details data-fold-by="stage" data-fold-on="signed funded">

function unfold(form) {
  for (const fold of form.querySelectorAll("[data-fold-by]")) {
    const chosen = form.elements[fold.dataset.foldBy].value;
    if (fold.dataset.foldOn.split(" ").includes(chosen)) fold.open = true;
  }
}

// On a phone what is known stands folded below the form.
if (matchMedia("(max-width: 48rem)").matches) document.querySelectorAll("[data-beside]").forEach((one) => (one.open = false));

document.addEventListener("change", (event) => event.target.form && unfold(event.target.form));
