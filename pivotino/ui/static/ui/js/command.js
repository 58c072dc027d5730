// The command bar: type to narrow, arrows to walk, Enter to act, Ctrl+Enter to open beside.
// Places match in the page at once and stay on top. What the server finds counts only for the very text it was asked for:
// Enter before that answer waits for it, so that a quick hand gets what fits what it typed.
const PAUSE = 120

class Command extends HTMLElement {
  #told = "" // the text that what was found belongs to
  #byHand = false // the person chose the row with the arrows
  #eager = null // Enter was pressed before the answer: { beside }

  connectedCallback() {
    this.input = this.querySelector("input")
    this.found = this.querySelector("#command-found")
    this.addEventListener("beforetoggle", ({ newState }) => this.#begin(newState))
    this.addEventListener("input", () => this.#typed())
    this.addEventListener("keydown", (event) => this.#key(event))
  }

  get text() { return this.input.value.trim().replace(/\s+/g, " ") }
  get #waits() { return Boolean(this.dataset.search && this.text && this.text !== this.#told) }
  get #chosen() { return this.querySelector(".option[aria-selected]:not([hidden])") }

  // Before it is seen, so that nothing typed at once is lost; the field takes the focus by itself.
  #begin(state) {
    clearTimeout(this.pause)
    this.asked?.abort()
    this.#eager = null
    if (state !== "open") return
    this.input.value = this.#told = ""
    this.found.replaceChildren()
    this.#narrow()
  }

  #typed() {
    this.#eager = null
    this.#byHand = false
    this.#narrow()
    clearTimeout(this.pause)
    this.asked?.abort()
    if (this.#waits) this.pause = setTimeout(() => this.#ask(), PAUSE)
    else if (!this.text) { this.#told = ""; this.found.replaceChildren(); this.#narrow() }
  }

  async #ask() {
    clearTimeout(this.pause)
    const text = this.text
    const stop = this.asked = new AbortController()
    const address = `${this.dataset.search}?${new URLSearchParams({ q: text })}`
    this.found.setAttribute("aria-busy", "true")
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Target": this.found.id }, signal: stop.signal })
      if (answer.redirected) return location.assign(answer.url)
      if (!answer.ok) throw new Error(answer.status)
      const html = await answer.text()
      if (stop.signal.aborted) return
      this.#show(text, html)
    } catch {
      // Without an answer the page of the search may still come to one.
      if (!stop.signal.aborted && this.#eager) location.assign(address)
    } finally {
      if (this.asked === stop) this.found.removeAttribute("aria-busy")
    }
  }

  #show(text, html) {
    const kept = this.#byHand && this.#chosen
    this.found.innerHTML = html
    this.#told = text
    this.#narrow(kept)
    if (this.#eager) this.#act(this.#chosen, this.#eager)
  }

  // A place fits when every word begins one of its own. The row that was chosen by hand stays chosen.
  #narrow(kept = null) {
    const words = this.text.toLowerCase().split(" ")
    const places = [...this.querySelectorAll("[data-filtered]")]
    for (const place of places) {
      const names = place.dataset.filtered.split(/\s+/)
      place.hidden = !words.every((word) => names.some((name) => name.startsWith(word)))
    }
    const shown = new Set(places.filter((place) => !place.hidden).map(called))
    for (const option of this.found.querySelectorAll(".option")) option.hidden = shown.has(called(option))
    for (const group of this.querySelectorAll("[role=group]")) group.hidden = !group.querySelector(".option:not([hidden])")
    this.querySelector(".command__nothing").hidden = this.#options().length > 0 || this.#waits
    const all = this.#options()
    const same = kept && all.find((option) => option === kept || (option.href && option.href === kept.href))
    this.#byHand = Boolean(same)
    this.#select(same || (this.#waits ? all.find((option) => option.matches("[data-filtered]")) : all[0]))
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
    if (event.isComposing) return
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      const all = this.#options()
      if (!all.length) return
      const here = all.indexOf(this.#chosen)
      const next = event.key === "ArrowDown" ? here + 1 : here < 0 ? -1 : here - 1
      this.#eager = null
      this.#byHand = true
      this.#select(all.at(next % all.length))
    } else if (event.key === "Enter" && event.target === this.input) {
      event.preventDefault()
      const how = { beside: event.ctrlKey || event.metaKey }
      if (this.#chosen) return this.#act(this.#chosen, how)
      if (!this.#waits) return
      this.#eager = how
      if (!this.found.hasAttribute("aria-busy")) this.#ask()
    }
  }

  #act(option, { beside }) {
    this.#eager = null
    if (!option) return
    if (beside && option.href) return open(option.href, "_blank", "noopener")
    this.hidePopover()
    option.click()
  }
}

const called = (option) => option.querySelector(".option__text").textContent

customElements.define("pv-command", Command)
