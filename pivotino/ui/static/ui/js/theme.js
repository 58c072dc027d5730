// Classic and first in the head: a chosen theme or density is there before the first paint.
// Nothing is stored until the person chooses, and choosing "system" forgets again.
(() => {
  const root = document.documentElement
  const usual = { theme: "system", density: "roomy" }

  const read = (name) => { try { return localStorage.getItem(`pv:${name}`) } catch { return null } }
  const keep = (name, value) => {
    try {
      if (value === usual[name]) localStorage.removeItem(`pv:${name}`)
      else localStorage.setItem(`pv:${name}`, value)
    } catch { /* a browser that keeps nothing still shows the choice on this page */ }
  }

  const wear = (name, value) => {
    if (!value || value === usual[name]) delete root.dataset[name]
    else root.dataset[name] = value
  }

  const press = () => {
    for (const name of Object.keys(usual)) {
      const now = root.dataset[name] ?? usual[name]
      for (const button of document.querySelectorAll(`[data-choose-${name}]`)) {
        button.setAttribute("aria-pressed", button.getAttribute(`data-choose-${name}`) === now)
      }
    }
  }

  for (const name of Object.keys(usual)) wear(name, read(name))
  document.addEventListener("DOMContentLoaded", press)
  addEventListener("storage", ({ key }) => {
    const name = key?.replace("pv:", "")
    if (name in usual) { wear(name, read(name)); press() }
  })
  document.addEventListener("click", ({ target }) => {
    for (const name of Object.keys(usual)) {
      const value = target.closest?.(`[data-choose-${name}]`)?.getAttribute(`data-choose-${name}`)
      if (value) { wear(name, value); keep(name, value); press() }
    }
  })
})()
