// Shows the parts of a form that belong to what was chosen: data-only="person" is there for persons only.
class Kinds extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", ({ target }) => { if (target.name === "kind") this.#sort() })
    this.#sort()
  }

  #sort() {
    const kind = this.querySelector("[name=kind]:checked")?.value
    for (const part of this.querySelectorAll("[data-only]")) part.hidden = part.dataset.only !== kind
  }
}
customElements.define("pv-kinds", Kinds)
