// A thin line while there is no connection.
const line = document.getElementById("offline")
const tell = () => { if (line) line.hidden = navigator.onLine }
addEventListener("online", tell)
addEventListener("offline", tell)
tell()
