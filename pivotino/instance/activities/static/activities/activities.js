// The lists of activities: feedback opens in place, Escape closes it, and what colleagues do comes in by itself.
class Activities extends HTMLElement {
  #stop

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    this.addEventListener("htmx:beforeRequest", (event) => this.#once(event), listen)
    this.addEventListener("htmx:afterSwap", () => this.querySelector("[data-feedback] textarea")?.focus(), listen)
    this.addEventListener("keydown", (event) => this.#key(event), listen)
    document.addEventListener("htmx:beforeSwap", ({ detail }) => { if ([409, 422].includes(detail.xhr.status)) { detail.shouldSwap = true; detail.isError = false } }, listen)
    document.addEventListener("pv:undone", () => this.renew(), listen)
    document.addEventListener("pv:live", () => this.#hear(), listen)
    this.addEventListener("pointerdown", () => { this.pressed = true }, listen)
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { this.pressed = false }), listen)
    document.addEventListener("pv:reload", () => this.renew(), listen)
    document.addEventListener("pv:open", ({ detail }) => document.querySelector("pv-sheet")?.open(detail.href), listen)
    document.querySelector("pv-sheet dialog")?.addEventListener("close", () => this.renew(), listen)
  }

  disconnectedCallback() { this.#stop.abort() }

  // A second press on the same tick closes what it opened.
  #once(event) {
    const tick = event.target.closest("a.tick")
    if (!tick) return
    const open = this.querySelector("[data-feedback]")
    const same = open?.previousElementSibling === tick.closest(".row")
    open?.remove()
    if (same) event.preventDefault()
  }

  #key(event) {
    const form = event.target.closest("[data-feedback]")
    if (!form) return
    if (event.key === "Escape") {
      event.preventDefault()
      const row = form.previousElementSibling
      form.remove()
      row?.querySelector(".tick")?.focus()
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      form.requestSubmit()
    }
  }

  #hear(pause = 400) {
    clearTimeout(this.listening)
    this.listening = setTimeout(() => this.renew(), pause)
  }

  // Somebody writes, presses or waits here: nothing is put anew under the hand.
  get #busy() {
    return this.pressed || document.querySelector("dialog:modal")
      || this.querySelector("[data-feedback], :popover-open, .htmx-request, [data-busy], input:focus, textarea:focus, select:focus")
  }

  async renew() {
    clearTimeout(this.listening)
    if (this.#busy) return this.#hear(1_000)
    const turn = this.turn = (this.turn ?? 0) + 1
    const answer = await fetch(this.dataset.here, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } }).catch(() => null)
    if (!answer?.ok || answer.redirected) return
    const html = await answer.text()
    if (turn !== this.turn || !this.isConnected) return
    if (this.#busy) return this.#hear(1_000)
    const at = document.activeElement
    const row = this.contains(at) && at.closest(".row")?.id
    const holder = document.createElement("template")
    holder.innerHTML = html
    const list = holder.content.getElementById("activities")
    if (!list) return
    document.getElementById("activities").replaceWith(list)
    htmx.process(list)
    const again = row && document.getElementById(row)
    const alike = again && [...again.querySelectorAll(at.localName)].find((one) => one.getAttribute("aria-label") === at.getAttribute("aria-label"))
    ;(alike ?? again?.querySelector("a, button"))?.focus({ preventScroll: true })
  }
}
customElements.define("pv-activities", Activities)
