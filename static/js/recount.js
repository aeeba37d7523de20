// Lets a visitor count a published result again: fetches the file, has a worker count it, says whether it is the same.

for (const place of document.querySelectorAll("[data-recount]")) {
  const button = place.querySelector("button");
  const bar = place.querySelector("progress");
  const verdict = place.querySelector("[role=status]");
  const list = place.querySelector("ol");
  const last = Number(place.dataset.share ?? 0);

  const end = (words) => {
    bar.hidden = true;
    button.disabled = false;
    verdict.textContent = words;
  };

  const show = ({ winners, titles }) => {
    const same = JSON.stringify(winners) === JSON.stringify(JSON.parse(place.dataset.winners));
    list.replaceChildren(...winners.map((id) => {
      const item = document.createElement("li");
      item.textContent = titles[id] || id;
      item.dataset.code = id;
      return item;
    }));
    list.hidden = false;
    end(same ? verdict.dataset.same : verdict.dataset.other);
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    list.hidden = true;
    bar.removeAttribute("value");
    bar.hidden = false;
    verdict.textContent = verdict.dataset.busy;
    let worker;
    try {
      const answer = await fetch(place.dataset.recount);
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      worker = new Worker(new URL("recount-worker.js", import.meta.url), { type: "module" });
      let first;
      const outcome = await new Promise((done, fail) => {
        worker.addEventListener("error", fail);
        worker.addEventListener("message", ({ data }) => {
          if (data.outcome) done(data.outcome);
          else if (data.fault) fail(new Error(data.fault));
          else {
            first ??= data.share;
            if (last > first) bar.value = Math.min(1, (data.share - first) / (last - first));
          }
        });
        worker.postMessage({ text, rule: place.dataset.rule });
      });
      show(outcome);
    } catch {
      end(verdict.dataset.failed);
    } finally {
      worker?.terminate();
    }
  });
  place.hidden = false;
}
