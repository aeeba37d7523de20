// Does the counting of counting.js beside the page, so that the page stays usable. Sends progress, then the outcome.

import { recount } from "./counting.js";

self.addEventListener("message", async ({ data: { text, rule } }) => {
  let told = 0;
  const tell = (share) => {
    if (Date.now() - told > 100) {
      told = Date.now();
      self.postMessage({ share });
    }
  };
  try {
    self.postMessage({ outcome: await recount(text, rule, tell) });
  } catch (fault) {
    self.postMessage({ fault: String(fault.message) });
  }
});
