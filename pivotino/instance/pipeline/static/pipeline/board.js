// The board: it puts pieces that the server sends in their places, moves cards at once and takes them back when refused.
// drag.js lifts with the hand, quick.js adds, opportunity.js lives in the sheet; all speak to this element.
const MOST = 80 // cards of a column kept in the page
const STEP = 20
const HEADER = "Pv-Board"

class Board extends HTMLElement {
  #stop
  #queue = new Map() // card id → the move under way
  #waiting = new Map() // card id → how many moves are not answered yet
  #bound = new Map() // card id → the stage its last move leads to
  #turn = 0 // grows with every change made here: what was asked before it is old
  #own = new Map() // id → when this page changed it, so that its echo is not news
  #heard = new Set()
  #carried = null
  #current = ""

  connectedCallback() {
    this.#stop = new AbortController()
    const listen = { signal: this.#stop.signal }
    this.addEventListener("click", (event) => this.#click(event), listen)
    this.addEventListener("focusin", ({ target }) => { this.#current = target.closest?.(".card")?.id ?? this.#current }, listen)
    this.addEventListener("htmx:afterSwap", ({ target }) => this.#loaded(target), listen)
    this.addEventListener("pointerdown", () => { this.pressed = true }, listen)
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { this.pressed = false }), listen)
    document.addEventListener("keydown", (event) => this.#key(event), listen)
    document.addEventListener("htmx:configRequest", ({ detail }) => { detail.headers[HEADER] = this.told }, listen)
    document.addEventListener("htmx:oobBeforeSwap", (event) => this.#oob(event), listen)
    document.addEventListener("htmx:oobErrorNoTarget", ({ detail }) => this.apply([detail.content]), listen)
    document.addEventListener("pv:live", ({ detail }) => this.#hear(detail), listen)
    document.addEventListener("pv:reload", () => this.catchUp(), listen)
    document.addEventListener("pv:connected", ({ detail }) => { if (detail.again) this.catchUp() }, listen)
    document.addEventListener("pv:undone", ({ detail }) => this.#refresh(detail), listen)
    document.querySelector("#card-menu")?.addEventListener("click", (event) => this.#menu(event), listen)
    document.querySelector("#lose")?.addEventListener("submit", (event) => this.#lose(event), listen)
    document.querySelector("#lose")?.addEventListener("close", () => this.#kept(), listen)
    document.addEventListener("click", (event) => this.#adds(event), listen)
    this.#watchTabs(listen)
    for (const list of this.querySelectorAll(".stage__cards")) this.#window(list)
  }

  disconnectedCallback() {
    this.#stop.abort()
    clearTimeout(this.catching)
  }

  get byHand() { return this.dataset.order === "hand" }
  get columns() { return [...this.querySelectorAll("#board > .stage")] }

  // What the server must know to draw pieces for this board: its filters, and closed columns that stand open just now.
  get told() {
    const open = this.columns.filter((column) => column.matches(".stage--won, .stage--lost") && column.querySelector(".stage__cards"))
    return [this.dataset.query, ...open.map((column) => `open=${column.dataset.stage}`)].filter(Boolean).join("&")
  }

  // --- asking the server

  // `answered` is called just before the pieces of the answer are put in their places.
  // Where it says no, they are not: they were overtaken.
  async send(url, values, { method = "POST", answered, asks = true, quiet = false } = {}) {
    const tell = (what) => { if (method === "POST") document.dispatchEvent(new CustomEvent(what)) }
    tell("pv:sending")
    try {
      return await this.#send(url, values, { method, answered, asks, quiet })
    } finally {
      tell("pv:answered")
    }
  }

  async #send(url, values, { method, answered, asks, quiet, keep = "" }) {
    const headers = { "HX-Request": "true", [HEADER]: this.told, ...(keep && { "Pv-Keep": keep }) }
    const body = method === "POST" ? new URLSearchParams(values) : undefined
    let answer
    try {
      answer = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(20_000) })
    } catch {
      answered?.()
      if (!quiet) complain(method === "POST" ? 0 : null)
      return { ok: false, status: 0, text: "" }
    }
    const away = answer.headers.get("HX-Redirect")
    if (away) location.assign(away)
    const text = await answer.text()
    const wanted = answered?.() !== false
    if (wanted && answer.status < 500 && answer.headers.get("Content-Type")?.startsWith("text/html") && !answer.headers.get("HX-Redirect")) this.apply(pieces(text))
    trigger(answer.headers.get("HX-Trigger"))
    const marks = asks && !keep && answer.headers.get("Pv-Keep")
    if (marks && await kept(answer)) return this.#send(url, values, { method, asks, quiet, keep: marks })
    if (!quiet && !answer.ok && ![409, 422, 423].includes(answer.status)) complain(answer.status)
    return { ok: answer.ok, status: answer.status, text, headers: answer.headers }
  }

  // Puts each piece in the place of the one with its id; a card goes where its stage and its order say.
  apply(list) {
    for (const piece of list) {
      if (piece.id.startsWith("c-")) this.place(piece)
      else if (piece.id) {
        const old = document.getElementById(piece.id)
        if (!old) continue
        const focused = old.contains(document.activeElement)
        piece.removeAttribute("hx-swap-oob")
        old.replaceWith(piece)
        htmx.process(piece)
        if (focused) piece.querySelector("a, button")?.focus()
      }
    }
    this.#markTab()
  }

  #oob(event) {
    const { fragment } = event.detail
    const card = fragment?.querySelector?.("[id^='c-']") ?? (fragment?.id?.startsWith("c-") ? fragment : null)
    if (!card) return
    event.detail.shouldSwap = false
    this.place(card.cloneNode(true))
  }

  // --- where a card belongs

  place(card, { ring = false } = {}) {
    const old = document.getElementById(card.id) ?? this.#collapsed(card.id)
    if (old && Number(card.dataset.v) < Number(old.dataset.v)) return // an answer that was overtaken
    if (old && this.#inHand(old)) { old.dataset.v = card.dataset.v ?? old.dataset.v; return }
    const list = card.getAttribute("hx-swap-oob") === "delete" ? null : document.getElementById(`cards-${card.dataset.stage}`)
    card.removeAttribute("hx-swap-oob")
    if (!list) {
      this.#letGo(old)
      return
    }
    const stays = old && old.parentElement === list && old.dataset.k === card.dataset.k
    const had = old?.contains(document.activeElement)
    if (stays) old.replaceWith(card)
    else {
      this.#letGo(old)
      this.#insert(list, card)
    }
    if (had) card.querySelector("a").focus({ preventScroll: true })
    if (ring) land(card)
  }

  // A card that is touched or carried, or for which a later move waits, stays where the person holds it.
  #inHand(card) {
    return card.matches(".card--held, .card--away, .card--carried, :has(input:focus)") || this.#waiting.get(idOf(card)) > 0
  }

  // Somebody carries, presses or writes on the board.
  get busy() { return this.#carried !== null || this.pressed || this.matches(".is-dragging, :has(.card input:focus)") }

  // What one does to a card happens in turn, each with the version the one before left.
  #inTurn(id, work) {
    this.#turn++
    const next = (this.#queue.get(id) ?? Promise.resolve()).then(async () => {
      this.#own.set(id, Date.now())
      const answer = await work(document.getElementById(`c-${id}`) ?? undefined)
      this.#own.set(id, Date.now())
      if (unknown(answer)) this.#truth(id)
      return answer
    })
    this.#queue.set(id, next)
    return next.finally(() => { if (this.#queue.get(id) === next) { this.#queue.delete(id); this.#bound.delete(id) } })
  }

  #insert(list, card) {
    const shown = cardsOf(list)
    if (list.above?.length && shown[0] && !this.#before(shown[0], card)) {
      const at = list.above.findIndex((other) => this.#before(card, other))
      list.above.splice(at < 0 ? list.above.length : at, 0, card)
      return
    }
    const next = shown.find((other) => this.#before(card, other))
    list.insertBefore(card, next ?? list.querySelector(":scope > .stage__spacer--below, :scope > .stage__more"))
  }

  #before(one, other) {
    if (one.dataset.k !== other.dataset.k) return one.dataset.k < other.dataset.k
    return this.byHand ? one.id < other.id : one.id > other.id
  }

  #collapsed(id) {
    for (const list of this.querySelectorAll(".stage__cards")) {
      const found = [...(list.above ?? []), ...(list.below ?? [])].find((card) => card.id === id)
      if (found) return found
    }
    return null
  }

  #letGo(card) {
    if (!card) return
    for (const list of this.querySelectorAll(".stage__cards")) {
      if (list.above) list.above = list.above.filter((one) => one !== card)
      if (list.below) list.below = list.below.filter((one) => one !== card)
    }
    card.remove()
  }

  // --- moving

  // The card stands where it should be; ask the server, and put it where the server says.
  move(card, { stage, after = "", before = "", origin, values = {} }) {
    if (stage === this.dataset.lost && !values.reason) return this.#askWhy(card, { stage, origin })
    const id = idOf(card)
    this.#bound.set(id, stage)
    this.#waiting.set(id, (this.#waiting.get(id) ?? 0) + 1)
    this.#count(origin?.stage, -1)
    this.#count(stage, +1)
    return this.#inTurn(id, () => this.#tell(id, { stage, after, before, origin, values }))
  }

  async #tell(id, { stage, after, before, origin, values }) {
    const card = () => document.getElementById(`c-${id}`)
    const version = card()?.dataset.v ?? origin?.card?.dataset.v ?? ""
    card()?.setAttribute("aria-busy", "true")
    const answer = await this.send(`${this.dataset.to}${id}/moves/`, { stage, after, before, version, ...values }, {
      answered: () => this.#waiting.set(id, this.#waiting.get(id) - 1),
    })
    card()?.removeAttribute("aria-busy")
    if (answer.ok) {
      if (card()) land(card(), stage === this.dataset.won ? "card--rings" : "card--landed")
    } else if (![409, 422].includes(answer.status)) this.putBack(origin)
    return answer
  }

  // No answer, or none that can be trusted, does not say that nothing was saved: the server is asked as soon as it can be.
  async #truth(id, tries = 0) {
    const answer = await this.renew(id, { ring: true, quiet: true })
    if (unknown(answer) && tries < 6) setTimeout(() => this.#truth(id, tries + 1), 1_000 * 2 ** tries)
  }

  origin(card) {
    return { card, stage: card.closest(".stage")?.dataset.stage, list: card.parentElement, next: card.nextElementSibling }
  }

  putBack(origin) {
    if (!origin?.list) return
    const { card, list, next } = origin
    if (card.parentElement !== list || card.nextElementSibling !== next) list.insertBefore(card, next?.parentElement === list ? next : null)
  }

  // Into a column at the place its own order gives.
  settle(list, card) { this.#insert(list, card) }

  // From a key or the menu: at its end by hand, where its day says otherwise.
  send_to(card, stage) {
    if (!card || (this.#bound.get(idOf(card)) ?? card.dataset.stage) === stage) return
    const origin = this.origin(card)
    const list = document.getElementById(`cards-${stage}`)
    const focus = this.#neighbour(card)
    const last = list && cardsOf(list).at(-1)
    if (stage !== this.dataset.lost) {
      if (!list) card.remove()
      else this.#insert(list, card)
    }
    focus?.querySelector("a").focus()
    this.move(card, { stage, after: this.byHand && last ? idOf(last) : "", origin })
  }

  #neighbour(card) { return card.nextElementSibling?.matches(".card") ? card.nextElementSibling : card.previousElementSibling?.closest(".card") }

  #count(stage, by) {
    const count = document.querySelector(`#head-${stage} .count`)
    if (!count || Number.isNaN(Number(count.textContent.replaceAll(",", "")))) return
    count.textContent = Math.max(0, Number(count.textContent.replaceAll(",", "")) + by).toLocaleString("en")
  }

  // --- losing needs a reason

  #askWhy(card, { stage, origin }) {
    return this.askWhy(titleOf(card), {
      keep: () => {
        this.putBack(origin)
        document.getElementById(card.id)?.querySelector("a").focus()
      },
      lose: (values) => {
        const next = this.#neighbour(card)
        const list = document.getElementById(`cards-${stage}`)
        if (list) this.#insert(list, card)
        else card.remove()
        next?.querySelector("a").focus()
        this.move(card, { stage, origin, values })
      },
    })
  }

  // The question opens at once, so that no key meant for it reaches the board; its reasons follow.
  async askWhy(what, { lose, keep }) {
    const dialog = document.querySelector("#lose")
    if (dialog.open) return
    // A question that was just closed hears of it a moment later: quick hands may be here before.
    dialog.asked?.keep()
    dialog.asked = { lose, keep }
    dialog.showModal()
    if (!dialog.querySelector("form")) {
      const answer = await this.send(dialog.dataset.from, null, { method: "GET" })
      if (!answer.ok || !dialog.open) return dialog.close()
      dialog.innerHTML = answer.text
    }
    dialog.querySelector("form").reset()
    dialog.querySelector("[data-what]").textContent = what
    dialog.querySelector("input[type=radio]")?.focus()
  }

  #lose(event) {
    const dialog = event.currentTarget
    event.preventDefault()
    if (!dialog.asked) return
    const { lose } = dialog.asked
    dialog.asked = null
    const { reason = "", note = "" } = Object.fromEntries(new FormData(event.target))
    dialog.close()
    lose({ reason, note })
  }

  #kept() {
    const dialog = document.querySelector("#lose")
    if (dialog.open) return
    const asked = dialog.asked
    dialog.asked = null
    asked?.keep()
  }

  // --- clicks

  #click(event) {
    const more = event.target.closest(".card__more")
    const fold = event.target.closest("[data-fold]")
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    if (more) { event.preventDefault(); this.menu(more.closest(".card"), more) }
    else if (fold) { event.preventDefault(); this.fold(fold.dataset.fold, !fold.matches(".strip")) }
  }

  // The round button of the phone and the one in the title bar lie outside.
  #adds(event) {
    const add = event.target.closest("[data-add], .rail__thumb")
    if (!add || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    this.add(add.dataset.add ?? "")
  }

  async fold(stage, folded, { keep = true } = {}) {
    const answer = keep
      ? await this.send(this.dataset.folds, { stage, folded: folded ? "1" : "" })
      : await this.send(`${this.dataset.here}columns/${stage}/?open=1`, null, { method: "GET" })
    const section = document.getElementById(`stage-${stage}`)
    const list = section?.querySelector(".stage__cards")
    if (list) this.#window(list)
    if (answer.ok && keep) {
      section.querySelector("a")?.focus({ preventScroll: true })
      section.scrollIntoView({ inline: "nearest", block: "nearest" })
      say(`${section.dataset.name} ${folded ? "folded" : "open"}`)
    }
  }

  add(stage, text = "") {
    const card = document.getElementById(this.#current)
    const shown = this.#shownColumn()
    const id = stage || card?.closest(".stage")?.dataset.stage || shown?.dataset.stage
    const section = document.getElementById(`stage-${id}`) ?? this.columns[0]
    const place = section?.dataset.kind === "open" || section?.dataset.kind === "quotation" ? section : this.columns[0]
    if (!place) return this.querySelector(".quick__input")?.focus()
    let quick = place.querySelector("pv-quick")
    if (!quick) {
      this.querySelector("#board pv-quick")?.remove()
      quick = this.querySelector("template[data-quick]").content.firstElementChild.cloneNode(true)
      quick.querySelector("[name=stage]").value = place.dataset.stage
      quick.querySelector("form").setAttribute("aria-label", `New card in ${place.dataset.name}`)
      place.querySelector(".stage__cards").before(quick)
    }
    place.scrollIntoView({ inline: "nearest", block: "nearest" })
    const input = quick.querySelector(".quick__input")
    if (text) input.value = text
    input.focus()
  }

  // --- the card's menu

  menu(card, anchor = card) {
    const menu = document.getElementById("card-menu")
    menu.card = card
    menu.anchor = anchor
    for (const option of menu.querySelectorAll("[data-to]")) {
      option.setAttribute("aria-disabled", String(option.dataset.to === card.dataset.stage))
    }
    menu.showPopover()
    const at = anchor.getBoundingClientRect()
    const size = menu.getBoundingClientRect()
    const top = at.bottom + 6 + size.height > innerHeight ? Math.max(6, innerHeight - size.height - 6) : at.bottom + 6
    menu.style.left = `${Math.max(6, Math.min(at.right - size.width, innerWidth - size.width - 6))}px`
    menu.style.top = `${top}px`
    menu.querySelector("button")?.focus()
  }

  #menu(event) {
    const option = event.target.closest("[data-do]")
    const card = event.currentTarget.card
    if (!option || !card || option.matches("[aria-disabled=true]")) return
    event.currentTarget.hidePopover()
    this.#do(option.dataset.do, document.getElementById(card.id) ?? card, option.dataset.to)
  }

  #do(what, card, stage) {
    const link = card.querySelector(".card__title a")
    switch (what) {
      case "open": return this.#open(link.href)
      case "title": return this.#retitle(card)
      case "plan": return this.#open(`${link.href}?plan=1`)
      case "tags": return this.#open(`${link.href}?edit=tags`)
      case "stars": return this.#star(card)
      case "done": return this.#done(card)
      case "move": return this.send_to(card, stage)
      case "lift": return this.#lift(card)
      case "choose": return document.querySelector("pv-sweep").turn(card)
    }
  }

  #open(href) {
    const sheet = document.querySelector("pv-sheet")
    if (sheet?.open) sheet.open(href)
    else location.assign(href)
  }

  // The next step is done; where nothing is planned, something is planned.
  #done(card) {
    const link = card.querySelector(".card__title a").href
    if (nothingPlanned(card)) return this.#open(`${link}?plan=1`)
    return this.#inTurn(idOf(card), () => this.send(`${this.dataset.to}${idOf(card)}/next/`, {}))
  }

  // What a swipe over a card does: { text, act }, or nothing.
  swipe(card, way) {
    if (way === "right") {
      if (card.closest(".stage--won, .stage--lost")) return null
      return { text: nothingPlanned(card) ? "Plan" : "Done", act: () => this.#done(document.getElementById(card.id) ?? card) }
    }
    const columns = this.columns
    const next = columns[columns.indexOf(card.closest(".stage")) + 1]
    if (!next || !["open", "quotation"].includes(next.dataset.kind)) return null
    return { text: next.dataset.name, act: () => this.send_to(document.getElementById(card.id) ?? card, next.dataset.stage) }
  }

  #star(card) {
    return this.#change(card, "stars", (now) => {
      const stars = ((now.querySelector(".card__stars")?.textContent.length ?? 0) + 1) % 4
      say(stars ? `${stars} of 3 stars` : "No stars")
      return stars
    })
  }

  #change(card, name, value) {
    const id = idOf(card)
    return this.#inTurn(id, (now = card) => {
      const told = typeof value === "function" ? value(now) : value
      return this.send(`${this.dataset.to}${id}/facts/${name}/`, { [name]: told, version: now.dataset.v })
    })
  }

  #retitle(card) {
    const title = card.querySelector(".card__title")
    const input = document.createElement("input")
    input.className = "input"
    input.value = titleOf(card)
    input.maxLength = 200
    input.setAttribute("aria-label", "Title")
    title.hidden = true
    title.after(input)
    input.focus()
    input.select()
    let over = false
    const end = async (keep) => {
      if (over) return
      over = true
      const changed = keep && input.value.trim() && input.value.trim() !== titleOf(card)
      input.remove()
      title.hidden = false
      if (changed) {
        title.querySelector("a").textContent = input.value.trim()
        await this.#change(card, "title", input.value.trim())
      }
      document.getElementById(card.id)?.querySelector("a").focus()
    }
    input.addEventListener("keydown", (event) => {
      event.stopPropagation()
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); end(true) }
      if (event.key === "Escape") { event.preventDefault(); end(false) }
    })
    input.addEventListener("blur", () => end(true))
  }

  // --- keys

  #key(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.closest?.("input, textarea, select, [contenteditable], [popover]:popover-open") || document.querySelector("dialog:modal")) return
    const card = document.activeElement?.closest?.("pv-board .card")
    if (this.#carried) return this.#carry(event)
    if (event.key.startsWith("Arrow")) return this.#walk(event, card)
    if (event.shiftKey || !card || event.repeat || keysOff()) return
    const act = {
      o: "open", e: "title", a: "plan", s: "stars", t: "tags", d: "done", m: "lift",
      w: ["move", this.dataset.won], l: ["move", this.dataset.lost], n: "new", x: "choose",
    }[event.key.toLowerCase()]
    if (!act) return
    event.preventDefault()
    if (act === "new") this.add(card.dataset.stage)
    else this.#do(...(Array.isArray(act) ? [act[0], card, act[1]] : [act, card]))
  }

  #walk(event, card) {
    const within = event.target === document.body || event.target.closest?.("pv-board .board, #main")
    if (!within) return
    if (!card) {
      const first = document.getElementById(this.#current) ?? this.querySelector(".card")
      if (!first || (event.target !== document.body && !event.target.closest(".board"))) return
      event.preventDefault()
      first.querySelector("a").focus()
      return
    }
    event.preventDefault()
    const target = event.key === "ArrowUp" || event.key === "ArrowDown"
      ? this.#along(card, event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling")
      : this.#across(card, event.key === "ArrowRight" ? 1 : -1)
    target?.querySelector("a").focus()
    target?.scrollIntoView({ block: "nearest", inline: "nearest" })
  }

  #along(card, way) {
    let next = card[way]
    while (next && !next.matches(".card")) next = next[way]
    return next
  }

  #across(card, way) {
    const columns = this.columns.filter((column) => column.querySelector(".card"))
    const here = columns.indexOf(card.closest(".stage"))
    const there = columns[here + (getComputedStyle(this).direction === "rtl" ? -way : way)]
    if (!there) return null
    const top = card.getBoundingClientRect().top
    return nearest(cardsOf(there.querySelector(".stage__cards")), top)
  }

  // --- lifting by keys

  #lift(card) {
    this.#carried = { card, origin: this.origin(card), stage: card.dataset.stage }
    card.classList.add("card--carried")
    card.querySelector("a").focus()
    say(`Lifted ${titleOf(card)}. ${this.#where(card)} Arrows move it, Enter drops it, Escape puts it back.`)
  }

  #carry(event) {
    const { card, origin } = this.#carried
    const key = event.key
    if (key === "Tab") { this.#setDown(); this.putBack(origin); return }
    if (!["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Enter", "Escape", " "].includes(key)) return
    event.preventDefault()
    if (key === "Escape") {
      this.#setDown()
      this.putBack(origin)
      card.querySelector("a").focus()
      return say(`Put ${titleOf(card)} back. ${this.#where(card)}`)
    }
    if (key === "Enter" || key === " ") return this.#dropCarried()
    if (key === "ArrowLeft" || key === "ArrowRight") this.#carryAcross(card, key === "ArrowRight" ? 1 : -1)
    else if (!this.byHand) return say("Cards are ordered by next step. Choose “By hand” under View to place them yourself.")
    else this.#carryAlong(card, key === "ArrowDown")
    card.querySelector("a").focus()
    card.scrollIntoView({ block: "nearest", inline: "nearest" })
    say(this.#where(card))
  }

  #carryAlong(card, down) {
    const next = this.#along(card, down ? "nextElementSibling" : "previousElementSibling")
    if (next) next[down ? "after" : "before"](card)
  }

  async #carryAcross(card, way) {
    const columns = this.columns
    const there = columns[columns.indexOf(card.closest(".stage")) + way]
    if (!there) return
    if (!there.querySelector(".stage__cards")) await this.fold(there.dataset.stage, false, { keep: false })
    const section = document.getElementById(there.id)
    const list = section.querySelector(".stage__cards")
    if (!list || !this.#carried) return
    if (this.byHand || section.dataset.stage === this.#carried.stage) {
      const beside = nearest(cardsOf(list), card.getBoundingClientRect().top)
      if (section.dataset.stage === this.#carried.stage) this.putBack(this.#carried.origin)
      else list.insertBefore(card, beside ?? list.querySelector(".stage__more"))
    } else this.#insert(list, card)
    card.querySelector("a").focus()
    card.scrollIntoView({ block: "nearest", inline: "nearest" })
    say(this.#where(card))
  }

  #dropCarried() {
    const { card, origin } = this.#carried
    this.#setDown()
    const stage = card.closest(".stage").dataset.stage
    if (stage === origin.stage && card.nextElementSibling === origin.next) return say(`Left ${titleOf(card)} where it was.`)
    const neighbours = this.neighbours(card)
    const going = this.move(card, { stage, ...neighbours, origin })
    document.getElementById(card.id)?.querySelector("a").focus()
    return going
  }

  #setDown() {
    this.#carried?.card.classList.remove("card--carried")
    this.#carried = null
  }

  #where(card) {
    const list = cardsOf(card.parentElement)
    return `${card.closest(".stage")?.dataset.name}, ${list.indexOf(card) + 1} of ${list.length}.`
  }

  // The cards beside it, when the order is by hand.
  neighbours(card) {
    if (!this.byHand) return {}
    const above = this.#along(card, "previousElementSibling") ?? card.parentElement.above?.at(-1)
    const below = this.#along(card, "nextElementSibling") ?? card.parentElement.below?.[0]
    return { after: above ? idOf(above) : "", before: below ? idOf(below) : "" }
  }

  // For the sheet: which card is beside this one, and where it stands.
  beside(id) {
    const card = document.getElementById(`c-${id}`)
    if (!card) return null
    const list = cardsOf(card.parentElement)
    const at = list.indexOf(card)
    const link = (one) => one?.querySelector(".card__title a").getAttribute("href") ?? ""
    return { at: at + 1, of: list.length, name: card.closest(".stage").dataset.name, before: link(list[at - 1]), after: link(list[at + 1]) }
  }

  // --- news of colleagues

  #hear({ kind, subject: id, by }) {
    if (!kind?.startsWith("opportunity.") && !kind?.startsWith("activity.") && !kind?.startsWith("imports.")) return
    if (!id || (by === this.dataset.me && Date.now() - (this.#own.get(id) ?? 0) < 2_500)) return
    this.#heard.add(id)
    clearTimeout(this.listening)
    this.listening = setTimeout(() => this.#attend(), 120)
  }

  async #attend() {
    const ids = [...this.#heard]
    this.#heard.clear()
    if (this.busy) {
      for (const id of ids) this.#heard.add(id)
      this.listening = setTimeout(() => this.#attend(), 800)
      return
    }
    if (ids.length > 12) return this.catchUp()
    for (const id of ids) await this.renew(id, { ring: true })
  }

  async renew(id, { ring = false, quiet = false } = {}) {
    const card = document.getElementById(`c-${id}`)
    const before = card?.outerHTML
    const was = card?.dataset.stage ?? ""
    const answer = await this.send(`${this.dataset.to}${id}/card/?was=${was}`, null, { method: "GET", quiet })
    if (answer.status === 404) this.#letGo(card)
    const now = document.getElementById(`c-${id}`)
    if (ring && now && now.outerHTML !== before) land(now)
    return answer
  }

  #refresh({ kind, id }) {
    if (kind !== "opportunity") return this.catchUp()
    this.#own.set(id, Date.now())
    return this.renew(id, { ring: true })
  }

  // Everything anew, without losing where one was.
  async catchUp() {
    const board = document.getElementById("board")
    if (!board) return location.reload()
    const later = () => { clearTimeout(this.catching); this.catching = setTimeout(() => this.catchUp(), 400) }
    if (this.busy || this.#queue.size) return later()
    const turn = this.#turn
    let scroll, left, focus, typing, place, at
    // Where one is when the answer is here, not when it was asked for: meanwhile somebody may have begun to type.
    const look = () => {
      if (this.busy || this.#turn !== turn) return false // what moved meanwhile is newer than this answer
      const now = document.getElementById("board")
      scroll = new Map([...now.querySelectorAll(".stage__cards")].map((list) => [list.id, list.scrollTop]))
      left = now.scrollLeft
      focus = document.activeElement?.closest(".card")?.id
      typing = now.querySelector("pv-quick")
      place = typing?.closest(".stage")?.id
      at = typing?.contains(document.activeElement) && [typing.input.selectionStart, typing.input.selectionEnd]
    }
    await this.send(`${this.dataset.here}?${this.dataset.query}`, null, { method: "GET", answered: look })
    if (!scroll) return later()
    const fresh = document.getElementById("board")
    if (typing) document.getElementById(place)?.querySelector(".stage__cards")?.before(typing)
    if (at) { typing.input.focus({ preventScroll: true }); typing.input.setSelectionRange(...at) }
    for (const list of fresh.querySelectorAll(".stage__cards")) {
      list.scrollTop = scroll.get(list.id) ?? 0
      this.#window(list)
    }
    fresh.scrollLeft = left
    if (focus) document.getElementById(focus)?.querySelector("a").focus({ preventScroll: true })
    this.#watchTabs({ signal: this.#stop.signal })
  }

  // --- a long column keeps few cards in the page

  #window(list) {
    list.above ??= []
    list.below ??= []
    list.addEventListener("scroll", () => { list.ticking ??= requestAnimationFrame(() => { list.ticking = null; this.#slide(list) }) }, { passive: true })
  }

  #loaded(target) {
    const list = target.closest?.(".stage__cards") ?? target
    for (const each of this.querySelectorAll(".stage__cards")) if (each.above && (each === list || each.contains(target))) this.#slide(each)
  }

  #slide(list) {
    const near = list.clientHeight * 1.5
    const above = spacer(list, "above")
    const below = spacer(list, "below")
    const top = above.offsetHeight
    const end = list.scrollHeight - below.offsetHeight
    if (list.above.length && list.scrollTop < top + near) {
      const back = list.above.splice(-STEP)
      above.after(...back)
    } else if (list.below.length && list.scrollTop + list.clientHeight > end - near) {
      below.before(...list.below.splice(0, STEP))
    }
    const shown = cardsOf(list)
    if (shown.length > MOST) {
      const middle = list.scrollTop + list.clientHeight / 2
      const fromTop = middle > (top + end) / 2
      const gone = fromTop ? shown.slice(0, shown.length - MOST) : shown.slice(MOST)
      if (gone.some((card) => card.contains(document.activeElement))) return this.#measure(list, above, below)
      list.tall ??= gone[0].offsetHeight + parseFloat(getComputedStyle(list).rowGap || 0)
      if (fromTop) list.above.push(...gone)
      else list.below.unshift(...gone)
      for (const card of gone) card.remove()
    }
    this.#measure(list, above, below)
  }

  #measure(list, above, below) {
    above.style.blockSize = `${list.above.length * (list.tall ?? 0)}px`
    below.style.blockSize = `${list.below.length * (list.tall ?? 0)}px`
    above.hidden = !list.above.length
    below.hidden = !list.below.length
  }

  // --- the phone's tabs

  #watchTabs(listen) {
    const board = this.querySelector("#board")
    this.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-tab]")
      if (!tab) return
      event.preventDefault()
      document.getElementById(`stage-${tab.dataset.tab}`)?.scrollIntoView({ inline: "start", block: "nearest", behavior: motion() })
    }, listen)
    board?.addEventListener("scroll", () => { this.tabbing ??= requestAnimationFrame(() => { this.tabbing = null; this.#markTab() }) }, { passive: true, ...listen })
    this.#markTab()
  }

  #shownColumn() {
    const board = this.querySelector("#board")
    if (!board) return null
    const middle = board.getBoundingClientRect().left + board.clientWidth / 2
    return matchMedia("(max-width: 47.99rem)").matches
      ? this.columns.find((column) => { const box = column.getBoundingClientRect(); return box.left <= middle && box.right > middle })
      : this.columns[0]
  }

  #markTab() {
    const tabs = this.querySelector("#board-tabs")
    if (!tabs?.offsetParent) return
    const shown = this.#shownColumn()
    for (const tab of tabs.children) {
      const here = tab.dataset.tab === shown?.dataset.stage
      if (here === tab.hasAttribute("aria-current")) continue
      if (here) { tab.setAttribute("aria-current", "true"); tabs.scrollTo({ left: tab.offsetLeft - 24, behavior: motion() }) }
      else tab.removeAttribute("aria-current")
    }
  }
}

// --- small helpers

const idOf = (card) => card.id.slice(2)
const titleOf = (card) => card.querySelector(".card__title a").textContent
const nothingPlanned = (card) => Boolean(card.querySelector(".card__next.state--nothing"))
const cardsOf = (list) => (list ? [...list.querySelectorAll(":scope > .card:not(.card--away)")] : [])
const nearest = (cards, top) => cards.reduce((best, card) => {
  const off = Math.abs(card.getBoundingClientRect().top - top)
  return !best || off < best.off ? { card, off } : best
}, null)?.card ?? null

const pieces = (text) => {
  const holder = document.createElement("template")
  holder.innerHTML = text
  return [...holder.content.children]
}

const trigger = (header) => {
  if (!header?.startsWith("{")) return
  for (const [name, detail] of Object.entries(JSON.parse(header))) document.dispatchEvent(new CustomEvent(name, { detail }))
}

const say = (text) => document.dispatchEvent(new CustomEvent("pv:say", { detail: { text } }))

// One more press for what looks sensitive: ui/keep.js asks.
const kept = (answer) => new Promise((done) => {
  const says = decodeURIComponent(answer.headers.get("Pv-Said") ?? "")
  document.dispatchEvent(new CustomEvent("pv:keep", { detail: { says, done } }))
})

const unknown = ({ status }) => status === 0 || status >= 500

const complain = (status) => {
  const text = status === null ? "We could not reach the server. Try again."
    : status === 0 ? "We could not reach the server. We look again whether it was saved."
    : status === 404 ? "That card is no longer there. Someone may have removed it."
    : status >= 500 ? "Something went wrong at our end. Look whether it was saved, then try again."
    : "That did not work. Nothing was changed."
  document.dispatchEvent(new CustomEvent("pv:toast", { detail: { text, bad: true } }))
}

const land = (card, looks = "card--landed") => {
  card.classList.add(looks)
  setTimeout(() => card.classList.remove(looks), 1_200)
}

const spacer = (list, where) => {
  const found = list.querySelector(`:scope > .stage__spacer--${where}`)
  if (found) return found
  const made = document.createElement("li")
  made.className = `stage__spacer stage__spacer--${where}`
  made.setAttribute("aria-hidden", "true")
  if (where === "above") list.prepend(made)
  else list.insertBefore(made, list.querySelector(":scope > .stage__more"))
  return made
}

const keysOff = () => { try { return localStorage.getItem("pv:keys") === "off" } catch { return false } }
const motion = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth")

customElements.define("pv-board", Board)
