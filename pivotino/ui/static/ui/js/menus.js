// A row of places that scrolls sideways begins where somebody is.
for (const row of document.querySelectorAll(".settings__nav, .tabs")) {
  const here = row.querySelector("[aria-current]")
  if (here) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2
}

// Popover menus: placed by their button, walked with the arrows. Opening, Escape and giving the focus back is the browser's.
// Whoever opens one by a key goes on typing at once: the browser gives the focus to what asks for it while it opens.
document.addEventListener("beforetoggle", (event) => {
  const box = event.target
  if (!(box instanceof HTMLElement) || !box.matches(".menu[popover]") || event.newState !== "open") return
  for (const old of box.querySelectorAll("[autofocus]")) old.autofocus = false
  const first = box.matches("[role=menu]")
    ? box.querySelector(":is(a, button):not([aria-disabled=true], [hidden])")
    : box.querySelector("[data-first]") ?? box.querySelector("input:not([type=hidden]), select, button")
  if (first) first.autofocus = true
}, true)

document.addEventListener("toggle", (event) => {
  const menu = event.target
  if (!(menu instanceof HTMLElement) || !menu.matches("[role=menu][popover]") || event.newState !== "open") return
  place(menu, document.querySelector(`[popovertarget="${menu.id}"]:focus`) ?? document.querySelector(`[popovertarget="${menu.id}"]`))
  if (!menu.contains(document.activeElement)) items(menu)[0]?.focus()
}, true)

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[role=menu]:popover-open")
  if (!menu) return
  const all = items(menu)
  const here = all.indexOf(document.activeElement)
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key]
  if (next !== undefined) {
    event.preventDefault()
    all.at(next % all.length)?.focus()
  } else if (event.key === "Tab") menu.hidePopover()
  else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    all.find((item) => item.dataset.key === event.key)?.click()
  }
})

document.addEventListener("click", ({ target }) => {
  const item = target.closest?.("[role=menu] .option")
  if (item && !item.matches("[aria-disabled=true]")) item.closest("[popover]")?.hidePopover()
})

const items = (menu) => [...menu.querySelectorAll("a, button")].filter((item) => item.offsetParent && !item.matches("[aria-disabled=true]"))

// Below its button and inside the window; above when there is no room. CSS moves it to the edge on a phone.
const place = (menu, button) => {
  if (!button) return
  const at = button.getBoundingClientRect()
  const size = menu.getBoundingClientRect()
  const gap = 6
  const toEnd = menu.classList.contains("menu--end") || at.left + size.width > innerWidth - gap
  const left = toEnd ? at.right - size.width : at.left
  const top = at.bottom + gap + size.height > innerHeight ? at.top - gap - size.height : at.bottom + gap
  menu.style.left = `${Math.max(gap, Math.min(left, innerWidth - size.width - gap))}px`
  menu.style.top = `${Math.max(gap, Math.min(top, innerHeight - size.height - gap))}px`
}
