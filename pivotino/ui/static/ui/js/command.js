// The command bar: type to narrow, arrows to walk, Enter to act, Ctrl+Enter to open beside.
// What the server finds arrives in #command-found by htmx; what the page offers is filtered here.
class Command extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input")
    this.addEventListener("toggle", ({ newState }) => { if (newState === "open") this.#fresh() })
    this.addEventListener("input", () => this.#narrow())
    this.addEventListener("keydown", (event) => this.#key(event))
    this.addEventListener("htmx:afterSettle", () => this.#narrow())
  }

  #fresh() {
    this.input.focus()
    this.input.select()
    this.#narrow()
  }

  #narrow() {
    const words = this.input.value.trim().toLowerCase().split(/\s+/)
    for (const option of this.querySelectorAll("[data-filtered]")) {
      option.hidden = !words.every((word) => option.dataset.filtered.includes(word))
    }
    for (const group of this.querySelectorAll("[role=group]")) group.hidden = !group.querySelector(".option:not([hidden])")
    this.querySelector(".command__nothing").hidden = this.#options().length > 0
    this.#select(this.#options()[0])
  }

  #options() { return [...this.querySelectorAll(".option:not([hidden])")] }

  #select(option) {
    for (const one of this.querySelectorAll("[aria-selected]")) one.removeAttribute("aria-selected")
    if (!option) return this.input.removeAttribute("aria-activedescendant")
    option.id ||= `command-${crypto.randomUUID?.() ?? Math.random()}`
    option.setAttribute("aria-selected", "true")
    option.scrollIntoView({ block: "nearest" })
    this.input.setAttribute("aria-activedescendant", option.id)
  }

  #key(event) {
    const all = this.#options()
    const here = all.findIndex((option) => option.matches("[aria-selected]"))
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      this.#select(all.at((here + (event.key === "ArrowDown" ? 1 : -1)) % all.length))
    } else if (event.key === "Enter" && all[here]) {
      event.preventDefault()
      if (event.ctrlKey && all[here].href) return open(all[here].href, "_blank", "noopener")
      this.hidePopover()
      all[here].click()
    }
  }
}
customElements.define("pv-command", Command)
