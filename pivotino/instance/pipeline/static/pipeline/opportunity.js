// The sheet of one card: the way to its neighbours, fields that open one at a time, the composer, and news of colleagues.
// No part is put anew under the hand: what somebody types in, waits for or presses stays until it is free.
const ECHO = 2_500 // ms in which the news of one's own change is no news
const AGAIN = 1_000

class OpportunitySheet extends HTMLElement {
  #stop
  #turn = 0 // a renewal that was asked before a later change tells nothing new
  #sending = 0
  #line = [] // changes that wait for the one under way
  #answered_by = null // whose answer is being put in place just now
  #lost = null // finds again what had the focus

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    this.addEventListener("click", (event) => this.#click(event), listen)
    this.addEventListener("keydown", (event) => this.#key(event), listen)
    this.addEventListener("htmx:confirm", (event) => this.#inTurn(event), listen)
    this.addEventListener("htmx:configRequest", (event) => this.#sign(event), listen)
    this.addEventListener("htmx:beforeSend", ({ detail }) => this.#sends(detail), listen)
    this.addEventListener("htmx:beforeSwap", ({ detail }) => this.#takes(detail), listen)
    this.addEventListener("input", ({ target }) => target.form?.setAttribute("data-typed", ""), listen)
    this.addEventListener("pointerdown", () => { this.pressed = true }, listen)
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { this.pressed = false }), listen)
    this.addEventListener("htmx:afterRequest", (event) => this.#answered(event), listen)
    this.addEventListener("htmx:afterSwap", () => this.#settle(), listen)
    document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => { if (this.contains(detail.target)) this.#before(detail) }, listen)
    document.addEventListener("htmx:oobAfterSwap", ({ detail }) => { if (this.contains(detail.target) || detail.target?.id?.startsWith("o-")) this.#settle() }, listen)
    document.addEventListener("pv:noted", () => this.#noted(), listen)
    document.addEventListener("pv:gone", ({ detail }) => { if (detail.id === this.dataset.id) this.#leave() }, listen)
    document.addEventListener("pv:live", ({ detail }) => this.#hear(detail), listen)
    for (const changed of ["pv:undone", "pv:filed"]) document.addEventListener(changed, () => this.renew(), listen)
    this.#settle()
    const wanted = new URL(this.dataset.asked ?? location.href, location).searchParams
    if (wanted.has("plan")) this.#plan()
    this.querySelector("[autofocus]")?.focus()
  }

  disconnectedCallback() {
    this.#stop.abort()
    clearTimeout(this.listening)
  }

  get head() { return this.querySelector("#o-head") }
  get inSheet() { return this.closest("pv-sheet") }

  // One change after the other, so that no change of one's own makes the next one stale.
  #inTurn(event) {
    const { verb, elt, issueRequest } = event.detail
    if (verb === "get" || !this.#sending) return
    event.preventDefault()
    elt.setAttribute("data-waits", "")
    this.#line.push(() => { elt.removeAttribute("data-waits"); issueRequest(true) })
  }

  // Every change carries the version that is shown now, so that nothing newer is overwritten unseen.
  #sign({ detail }) {
    if (detail.verb === "get") return
    detail.parameters.version = this.head?.dataset.version ?? ""
  }

  #sends({ requestConfig }) {
    if (requestConfig.verb === "get") return
    this.#turn++
    this.#sending++
  }

  #takes(detail) {
    if ([409, 422].includes(detail.xhr.status)) { detail.shouldSwap = true; detail.isError = false }
    this.#answered_by = detail.requestConfig?.elt ?? null
  }

  // A part of an answer: it waits where somebody is at work, except for the form that was answered.
  #before(detail) {
    const { target: part, fragment } = detail
    if (!this.#inHand(part, this.#answered_by)) {
      this.#lost ??= finder(part)
      return
    }
    detail.shouldSwap = false
    const fresh = fragment.firstElementChild ?? fragment
    if (part.id === "o-head" && fresh.dataset?.version) part.dataset.version = fresh.dataset.version
    this.#renewSoon(AGAIN)
  }

  #inHand(part, except = null) {
    const at = document.activeElement
    if (part.contains(at) && at.matches("input:not([type=file]), textarea, select") && at.form !== except) return true
    return [...part.querySelectorAll("form[data-typed], .fact__form, .title-form, [data-feedback], .htmx-request, [data-waits], :popover-open, [data-choosing]")]
      .some((one) => one !== except && !one.contains(except))
  }

  #answered({ detail }) {
    this.#answered_by = null
    if (detail.requestConfig?.verb === "get") return
    this.#sending--
    this.#turn++
    this.sent = Date.now()
    this.opened = null
    this.#line.shift()?.()
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
    if (document.activeElement === document.body) this.#lost?.()?.focus({ preventScroll: true })
    this.#lost = null
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

  // Somebody else changed it. The news of one's own change came with the answer already.
  #hear({ subject: id, by }) {
    if (id !== this.dataset.id) return
    if (by === this.dataset.me && (this.#sending || Date.now() - (this.sent ?? 0) < ECHO)) return
    this.#renewSoon(200)
  }

  #renewSoon(pause) {
    clearTimeout(this.listening)
    this.listening = setTimeout(() => this.renew(), pause)
  }

  // Its parts anew; those in somebody's hand later.
  async renew() {
    clearTimeout(this.listening)
    if (this.#sending || this.pressed || this.#parts().every((part) => this.#inHand(part))) return this.#renewSoon(AGAIN)
    const turn = ++this.#turn
    const answer = await fetch(`${this.dataset.to}?parts=1`, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } }).catch(() => null)
    if (!this.isConnected) return
    if (!answer || answer.status >= 500 || answer.status === 429 || turn !== this.#turn || this.pressed || this.#sending) return this.#renewSoon(AGAIN)
    if (answer.status === 404) return this.#gone()
    if (!answer.ok || answer.redirected) return
    const holder = document.createElement("template")
    holder.innerHTML = await answer.text()
    if (!this.isConnected) return
    if (turn !== this.#turn) return this.#renewSoon(AGAIN)
    // The version belongs to the fields that are open: they must not be saved over what nobody here has seen.
    const writing = this.querySelector(".fact__form, .title-form")
    const later = [...holder.content.children].filter((piece) => !this.#put(piece, writing && ["o-head", "o-facts"].includes(piece.id)))
    this.#settle()
    if (later.length) this.#renewSoon(AGAIN)
  }

  #parts() { return ["o-head", "o-facts", "o-next"].map((id) => document.getElementById(id)).filter(Boolean) }

  #put(piece, held) {
    const old = document.getElementById(piece.id)
    if (!old) return true
    if (held || this.#inHand(old)) return false
    const lost = finder(old)
    piece.removeAttribute("hx-swap-oob")
    old.replaceWith(piece)
    htmx.process(piece)
    lost?.()?.focus({ preventScroll: true })
    return true
  }

  #gone() {
    document.dispatchEvent(new CustomEvent("pv:toast", { detail: { text: "That card is no longer there. Someone may have removed it.", bad: true } }))
    if (!this.querySelector("form[data-dirty]")) this.#leave()
  }
}

// What has the focus in a part that is put anew: how to find its like in the new one.
const finder = (part) => {
  const at = document.activeElement
  if (!part.contains(at) || at === part) return null
  const marks = ["id", "href", "name", "value", "data-key", "aria-label"].map((name) => [name, at.getAttribute(name)])
  const text = at.textContent.trim()
  return () => {
    const fresh = document.getElementById(part.id)
    const alike = [...(fresh?.querySelectorAll(at.localName) ?? [])].filter((one) => marks.every(([name, value]) => one.getAttribute(name) === value))
    return alike.find((one) => one.textContent.trim() === text) ?? alike[0] ?? fresh?.querySelector("a[href], button")
  }
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
  if (!box.contains(document.activeElement)) box.querySelector("input:not([type=hidden]), select, button")?.focus()
}, true)

const place = (box, button) => {
  const at = button.getBoundingClientRect()
  const size = box.getBoundingClientRect()
  const left = at.left + size.width > innerWidth - GAP ? at.right - size.width : at.left
  const top = at.bottom + GAP + size.height > innerHeight ? Math.max(GAP, at.top - GAP - size.height) : at.bottom + GAP
  box.style.left = `${Math.max(GAP, left)}px`
  box.style.top = `${top}px`
}
