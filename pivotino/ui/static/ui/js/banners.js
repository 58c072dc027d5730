// The lines over every page, fetched again when a guest from the helpdesk came or went.
document.addEventListener("pv:live", ({ detail }) => {
  const lines = document.getElementById("banners")
  if (!detail.kind.startsWith("guest.") || !lines?.dataset.banners) return
  window.htmx.ajax("GET", lines.dataset.banners, { target: lines, swap: "outerHTML" })
})
