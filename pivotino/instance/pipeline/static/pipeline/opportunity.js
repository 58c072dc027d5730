// The sheet of one card: the way to its neighbours, fields that open one at a time, the composer, and news of colleagues.
class OpportunitySheet extends HTMLElement {
  #stop

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    this.addEventListener("click", (event) => this.#click(event), listen)
    this.addEventListener("keydown", (event) => this.#key(event), listen)
    this.addEventListener("htmx:configRequest", (event) => this.#sign(event), listen)
    this.addEventListener("htmx:beforeSwap", ({ detail }) => { if ([409, 422].includes(detail.xhr.status)) { detail.shouldSwap = true; detail.isError = false } }, listen)
    this.addEventListener("htmx:afterRequest", (event) => this.#answered(event), listen)
    this.addEventListener("htmx:afterSwap", () => this.#settle(), listen)
    document.addEventListener("htmx:oobAfterSwap", ({ detail }) => { if (this.contains(detail.target) || detail.target?.id?.startsWith("o-")) this.#settle() }, listen)
    document.addEventListener("pv:noted", () => this.#noted(), listen)
    document.addEventListener("pv:gone", ({ detail }) => { if (detail.id === this.dataset.id) this.#leave() }, listen)
    document.addEventListener("pv:live", ({ detail }) => this.#hear(detail), listen)
    document.addEventListener("pv:undone", () => this.renew(), listen)
    this.#settle()
    const wanted = new URL(this.dataset.asked ?? location.href, location).searchParams
    if (wanted.has("plan")) this.#plan()
    this.querySelector("[autofocus]")?.focus()
  }

  disconnectedCallback() { this.#stop.abort() }

  get head() { return this.querySelector("#o-head") }
  get inSheet() { return this.closest("pv-sheet") }

  // Every change carries the version that is shown now, so that nothing newer is overwritten unseen.
  #sign({ detail }) {
    if (detail.verb === "get") return
    detail.parameters.version = this.head?.dataset.version ?? ""
    this.sending = true
  }

  #answered({ detail }) {
    if (detail.requestConfig?.verb === "get") return
    this.sent = Date.now()
    this.opened = null
    if (detail.xhr.status === 200) {
      const saved = this.querySelector("[data-saved]")
      if (saved) setTimeout(() => { saved.textContent = "" }, 4_000)
      const asked = detail.requestConfig?.elt
      const name = asked?.closest?.(".fact")?.id
      const pressed = asked?.matches?.(".stars") ? "button[aria-pressed=true], button" : ".fact__link, a"
      if (name) setTimeout(() => [...this.querySelectorAll(`#${name} :is(${pressed})`)].at(asked.matches(".stars") ? -1 : 0)?.focus())
    }
    this.querySelector("#lose-here")?.close()
  }

  #settle() {
    if (!this.isConnected) return
    const place = document.querySelector("pv-board")?.beside(this.dataset.id)
    const told = this.querySelector("[data-place]")
    if (told) told.textContent = place ? `${place.at} of ${place.of} in ${place.name}` : ""
    for (const button of this.querySelectorAll("[data-step]")) {
      button.hidden = !place || !this.inSheet
      button.disabled = !place?.[button.dataset.step]
    }
    const offered = this.querySelector("[data-plan][data-focus]")
    if (offered && offered !== this.offered && this.offered !== undefined) offered.focus()
    this.offered = offered
    const field = this.querySelector(".fact__form :is(input, select, textarea):not([type=hidden]), .title-form input")
    if (field && field !== this.opened) {
      this.opened = field
      field.focus()
      if (field.matches("input[type=text], input:not([type])")) field.select?.()
    }
  }

  #click(event) {
    const step = event.target.closest("[data-step]")
    const close = event.target.closest("a[data-closes]")
    if (step) this.#go(step.dataset.step)
    else if (close && this.inSheet) event.preventDefault() // the dialog closes itself
    else if (event.target.closest("[data-lose]")) { event.preventDefault(); this.querySelector("#lose-here")?.showModal() }
    else if (event.target.closest("[data-cancel]")?.dataset.cancel === "title") { event.preventDefault(); this.renew() }
  }

  #go(way) {
    const href = document.querySelector("pv-board")?.beside(this.dataset.id)?.[way]
    if (href) this.inSheet?.open(href)
  }

  #key(event) {
    if (event.isComposing) return
    const composer = event.target.closest(".composer__text")
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("textarea")) {
      event.preventDefault()
      event.target.form.requestSubmit()
    } else if (event.key === "Escape" && event.target.closest(".fact__form, .title-form")) {
      event.preventDefault()
      event.stopPropagation()
      const form = event.target.closest("form")
      const name = form.closest(".fact")?.id
      delete form.dataset.dirty
      form.querySelector("[data-cancel]")?.click()
      if (name) this.addEventListener("htmx:afterSettle", () => document.getElementById(name)?.querySelector("a")?.focus(), { once: true })
    } else if (event.key === "Escape" && composer && !composer.value) composer.blur()
  }

  #noted() {
    const text = this.querySelector(".composer__text")
    if (!text) return
    text.value = ""
    delete text.form.dataset.dirty
    text.focus()
  }

  #plan() {
    const field = this.querySelector("[data-plan]")
    field?.closest("details")?.setAttribute("open", "")
    field?.focus()
  }

  #leave() {
    if (this.inSheet) this.closest("dialog").close()
    else location.assign(this.dataset.board)
  }

  // Somebody else changed it: the parts anew, but never a field that is being typed in.
  #hear({ subject: id }) {
    if (id !== this.dataset.id) return
    if (Date.now() - (this.sent ?? 0) < 2_500 || this.querySelector("form[data-dirty], .fact__form")) return
    this.#renewSoon(200)
  }

  // News waits while somebody writes here.
  #renewSoon(pause) {
    clearTimeout(this.listening)
    this.listening = setTimeout(() => {
      const at = document.activeElement
      if (this.contains(at) && at.matches("input, textarea, select")) this.#renewSoon(1_000)
      else this.renew()
    }, pause)
  }

  renew() { return htmx.ajax("GET", `${this.dataset.to}?parts=1`, { source: this, swap: "none" }) }
}
customElements.define("pv-opportunity", OpportunitySheet)

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
