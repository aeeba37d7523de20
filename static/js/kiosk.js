// A device for many people starts anew by itself: after the receipt, and when nobody touches it for a while.
// Nothing is kept in the browser, and the pages before are replaced, so that "back" shows nobody's ballot.
//
//   [data-kiosk="/start"] hidden      shown after QUIET seconds without a touch or key; LEFT seconds later it starts anew
//   [data-kiosk-stay]                 the button in it
//   [data-kiosk-done="/start"]        the end: starts anew after DONE seconds

const QUIET = 150, LEFT = 30, DONE = 20;
const after = (seconds, act) => setTimeout(act, seconds * 1000);

document.querySelectorAll("[data-kiosk-done]").forEach((end) => after(DONE, () => location.replace(end.dataset.kioskDone)));

document.querySelectorAll("[data-kiosk]").forEach((asks) => {
  const anew = () => location.replace(asks.dataset.kiosk);
  let timer;
  function wait() {
    clearTimeout(timer);
    asks.hidden = true;
    timer = after(QUIET, () => {
      asks.hidden = false;
      asks.querySelector("[data-kiosk-stay]").focus();
      timer = after(LEFT, anew);
    });
  }
  ["pointerdown", "keydown", "scroll"].forEach((name) => addEventListener(name, wait, { passive: true }));
  asks.querySelector("[data-kiosk-stay]").addEventListener("click", wait);
  wait();
});

// A page that comes back from the browser's memory is old: it belongs to who was here before.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
