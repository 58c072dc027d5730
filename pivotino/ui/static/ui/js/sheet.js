// A card beside its board. A link with data-sheet opens the sheet at once as a modal dialog and fills it when the answer is
// there, so that no key meant for the sheet reaches the page below. Escape, the back button and data-closes shut it, and
// the focus returns to the same card even if the board was drawn again meanwhile.
class Sheet extends HTMLElement {
  #stop
  #from = null
  #asked = null

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    this.dialog = this.querySelector("dialog")
    document.addEventListener("click", (event) => this.#follow(event), listen)
    this.dialog.addEventListener("cancel", (event) => { if (!this.#mayLeave()) event.preventDefault() }, listen)
    this.dialog.addEventListener("close", () => this.#closed(), listen)
    addEventListener("popstate", () => { if (this.dialog.open) this.#shut() }, listen)
  }

  disconnectedCallback() { this.#stop.abort() }

  get body() { return this.dialog.firstElementChild }

  async open(href) {
    if (this.dialog.open && !this.#mayLeave()) return
    this.#asked?.abort()
    const stop = this.#asked = new AbortController()
    const again = this.dialog.contains(document.activeElement) && document.activeElement.dataset.step
    this.#from ??= { page: location.href, href }
    this.#from.href = href
    if (this.dialog.open) history.replaceState({ sheet: href }, "", href)
    else {
      history.pushState({ sheet: href }, "", href)
      this.body.replaceChildren()
      this.dialog.showModal()
    }
    this.dialog.setAttribute("aria-busy", "true")
    const headers = { "HX-Request": "true", "HX-Target": this.body.id, "HX-Current-URL": location.href }
    const answer = await fetch(href, { headers, signal: stop.signal }).catch(() => null)
    const html = answer?.ok && !answer.redirected ? await answer.text().catch(() => null) : null
    if (stop.signal.aborted || !this.dialog.open) return
    this.dialog.removeAttribute("aria-busy")
    if (answer?.redirected) return location.assign(href)
    if (html === null) return this.#refused(answer?.status)
    this.body.innerHTML = html
    htmx.process(this.body)
    if (!this.body.contains(document.activeElement)) this.body.querySelector("[autofocus]")?.focus()
    if (again) this.body.querySelector(`[data-step="${again}"]:not([disabled])`)?.focus()
  }

  #refused(status) {
    const text = status === 404 ? "That card is no longer there. Someone may have removed it." : "We could not reach the server. Try again."
    this.dialog.close()
    document.dispatchEvent(new CustomEvent("pv:toast", { detail: { text, bad: true } }))
  }

  #follow(event) {
    const link = event.target.closest("a[data-sheet]")
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    this.open(link.href)
  }

  #mayLeave() {
    return !this.dialog.querySelector("form[data-dirty]") || confirm("What you typed here is not saved. Leave it?")
  }

  #shut() {
    this.back = true
    this.dialog.close()
  }

  #closed() {
    this.#asked?.abort()
    this.dialog.removeAttribute("aria-busy")
    if (!this.back) history.back()
    this.back = false
    const href = this.#from?.href
    this.#forget()
    ;[...document.querySelectorAll("a[data-sheet]")].find((link) => sameCard(link.href, href))?.focus()
  }

  #forget() {
    this.body.replaceChildren()
    this.#from = null
  }
}

const sameCard = (one, other) => one.split(/[?#]/)[0] === other?.split(/[?#]/)[0]

customElements.define("pv-sheet", Sheet)
