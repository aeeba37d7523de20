// A letter that is scanned while nobody can vote: its code leaves the address, and so the history of the device, at once.

function clear() {
  const scanned = location.hash.slice(1);
  if (!scanned || document.getElementById(scanned)) return; // the link to the content of the page holds no code
  history.replaceState(history.state, "", location.pathname + location.search);
}

addEventListener("hashchange", clear); // somebody scans the letter once more before the same page
clear();
