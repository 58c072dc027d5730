// Lifting a card with the hand. A mouse lifts after a few pixels, a finger after it rested 350 ms; until then a finger scrolls
// and taps as ever. On a phone a finger that goes sideways over a card swipes it: right is done, left is the next stage. Everything the hand moves is a copy; the board's own card goes to its place when it is dropped.
const NEAR = 5 // px a mouse may shake
const SHAKE = 10 // px a finger may
const REST = 350
const OPEN_AFTER = 600
const EDGE = 56
const FAST = 18
const SWIPE = 0.28 // of the card's width
const PAGE = 800 // ms a hand waits at the edge of a phone for the next stage

class Hand {
  #now = null // { card, x, y, … }: what is touched or carried
  #frame = 0

  constructor(board) {
    this.board = board
    board.addEventListener("pointerdown", (event) => this.#down(event))
    board.addEventListener("dragstart", (event) => { if (event.target.closest(".card")) event.preventDefault() })
    board.addEventListener("contextmenu", (event) => { if (this.#now?.touch) event.preventDefault() })
    // Only a listener that may refuse can hold the page still while a finger carries.
    board.addEventListener("touchmove", (event) => { if ((this.#now?.lifted || this.#now?.swipe) && event.cancelable) event.preventDefault() }, { passive: false })
    addEventListener("pointermove", (event) => this.#move(event))
    addEventListener("pointerup", (event) => { if (this.cancelled === event.pointerId) this.#letGo(event); this.cancelled = null; this.#up(event) })
    addEventListener("pointercancel", (event) => { if (this.#mine(event)) this.#cancel() })
    addEventListener("blur", () => this.#cancel())
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#now?.lifted) return
      event.preventDefault()
      event.stopImmediatePropagation()
      this.cancelled = this.#now.pointer // its release still makes a click
      this.#cancel()
    }, true)
    addEventListener("click", (event) => {
      // Only the click that this very release makes: a finger that taps right afterwards is another one.
      if ((event.pointerId ?? this.droppedBy) !== this.droppedBy || event.timeStamp - (this.dropped ?? -1e4) > 100) return
      event.preventDefault()
      event.stopImmediatePropagation()
      this.dropped = -1e4
    }, true)
  }

  #letGo(event) {
    this.dropped = event.timeStamp
    this.droppedBy = event.pointerId
  }

  #mine(event) { return this.#now && event.pointerId === this.#now.pointer }

  #down(event) {
    const card = event.target.closest(".card")
    if (this.#now || !card || event.button || !event.isPrimary || event.target.closest(".card__more, input, textarea")) return
    if (!card.closest("#board") || event.ctrlKey || event.metaKey || event.shiftKey) return
    const touch = event.pointerType === "touch"
    this.#now = { card, touch, pointer: event.pointerId, x: event.clientX, y: event.clientY, startX: event.clientX, startY: event.clientY }
    card.classList.add("card--held")
    if (touch) this.#now.timer = setTimeout(() => this.#lift(), REST)
  }

  #move(event) {
    if (!this.#mine(event)) return
    const now = this.#now
    now.x = event.clientX
    now.y = event.clientY
    if (now.lifted) return
    if (now.swipe) return this.#slide(now)
    const far = Math.hypot(now.x - now.startX, now.y - now.startY)
    if (now.touch && far > SHAKE) {
      if (isPhone() && Math.abs(now.x - now.startX) > 2 * Math.abs(now.y - now.startY)) this.#sidle(now)
      else this.#forget()
    }
    else if (!now.touch && far > NEAR) this.#lift()
  }

  #lift() {
    const now = this.#now
    if (!now?.card.isConnected) return this.#forget()
    const box = now.card.getBoundingClientRect()
    now.lifted = true
    now.origin = this.board.origin(now.card)
    now.offsetX = now.startX - box.left
    now.offsetY = now.startY - box.top
    now.ghost = now.card.cloneNode(true)
    now.ghost.removeAttribute("id")
    now.ghost.className = "card card--ghost"
    now.ghost.setAttribute("aria-hidden", "true")
    now.ghost.style.inlineSize = `${box.width}px`
    now.ghost.style.blockSize = `${box.height}px`
    now.slot = document.createElement("li")
    now.slot.className = "slot"
    now.slot.setAttribute("aria-hidden", "true")
    now.slot.style.blockSize = `${box.height}px`
    now.card.before(now.slot)
    now.card.classList.add("card--away")
    this.board.classList.add("is-dragging")
    this.board.append(now.ghost)
    if (now.touch) navigator.vibrate?.(8)
    getSelection()?.removeAllRanges()
    this.#tick()
  }

  #tick() {
    const now = this.#now
    if (!now?.lifted) return
    this.#follow(now)
    this.#edges(now)
    this.#aim(now)
    this.#frame = requestAnimationFrame(() => this.#tick())
  }

  #follow({ ghost, x, y, offsetX, offsetY }) {
    ghost.style.transform = `translate3d(${x - offsetX}px, ${y - offsetY}px, 0)`
  }

  // Near an edge the board, and the column under the hand, scroll on.
  #edges(now) {
    const board = document.getElementById("board")
    const box = board.getBoundingClientRect()
    this.#sideways(now, board, push(now.x, box.left, box.right))
    const list = now.over?.querySelector(".stage__cards")
    if (!list) return
    const inside = list.getBoundingClientRect()
    const by = push(now.y, inside.top, Math.min(inside.bottom, innerHeight))
    if (by) list.scrollTop += by
  }

  // Where one stage fills the screen, an edge turns one page at a time.
  #sideways(now, board, by) {
    if (!isPhone()) { if (by) board.scrollLeft += by; return }
    if (!by) { now.turned = performance.now() - PAGE + 250; return }
    if (performance.now() - (now.turned ?? 0) < PAGE) return
    now.turned = performance.now()
    const width = board.clientWidth
    board.scrollTo({ left: (Math.round(board.scrollLeft / width) + Math.sign(by)) * width, behavior: "smooth" })
  }

  #aim(now) {
    const over = this.board.columns.find((column) => { const box = column.getBoundingClientRect(); return now.x >= box.left - 8 && now.x < box.right + 8 })
    if (over !== now.over) this.#enter(now, over)
    if (!over || now.slot.hidden) return
    const list = over.querySelector(".stage__cards")
    if (!list) return
    const next = under(list, now.y)
    const place = next ?? list.querySelector(":scope > .stage__spacer--below, :scope > .stage__more")
    if (now.slot.parentElement !== list || now.slot.nextElementSibling !== place) {
      if (now.slot.nextElementSibling === now.card && next === now.card.nextElementSibling && now.slot.parentElement === list) return
      list.insertBefore(now.slot, place)
    }
  }

  #enter(now, over) {
    now.over?.classList.remove("stage--over")
    now.over?.querySelector(".stage__why")?.remove()
    clearTimeout(now.opening)
    now.over = over
    if (!over) return
    const home = over.dataset.stage === now.origin.stage
    const folded = !over.querySelector(".stage__cards")
    if (folded) now.opening = setTimeout(() => this.#unfold(now, over), OPEN_AFTER)
    // By its day the server places the card, so the whole column is the target.
    const whole = folded || (!this.board.byHand && !home)
    over.classList.toggle("stage--over", whole)
    now.slot.hidden = whole
    if (home && !this.board.byHand) { now.card.before(now.slot); now.slot.hidden = true; now.homeOnly = true }
    else now.homeOnly = false
    if (home && now.homeOnly) now.slot.hidden = false
    if (whole && !folded) over.append(why())
  }

  async #unfold(now, over) {
    await this.board.fold(over.dataset.stage, false, { keep: false })
    if (this.#now !== now) return
    now.over = null
  }

  #up(event) {
    if (!this.#mine(event)) return
    const now = this.#now
    if (now.swipe) return this.#swiped(now, event)
    if (!now.lifted) return this.#forget()
    this.#letGo(event)
    const still = now.touch && Math.hypot(now.x - now.startX, now.y - now.startY) < SHAKE
    if (still) {
      this.#cancel()
      this.board.menu(now.card)
      return
    }
    const stage = now.over?.dataset.stage
    if (!stage) return this.#cancel()
    this.#drop(now, stage)
  }

  #drop(now, stage) {
    const { card, slot, origin } = now
    const home = stage === origin.stage
    const from = now.ghost.getBoundingClientRect()
    if (!slot.hidden && slot.isConnected && (this.board.byHand || home)) slot.before(card)
    this.#settle(now)
    const list = document.getElementById(`cards-${stage}`)
    if (!home && !this.board.byHand && list) this.board.settle(list, card)
    if (!home && !list) card.remove()
    if (card.isConnected) fly(card, from)
    if (home && card.parentElement === origin.list && card.nextElementSibling === origin.next) return
    if (home && !this.board.byHand) return
    this.board.move(card, { stage, ...this.board.neighbours(card), origin })
  }

  #cancel() {
    const now = this.#now
    if (!now?.lifted) return this.#forget()
    const from = now.ghost.getBoundingClientRect()
    this.#settle(now)
    this.board.putBack(now.origin)
    fly(now.card, from)
  }

  #settle(now) {
    cancelAnimationFrame(this.#frame)
    clearTimeout(now.opening)
    now.over?.classList.remove("stage--over")
    now.over?.querySelector(".stage__why")?.remove()
    now.ghost.remove()
    now.slot.remove()
    now.card.classList.remove("card--away")
    this.board.classList.remove("is-dragging")
    this.#forget()
  }

  // --- swiping

  #sidle(now) {
    clearTimeout(now.timer)
    now.swipe = document.createElement("div")
    now.swipe.className = "swipe"
    now.swipe.setAttribute("aria-hidden", "true")
    now.box = now.card.getBoundingClientRect()
    this.board.append(now.swipe)
    this.#slide(now)
  }

  #slide(now) {
    const { swipe, box, card } = now
    const by = now.x - now.startX
    const deed = this.board.swipe(card, by > 0 ? "right" : "left")
    const far = deed ? by : Math.sign(by) * Math.min(24, Math.abs(by) / 4)
    now.deed = deed && Math.abs(by) > box.width * SWIPE ? deed : null
    card.style.translate = `${far}px 0`
    swipe.textContent = deed?.text ?? ""
    swipe.classList.toggle("swipe--left", by < 0)
    swipe.classList.toggle("swipe--ready", Boolean(now.deed))
    swipe.style.insetBlockStart = `${box.top}px`
    swipe.style.blockSize = `${box.height}px`
    swipe.style.insetInlineStart = `${by > 0 ? box.left : box.right + far}px`
    swipe.style.inlineSize = `${Math.abs(far)}px`
  }

  #swiped(now, event) {
    this.#letGo(event)
    const { deed } = now
    this.#forget()
    deed?.act()
  }

  #forget() {
    clearTimeout(this.#now?.timer)
    if (this.#now?.swipe) {
      this.#now.swipe.remove()
      this.#now.card.style.translate = ""
    }
    this.#now?.card.classList.remove("card--held")
    this.#now = null
  }
}

const isPhone = () => matchMedia("(max-width: 47.99rem)").matches

// How far to scroll in this frame: the nearer to the edge, the faster.
const push = (at, start, end) => {
  if (at < start + EDGE) return -Math.ceil(FAST * Math.min(1, (start + EDGE - at) / EDGE))
  if (at > end - EDGE) return Math.ceil(FAST * Math.min(1, (at - end + EDGE) / EDGE))
  return 0
}

// The first card whose middle lies below the hand; found by halving, so that long columns cost nothing.
const under = (list, y) => {
  const cards = [...list.children].filter((one) => one.matches(".card:not(.card--away)"))
  let low = 0
  let high = cards.length
  while (low < high) {
    const middle = (low + high) >> 1
    const box = cards[middle].getBoundingClientRect()
    if (box.top + box.height / 2 < y) low = middle + 1
    else high = middle
  }
  return cards[low] ?? null
}

const why = () => {
  const note = document.createElement("p")
  note.className = "stage__why"
  note.textContent = "Ordered by next step: it takes its place by its day."
  return note
}

const fly = (card, from) => {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return
  const to = card.getBoundingClientRect()
  card.animate([{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px) rotate(2deg)`, zIndex: 5 }, { transform: "none", zIndex: 5 }],
    { duration: 180, easing: "cubic-bezier(0.2, 0.9, 0.25, 1)" })
}

customElements.whenDefined("pv-board").then(() => { for (const board of document.querySelectorAll("pv-board")) new Hand(board) })
