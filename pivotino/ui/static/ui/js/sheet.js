// A card beside its board. A link with data-sheet fills the sheet and opens it as a modal dialog; Escape, the back button
// and data-closes shut it, and the focus returns to the same card even if the board was drawn again meanwhile.
class Sheet extends HTMLElement {
  #stop
  #from = null

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

  async open(href) {
    this.#from ??= { page: location.href, href }
    await htmx.ajax("GET", href, { source: this, target: this.dialog.firstElementChild, swap: "innerHTML" })
    if (!this.dialog.firstElementChild.hasChildNodes()) return this.#forget()
    if (this.dialog.open) history.replaceState({ sheet: href }, "", href)
    else {
      history.pushState({ sheet: href }, "", href)
      this.dialog.showModal()
    }
    this.#from.href = href
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
    if (!this.back) history.back()
    this.back = false
    const href = this.#from?.href
    this.#forget()
    ;[...document.querySelectorAll("a[data-sheet]")].find((link) => link.href === href)?.focus()
  }

  #forget() {
    this.dialog.firstElementChild.replaceChildren()
    this.#from = null
  }
}
customElements.define("pv-sheet", Sheet)
