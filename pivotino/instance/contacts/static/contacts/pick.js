// A field that picks a contact while one types. The hidden field named in data-picked keeps the id; another name clears it.
class Pick extends HTMLElement {
  #stop

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    this.field.addEventListener("input", () => { this.hidden_.value = "" }, listen)
    this.field.addEventListener("keydown", (event) => this.#walk(event), listen)
    this.field.addEventListener("blur", () => setTimeout(() => this.#show(false), 150), listen)
    this.options.addEventListener("mousedown", (event) => event.preventDefault(), listen)
    this.options.addEventListener("click", (event) => this.#pick(event.target.closest("[data-name]")), listen)
    this.options.addEventListener("htmx:afterSwap", () => this.#show(document.activeElement === this.field && this.field.value !== this.picked), listen)
  }

  disconnectedCallback() { this.#stop.abort() }

  get field() { return this.querySelector("input:not([type=hidden])") }
  get hidden_() { return this.field.form.querySelector(`[data-picked="${this.field.name}"]`) }
  get options() { return this.querySelector("[role=listbox]") }
  get #here() { return this.options.querySelector("[aria-selected=true]") }

  #walk(event) {
    const all = [...this.options.querySelectorAll("[data-name]")]
    if (this.options.hidden || !all.length) return
    const at = all.indexOf(this.#here)
    if (event.key === "ArrowDown") this.#mark(all, (at + 1) % all.length)
    else if (event.key === "ArrowUp") this.#mark(all, (at - 1 + all.length) % all.length)
    else if (event.key === "Enter" && this.#here) this.#pick(this.#here)
    else if (event.key === "Escape") this.#show(false)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  #mark(all, at) {
    all.forEach((option, place) => option.setAttribute("aria-selected", place === at))
    all[at].id ||= `${this.options.id}-${at}`
    this.field.setAttribute("aria-activedescendant", all[at].id)
    all[at].scrollIntoView({ block: "nearest" })
  }

  #pick(option) {
    if (!option) return
    this.field.value = this.picked = option.dataset.name
    this.hidden_.value = option.dataset.pick
    this.#show(false)
    this.field.focus()
  }

  #show(is) {
    const shown = is && this.options.children.length > 0
    this.options.hidden = !shown
    this.field.setAttribute("aria-expanded", shown)
    if (!shown) this.field.removeAttribute("aria-activedescendant")
  }
}
customElements.define("pv-pick", Pick)
