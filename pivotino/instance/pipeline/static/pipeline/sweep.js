// Several cards at once: X, Ctrl or Shift with a click, or the menu of a card choose; a bar at the foot says what can be done.
// While cards are chosen, the keys of the bar mean all of them. Escape lets go.
const MOST = 200

class Sweep extends HTMLElement {
  #stop
  #chosen = new Set() // card ids
  #last = "" // where a Shift-click counts from

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    this.board.addEventListener("click", (event) => this.#click(event), { ...listen, capture: true })
    document.addEventListener("keydown", (event) => this.#key(event), { ...listen, capture: true })
    this.addEventListener("click", (event) => this.#press(event), listen)
    for (const menu of this.#menus()) {
      menu.addEventListener("click", (event) => this.#option(event), listen)
      menu.addEventListener("submit", (event) => this.#submit(event), listen)
    }
    // A card that is put anew is still chosen; one that is gone is not.
    this.watch = new MutationObserver(() => { if (this.#chosen.size) this.#mark() })
    this.watch.observe(this.board, { childList: true, subtree: true })
  }

  disconnectedCallback() {
    this.#stop.abort()
    this.watch.disconnect()
  }

  get board() { return document.querySelector("pv-board") }

  #menus() { return [...document.querySelectorAll("#sweep-move, #sweep-owner, #sweep-tag, #sweep-plan")] }

  // --- choosing

  turn(card, is = !this.#chosen.has(card.id)) {
    if (is && this.#chosen.size >= MOST) return say(`${MOST} cards at most.`)
    this.#chosen[is ? "add" : "delete"](card.id)
    this.#last = card.id
    this.#mark()
    say(`${titleOf(card)} ${is ? "chosen" : "let go"}. ${this.#count()}.`)
  }

  clear() {
    this.#chosen.clear()
    this.#mark()
  }

  #mark() {
    for (const card of this.board.querySelectorAll("#board .card")) {
      const is = this.#chosen.has(card.id)
      if (card.hasAttribute("data-chosen") !== is) card.toggleAttribute("data-chosen", is)
    }
    this.hidden = !this.#chosen.size
    const told = this.querySelector(".sweep__count")
    const count = this.#chosen.size ? this.#count() : ""
    if (told.textContent !== count) told.textContent = count // the watch would see it again
  }

  #count() { return `${this.#chosen.size} ${this.#chosen.size === 1 ? "card" : "cards"}` }

  #click(event) {
    const card = event.target.closest("#board .card")
    if (!card || event.button || !(event.ctrlKey || event.metaKey || event.shiftKey)) return
    event.preventDefault()
    event.stopPropagation()
    getSelection()?.removeAllRanges()
    const from = document.getElementById(this.#last)
    if (!event.shiftKey || from?.parentElement !== card.parentElement || !from) return this.turn(card)
    const all = [...card.parentElement.querySelectorAll(":scope > .card")]
    const [start, end] = [all.indexOf(from), all.indexOf(card)].sort((one, other) => one - other)
    for (const one of all.slice(start, end + 1)) if (this.#chosen.size < MOST) this.#chosen.add(one.id)
    this.#last = card.id
    this.#mark()
    say(`${this.#count()} chosen.`)
  }

  // --- keys

  #key(event) {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.target.closest?.("input, textarea, select, [popover]:popover-open") || document.querySelector("dialog:modal, .card--carried")) return
    const card = document.activeElement?.closest?.("#board .card")
    if (event.shiftKey && ["ArrowDown", "ArrowUp"].includes(event.key) && card) return this.#stretch(card, event)
    if (!this.#chosen.size || event.shiftKey) return
    if (event.key === "Escape") {
      event.preventDefault()
      this.clear()
      return say("Nothing chosen.")
    }
    if (keysOff()) return
    const key = event.key.toLowerCase()
    const button = key === "w" ? null : this.querySelector(`[data-sweep="${key}"]`)
    if (!button && key !== "w") return
    event.preventDefault()
    event.stopPropagation()
    if (key === "w") this.#do({ do: "move", stage: this.board.dataset.won })
    else button.click()
  }

  // Shift with an arrow takes this card and the next one along.
  #stretch(card, event) {
    event.preventDefault()
    event.stopPropagation()
    if (!this.#chosen.has(card.id)) this.turn(card, true)
    const way = event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling"
    let next = card[way]
    while (next && !next.matches(".card")) next = next[way]
    if (!next) return
    this.turn(next, true)
    next.querySelector("a").focus()
    next.scrollIntoView({ block: "nearest" })
  }

  // --- doing

  #press(event) {
    if (event.target.closest("[data-clear]")) return this.clear()
    if (!event.target.closest("[data-why]")) return
    this.board.askWhy(this.#count(), { lose: (why) => this.#do({ do: "move", stage: this.board.dataset.lost, ...why }), keep: () => this.#back() })
  }

  #option(event) {
    const option = event.target.closest("[data-do]")
    if (!option || option.matches("form")) return
    this.#do({ ...option.dataset })
  }

  #submit(event) {
    event.preventDefault()
    const form = event.target
    form.closest("[popover]").hidePopover()
    this.#do({ do: form.dataset.do, ...Object.fromEntries(new FormData(form)) })
    if (form.dataset.do === "tag") form.reset()
  }

  async #do(values) {
    const ids = [...this.#chosen]
    if (!ids.length || this.busy) return
    this.busy = true
    this.setAttribute("aria-busy", "true")
    const answer = await this.board.send(this.dataset.to, [...Object.entries(values), ...ids.map((id) => ["cards", id.slice(2)])])
    this.busy = false
    this.removeAttribute("aria-busy")
    if (!answer.ok) return
    // What was pressed meanwhile stays chosen.
    for (const id of ids) this.#chosen.delete(id)
    this.#mark()
    this.#back(ids)
  }

  #back(ids = [this.#last]) {
    if (document.activeElement && document.activeElement !== document.body && !this.contains(document.activeElement)) return
    const card = ids.map((id) => document.getElementById(id)).find(Boolean) ?? this.board.querySelector("#board .card")
    card?.querySelector("a").focus({ preventScroll: true })
  }
}

const titleOf = (card) => card.querySelector(".card__title a").textContent
const say = (text) => document.dispatchEvent(new CustomEvent("pv:say", { detail: { text } }))
const keysOff = () => { try { return localStorage.getItem("pv:keys") === "off" } catch { return false } }

customElements.define("pv-sweep", Sweep)
