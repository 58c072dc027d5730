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

  #hear() {
    clearTimeout(this.listening)
    this.listening = setTimeout(() => { if (!this.querySelector("[data-feedback]") && !this.querySelector(":popover-open") && !document.querySelector("dialog:modal")) this.renew() }, 400)
  }

  async renew() {
    const focus = document.activeElement?.closest(".row")?.id
    await htmx.ajax("GET", this.dataset.here, { source: this, target: "#activities", swap: "outerHTML" })
    if (focus && !document.activeElement?.closest(".row")) document.getElementById(focus)?.querySelector("a, button")?.focus({ preventScroll: true })
  }
}
customElements.define("pv-activities", Activities)
