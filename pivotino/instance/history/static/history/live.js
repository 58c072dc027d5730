// Hears what changed in this instance and tells the page: document gets `pv:live` for each change, `pv:reload` when too
// much was missed. A hidden page hangs up after half a minute and catches up when it is looked at again.

const HANG_UP_AFTER = 30_000;
const RETRY = [1_000, 2_000, 5_000, 15_000];

class Live {
  #address;
  #source = null;
  #last = 0;
  #tries = 0;
  #sleep = 0;

  constructor(address) {
    this.#address = address;
    document.addEventListener("visibilitychange", () => this.#look());
    window.addEventListener("online", () => this.#dial());
    window.addEventListener("pagehide", () => this.#hangUp());
    window.addEventListener("pageshow", () => this.#look());
    this.#dial();
  }

  #look() {
    clearTimeout(this.#sleep);
    if (document.visibilityState === "visible") this.#dial();
    else this.#sleep = setTimeout(() => this.#hangUp(), HANG_UP_AFTER);
  }

  #dial() {
    if (this.#source) return;
    this.#source = new EventSource(this.#last ? `${this.#address}?since=${this.#last}` : this.#address);
    this.#source.addEventListener("hello", (event) => this.#hello(event));
    this.#source.addEventListener("live", (event) => this.#hear(event));
    this.#source.addEventListener("reload", () => this.#missed());
    this.#source.addEventListener("bye", () => this.#hangUp());
    this.#source.addEventListener("error", () => this.#again());
  }

  #hangUp() {
    this.#source?.close();
    this.#source = null;
  }

  #again() {
    this.#hangUp();
    const pause = RETRY[Math.min(this.#tries++, RETRY.length - 1)];
    if (document.visibilityState === "visible") setTimeout(() => this.#dial(), pause);
  }

  #hello(event) {
    const back = this.#tries > 0;
    this.#tries = 0;
    this.#last = Math.max(this.#last, Number(event.lastEventId));
    document.dispatchEvent(new CustomEvent("pv:connected", { detail: { again: back } }));
  }

  #hear(event) {
    const id = Number(event.lastEventId);
    this.#last = Math.max(this.#last, id);
    document.dispatchEvent(new CustomEvent("pv:live", { detail: { id, ...JSON.parse(event.data) } }));
  }

  #missed() {
    document.dispatchEvent(new CustomEvent("pv:reload"));
  }
}

const base = document.documentElement.dataset.instance ?? location.pathname.match(/^\/@[^/]+/)?.[0];
if (base) new Live(`${base}/live`);
