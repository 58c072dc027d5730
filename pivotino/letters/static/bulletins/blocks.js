// The editor of a letter's blocks. The form works without this; here the buttons need no page, blocks can be dragged or moved by
// arrow keys, and what is typed is kept and shown beside it as one writes.
const REST = 600

class Blocks extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form")
    this.rows = this.querySelector("[data-rows]")
    this.gone = this.querySelector("[data-gone]")
    this.kept = this.querySelector("[data-kept]")
    this.told = this.querySelector("[data-kept-at]")
    this.frame = this.querySelector("iframe")
    this.queue = Promise.resolve()
    for (const row of this.rows.children) this.#ready(row)
    for (const row of this.kept.children) this.#ready(row)
    this.addEventListener("click", (event) => this.#click(event))
    this.addEventListener("keydown", (event) => this.#key(event))
    this.addEventListener("pointerdown", (event) => this.#lift(event))
    this.form.addEventListener("input", () => this.#soon())
    this.form.addEventListener("change", ({ target }) => { if (target.type === "file") this.#keep() })
    this.form.addEventListener("submit", (event) => this.#submit(event))
  }

  // What is just being kept is waited for: two answers at once would look like two people.
  #submit(event) {
    clearTimeout(this.waiting)
    if (!this.keeping) return
    event.preventDefault()
    this.queue.then(() => this.form.requestSubmit(event.submitter))
  }

  #ready(row) {
    for (const one of row.querySelectorAll("[data-grip], [data-marks]")) one.hidden = false
  }

  #click(event) {
    const mark = event.target.closest("[data-mark]")
    if (mark) { this.#mark(mark); return }
    const button = event.target.closest("button[name=press]")
    if (!button?.value) return
    event.preventDefault()
    const [verb, of] = button.value.split(":")
    if (verb === "add") this.#add(of)
    else if (verb === "back") this.#back()
    else {
      const row = button.closest("[data-row]")
      if (verb === "remove") this.#remove(row)
      else { this.#move(row, verb === "up" ? -1 : 1); button.focus() }
    }
  }

  #key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const row = event.target.closest("[data-row]")
    if (!step || !row || !(event.altKey || event.target.closest("[data-grip]"))) return
    event.preventDefault()
    const here = event.target
    this.#move(row, step)
    here.focus()
  }

  #add(kind) {
    if (this.rows.children.length >= 60) { this.#say("A letter has 60 blocks at most."); return }
    const blank = this.querySelector(`template[data-kind="${kind}"]`)
    const key = Array.from(crypto.getRandomValues(new Uint8Array(5)), (one) => one.toString(36).padStart(2, "0")).join("").slice(0, 8)
    this.rows.insertAdjacentHTML("beforeend", blank.innerHTML.replaceAll("KEY", key))
    const row = this.rows.lastElementChild
    this.#ready(row)
    ;(row.querySelector("input:not([type=hidden]), textarea") ?? row.querySelector("[data-grip]")).focus()
    this.#soon()
  }

  #move(row, step) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling
    if (!other) return
    if (step < 0) other.before(row)
    else other.after(row)
    this.#placed(row)
  }

  #placed(row) {
    const place = [...this.rows.children].indexOf(row) + 1
    this.#say(`${row.querySelector(".block-row__kind").textContent}: place ${place} of ${this.rows.children.length}`)
    this.#soon()
  }

  #remove(row) {
    this.gone.querySelector("[name=gone-from]").value = [...this.rows.children].indexOf(row)
    row.querySelector("[name=block]").name = "gone"
    row.hidden = true
    this.kept.replaceChildren(row)
    this.gone.hidden = false
    this.gone.querySelector("button[value='back:']").focus()
    this.#soon()
  }

  #back() {
    const row = this.kept.firstElementChild
    if (!row) return
    row.querySelector("[name=gone]").name = "block"
    row.hidden = false
    this.rows.insertBefore(row, this.rows.children[Number(this.gone.querySelector("[name=gone-from]").value)] ?? null)
    this.gone.hidden = true
    ;(row.querySelector("input:not([type=hidden]), textarea") ?? row.querySelector("[data-grip]")).focus()
    this.#soon()
  }

  // Dragging by the grip: the row changes places with those it passes.
  #lift(event) {
    const grip = event.target.closest("[data-grip]")
    if (!grip || event.button) return
    const row = grip.closest("[data-row]")
    let moved = false
    const move = ({ clientY }) => {
      const before = [...this.rows.children].find((one) => one !== row && clientY < middle(one))
      if (before === row.nextElementSibling) return
      row.classList.add("block-row--lifted")
      this.rows.insertBefore(row, before ?? null)
      moved = true
    }
    const end = () => {
      row.classList.remove("block-row--lifted")
      for (const [name, heard] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) removeEventListener(name, heard)
      if (moved) { this.#placed(row); grip.focus() }
    }
    addEventListener("pointermove", move)
    addEventListener("pointerup", end)
    addEventListener("pointercancel", end)
  }

  #mark(button) {
    const area = button.closest(".field").querySelector("textarea")
    const { selectionStart: from, selectionEnd: to, value } = area
    const chosen = value.slice(from, to)
    const mark = button.dataset.mark
    const made = mark === "link" ? `[${chosen || "words"}](https://)`
      : mark === "list" ? (chosen || "first\nsecond").split("\n").map((line) => `- ${line}`).join("\n")
      : `${mark}${chosen || "words"}${mark}`
    area.focus()
    area.setRangeText(made, from, to, "end")
    if (mark === "link") area.setSelectionRange(from + made.length - 1, from + made.length - 1)
    this.#soon()
  }

  #soon() {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.#keep(), REST)
  }

  #keep() {
    clearTimeout(this.waiting)
    this.keeping = (this.keeping ?? 0) + 1
    this.queue = this.queue.then(async () => {
      const body = new FormData(this.form)
      body.set("keep", "1")
      try {
        const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" } })
        if (!answer.ok) throw new Error(answer.status)
        const { pictures = {}, version, kept = true } = await answer.json()
        for (const [key, { src, trouble }] of Object.entries(pictures)) this.#pictured(key, src, trouble, body.get(`${key}-file`))
        if (version && this.form.elements.version) this.form.elements.version.value = version
        this.told.textContent = kept ? "Kept." : "Not kept: somebody else changed it. Load the page again."
        if (kept) delete this.form.dataset.dirty
        this.#look()
      } catch {
        this.told.textContent = "Not kept yet: no answer."
      } finally {
        this.keeping -= 1
      }
    })
  }

  // The frame is loaded again, and stays where one was reading.
  #look() {
    const at = this.frame.contentWindow.scrollY
    this.frame.addEventListener("load", () => this.frame.contentWindow.scrollTo(0, at), { once: true })
    this.frame.contentWindow.location.replace(this.frame.src)
  }

  #pictured(key, src, trouble, sent) {
    const row = this.querySelector(`[data-row="${key}"]`)
    if (!row) return
    if (sent?.size) {
      row.querySelector("input[type=file]").value = ""
      row.querySelector(`[name="${key}-src"]`).value = src
    }
    const picture = row.querySelector("[data-picture]")
    picture.hidden = !src.startsWith("/")
    if (!picture.hidden && picture.getAttribute("src") !== src) picture.src = src
    const told = row.querySelector("[data-trouble]")
    told.hidden = !trouble
    told.querySelector("span").textContent = trouble
  }

  #say(text) { document.dispatchEvent(new CustomEvent("pv:say", { detail: { text } })) }
}

const middle = (one) => { const { top, height } = one.getBoundingClientRect(); return top + height / 2 }

customElements.define("pv-blocks", Blocks)
