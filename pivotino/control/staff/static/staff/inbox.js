// J and K go down and up the list of tickets; Enter opens, as on any link.
document.addEventListener("click", ({ target }) => {
  const step = { down: 1, up: -1 }[target.closest?.("[data-inbox]")?.dataset.inbox]
  if (!step) return
  const all = [...document.querySelectorAll(".inbox__open")]
  const here = all.indexOf(document.activeElement)
  all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step))]?.focus()
})
