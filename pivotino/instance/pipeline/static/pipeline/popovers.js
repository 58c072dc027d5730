// A popover that holds a form is no menu: it is only placed by its button. Where a sheet rises from the edge, CSS wins.
const GAP = 6

document.addEventListener("toggle", (event) => {
  const box = event.target
  if (!(box instanceof HTMLElement) || !box.matches(".menu[popover]:not([role=menu])") || event.newState !== "open") return
  const buttons = [...document.querySelectorAll(`[popovertarget="${box.id}"]`)].filter((one) => one.checkVisibility())
  const button = buttons.find((one) => one.matches(":focus, :active")) ?? buttons[0]
  if (button) place(box, button)
  box.querySelector("input:not([type=hidden]), select, button")?.focus()
}, true)

const place = (box, button) => {
  const at = button.getBoundingClientRect()
  const size = box.getBoundingClientRect()
  const left = at.left + size.width > innerWidth - GAP ? at.right - size.width : at.left
  const top = at.bottom + GAP + size.height > innerHeight ? Math.max(GAP, at.top - GAP - size.height) : at.bottom + GAP
  box.style.left = `${Math.max(GAP, left)}px`
  box.style.top = `${top}px`
}
