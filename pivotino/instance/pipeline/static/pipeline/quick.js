// The quick line: a real text field over a painted copy of its words. The server reads the line and says what it recognised;
// Backspace at the end of a recognised word takes the recognition back before it deletes.
const WAIT = 140

class Quick extends HTMLElement {
  #read = { line: "", parts: [] }
  #plain = [] // words the person took back
  #keep = "" // what was asked about: the same line once more keeps it
  #turn = 0
  #line = Promise.resolve() // lines are added one after the other, as they were typed

  connectedCallback() {
    if (this.form) return
    this.form = this.querySelector("form")
    this.input = this.querySelector(".quick__input")
    this.layer = this.querySelector(".quick__paint")
    this.told = this.querySelector(".quick__read")
    this.many = this.querySelector(".quick__many")
    this.error = this.querySelector(".quick__error")
    this.input.addEventListener("input", () => this.#typed())
    this.input.addEventListener("keydown", (event) => this.#key(event))
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#save({ many: event.submitter?.name === "many" }) })
    this.querySelector("[data-one]").addEventListener("click", () => { this.input.value = this.#lines().join(" "); this.#typed(); this.input.focus() })
    this.#typed()
  }

  get board() { return this.closest("pv-board") ?? document.querySelector("pv-board") }

  #lines() { return this.input.value.split(/\r?\n/).map((line) => line.trim()).filter(Boolean) }

  #typed() {
    this.#paint()
    this.error.hidden = true
    const lines = this.#lines()
    this.many.hidden = lines.length < 2
    this.many.querySelector("[name=many]").textContent = `Add ${lines.length} cards`
    clearTimeout(this.waiting)
    if (lines.length > 1 || !this.input.value.trim()) { this.#shown({ line: this.input.value, parts: [], said: "" }); return }
    this.waiting = setTimeout(() => this.#ask(), WAIT)
  }

  async #ask() {
    const turn = ++this.#turn
    const line = this.input.value
    const body = new URLSearchParams([["line", line], ...this.#plain.map((word) => ["plain", word])])
    try {
      const answer = await fetch(this.form.dataset.preview, { method: "POST", headers: { "HX-Request": "true" }, body })
      if (!answer.ok || turn !== this.#turn || line !== this.input.value) return
      this.#shown({ line, ...(await answer.json()) })
    } catch { /* without a connection the line is only a title */ }
  }

  #shown(read) {
    this.#read = read
    this.told.textContent = read.said
    this.#paint()
  }

  // What was recognised stays lit while the words before it are unchanged.
  #paint() {
    const line = this.input.value
    const text = [...line]
    const old = [...this.#read.line]
    let same = 0
    while (same < text.length && text[same] === old[same]) same++
    const lit = this.#read.parts.filter((part) => part.end <= same)
    this.layer.replaceChildren()
    let at = 0
    for (const part of lit) {
      this.layer.append(text.slice(at, part.start).join(""))
      const mark = document.createElement("mark")
      mark.textContent = text.slice(part.start, part.end).join("")
      this.layer.append(mark)
      at = part.end
    }
    this.layer.append(`${text.slice(at).join("")}\u200b`)
    this.lit = lit
  }

  #key(event) {
    if (event.isComposing) return
    event.stopPropagation()
    if (event.key === "Escape") { event.preventDefault(); this.#close() }
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault()
      this.#save({ open: event.ctrlKey || event.metaKey, many: this.#lines().length > 1 })
    } else if (event.key === "Backspace" && !event.ctrlKey && !event.metaKey) this.#takeBack(event)
  }

  #takeBack(event) {
    const { selectionStart: start, selectionEnd: end, value } = this.input
    if (start !== end) return
    const at = [...value.slice(0, start)].length
    const part = this.lit?.find((one) => one.end === at)
    if (!part) return
    event.preventDefault()
    this.#plain.push(part.text)
    this.#read.parts = this.#read.parts.filter((one) => one !== part)
    this.#paint()
    say(`${part.text} is plain text now`)
    this.#ask()
  }

  // The field is free at once for the next line; what was refused comes back into it.
  #save({ open = false, many = false }) {
    const lines = this.#lines()
    if (!lines.length) return
    const values = new URLSearchParams(new FormData(this.form))
    values.set("line", many ? lines.join("\n") : lines.join(" "))
    for (const word of this.#plain) values.append("plain", word)
    if (many) values.set("many", "1")
    if (this.#keep) values.set("keep-anyway", this.#keep)
    const typed = { text: this.input.value, plain: this.#plain }
    this.#keep = this.input.value = ""
    this.#plain = []
    this.#typed()
    this.input.focus()
    this.#line = this.#line.then(() => this.#send(values, typed, open))
  }

  async #send(values, typed, open) {
    const { board } = this
    const answer = await board.send(this.form.getAttribute("action"), values, { asks: false })
    if (!answer.ok && !this.isConnected) return board.add(values.get("stage"), typed.text)
    if (!answer.ok) return this.#refused(answer, typed)
    if (board.querySelector(".first")) return location.assign(board.dataset.here)
    const link = answer.headers.get("Pv-Made")
    if (!open || !link) return
    this.remove()
    document.querySelector("pv-sheet")?.open(link)
  }

  #refused(answer, typed) {
    const next = this.input.value
    this.input.value = next.trim() ? `${typed.text}\n${next}` : typed.text
    this.#plain.push(...typed.plain)
    this.#typed()
    const told = answer.headers?.get("Pv-Said")
    this.#keep = answer.headers?.get("Pv-Keep") ?? ""
    this.error.textContent = told ? `${decodeURIComponent(told)}${this.#keep ? " Enter keeps it." : ""}` : ""
    this.error.hidden = !told
    this.input.focus()
  }

  #close() {
    const section = this.closest(".stage")
    if (!section) return this.input.blur()
    this.remove()
    ;(section.querySelector(".card a") ?? section.querySelector("[data-add]"))?.focus()
  }
}

const say = (text) => document.dispatchEvent(new CustomEvent("pv:say", { detail: { text } }))

customElements.define("pv-quick", Quick)
