// data-opens="id" opens a dialog, data-closes and a click beside it close it. One that arrives with data-open opens itself.
// The browser keeps the focus inside and gives it back.
const open = (dialog) => { if (!dialog.open) dialog.showModal() }

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]")
  if (opener) {
    open(document.getElementById(opener.dataset.opens))
    return
  }
  const dialog = event.target.closest("dialog")
  if (!dialog) return
  if (event.target.closest("[data-closes]") || (event.target === dialog && beside(event, dialog))) (dialog.requestClose ?? dialog.close).call(dialog)
})

const beside = ({ clientX: x, clientY: y }, dialog) => {
  const box = dialog.getBoundingClientRect()
  return x < box.left || x > box.right || y < box.top || y > box.bottom
}

const openNewcomers = (within) => {
  for (const dialog of within.querySelectorAll("dialog[data-open]")) {
    dialog.addEventListener("close", () => dialog.remove(), { once: true })
    open(dialog)
  }
}
openNewcomers(document)
document.addEventListener("htmx:afterSettle", () => openNewcomers(document))
