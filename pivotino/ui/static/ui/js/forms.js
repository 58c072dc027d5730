// A form is sent once. A refusal shows its list first. form[data-warn] says so before typed text is lost.
const busy = (form, button, is) => {
  form.toggleAttribute("data-busy", is)
  if (button) {
    if (is) button.setAttribute("aria-busy", "true")
    else button.removeAttribute("aria-busy")
  }
}

// A quick hand may press a button that was swapped in a moment ago, before htmx looked at it.
const seen = new WeakSet()
const tooEarly = (form) => {
  if (!form.matches("[hx-post]") || !window.htmx || form["htmx-internal-data"]?.initHash || seen.has(form)) return false
  seen.add(form)
  htmx.process(form)
  return true
}

document.addEventListener("submit", (event) => {
  const form = event.target
  if (tooEarly(form)) {
    event.preventDefault()
    event.stopImmediatePropagation()
    form.requestSubmit(event.submitter)
    return
  }
  if (form.hasAttribute("data-busy")) { event.preventDefault(); event.stopImmediatePropagation(); return }
  delete form.dataset.dirty
  if (form.method === "get") return
  const button = event.submitter
  // After everyone else was asked: a submit that someone took over and answers itself ends with htmx's request.
  setTimeout(() => {
    const byHtmx = form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")
    if (event.defaultPrevented && !byHtmx) return
    busy(form, button, true)
    if (byHtmx) form.addEventListener("htmx:afterRequest", () => busy(form, button, false), { once: true })
  })
}, true)

// Coming back by the back button finds the form ready again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) busy(form, form.querySelector("[aria-busy]"), false)
})

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-warn]")
  if (form) form.dataset.dirty = ""
})
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]")) event.preventDefault()
})
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt?.closest?.("form[data-warn]")
  if (form && !detail.successful) form.dataset.dirty = ""
})

// The list of what went wrong is the first thing to read.
const showErrors = () => document.querySelector(".form-errors")?.focus()
showErrors()
document.addEventListener("htmx:afterSettle", ({ target }) => target.querySelector?.(".form-errors")?.focus())

// A password with an eye. Without this script there is no eye.
const showEyes = () => { for (const eye of document.querySelectorAll("[data-reveals][hidden]")) eye.hidden = false }
showEyes()
document.addEventListener("htmx:afterSettle", showEyes)
document.addEventListener("click", ({ target }) => {
  const eye = target.closest?.("[data-reveals]")
  if (!eye) return
  const field = document.getElementById(eye.dataset.reveals)
  const shown = field.type === "password"
  field.type = shown ? "text" : "password"
  eye.setAttribute("aria-pressed", shown)
})
