// Single keys. Anything with data-key answers to it: "n", "g b" (one after the other), "mod+k", "shift+n", "?".
// A link or button is clicked, a field is focused; with data-key-own the room acts and the key is only listed.
// Asleep while typing, in a dialog (a sheet hears its own keys), and when turned off.
const PAUSE = 1_200
let before = ""
let beforeAt = 0

const off = () => { try { return localStorage.getItem("pv:keys") === "off" } catch { return false } }

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return
  const withMod = event.ctrlKey || event.metaKey
  if (!withMod && (typing(event.target) || off())) return
  const key = name(event, withMod)
  const found = answering(recently() ? `${before} ${key}` : key) ?? answering(key)
  before = withMod ? "" : key
  beforeAt = event.timeStamp
  if (key === "?" && !found && !modal()) { event.preventDefault(); list(); return }
  if (!found || (event.repeat && !withMod)) return
  event.preventDefault()
  before = ""
  if (found.matches("input, textarea, select")) found.focus()
  else {
    if (found.ariaHasPopup) found.focus() // so that closing gives the focus back to it
    found.click()
  }

  function recently() { return before && event.timeStamp - beforeAt < PAUSE }
})

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]:not([contenteditable=false]), [popover]:popover-open")

const name = ({ key, shiftKey }, withMod) => {
  const letter = key.length === 1 ? key.toLowerCase() : key
  return `${withMod ? "mod+" : ""}${shiftKey && /^[a-z]$/.test(letter) ? "shift+" : ""}${letter}`
}

const modal = () => [...document.querySelectorAll("dialog:modal")].at(-1)

const answering = (key) => offered().find((element) => element.dataset.key === key && !("keyOwn" in element.dataset))

// What can be reached now: the whole page, or only the sheet on top of it.
const offered = () => {
  const top = modal()
  if (top && !top.matches(".sheet")) return []
  return [...(top ?? document).querySelectorAll("[data-key]")].filter((element) =>
    "keyOwn" in element.dataset || (!element.disabled && element.checkVisibility() && !element.closest("[inert], [role=menu]")))
}

const list = () => {
  const dialog = document.getElementById("keys")
  if (!dialog) return
  const seen = new Set()
  const rows = offered().filter(({ dataset }) => !seen.has(dataset.key) && seen.add(dataset.key)).map(row)
  dialog.querySelector(".keys__list").replaceChildren(...rows)
  dialog.querySelector("[data-keys-switch]").checked = !off()
  dialog.showModal()
}

const row = (element) => {
  const one = document.createElement("div")
  one.className = "keys__one"
  const what = document.createElement("dt")
  what.textContent = element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? words(element)
  const keys = document.createElement("dd")
  for (const part of element.dataset.key.replace("mod+", "Ctrl ").replace("shift+", "Shift ").split(" ")) {
    const key = document.createElement("kbd")
    key.className = "key"
    key.textContent = part.length > 1 ? part : part.toUpperCase()
    keys.append(key)
  }
  one.append(what, keys)
  return one
}

const words = (element) => {
  const copy = element.cloneNode(true)
  for (const extra of copy.querySelectorAll("kbd, svg, .count")) extra.remove()
  return copy.textContent.trim()
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-keys-switch]")) return
  try {
    if (target.checked) localStorage.removeItem("pv:keys")
    else localStorage.setItem("pv:keys", "off")
  } catch { /* then the keys stay on */ }
})
