// Counts a published .pb file again: reads it, applies the rule, returns the winners in order. Knows no page. The rule
// and its gate are those in the file's comment; a page about a file from elsewhere has `stated` in its place.
// Written apart from the server's engine, so that two programs must agree. Every decision is exact: floats only
// pick a project when no other comes close, and the last share is always bought in whole numbers (BigInt).

const CLOSE = 1e-7;

export async function recount(text, stated = "", tell = () => {}) {
  const whole = read(text);
  const [ofRule, ofGate = ""] = (stated || (whole.meta.comment ?? "")).split(/ #2: (?=buyers: |top: )/);
  const rule = ruleOf(ofRule);
  const gate = gateOf(ofGate);
  if (!rule && !gate) throw new Error("no rule in the file");
  const titles = Object.fromEntries(whole.projects.map((project) => [project.id, project.name]));
  const through = gate ? shortlist(whole, gate, await tieRanks(whole, gate.lotSeed)) : null;
  if (!rule) return { winners: through.map((number) => whole.projects[number].id), titles };
  const election = through ? among(whole, through) : whole;
  const ranks = await tieRanks(election, rule.lotSeed);
  const winners = rule.method === "equal-shares"
    ? equalShares(election, rule, ranks, tell)
    : greedy(election, rule.method, ranks, []);
  return { winners: winners.map((number) => election.projects[number].id), titles };
}

// ---- the file

function cells(text) {
  const rows = [];
  let row = [], cell = "", quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') { cell += '"'; at += 1; }
      else quoted = false;
    } else if (letter === '"' && !cell) quoted = true;
    else if (letter === ";") { row.push(cell.trim()); cell = ""; }
    else if (letter === "\n") { row.push(cell.trim()); rows.push(row); row = []; cell = ""; }
    else if (letter !== "\r") cell += letter;
  }
  if (cell || row.length) rows.push([...row, cell.trim()]);
  return rows.filter((found) => found.some(Boolean));
}

function tables(text) {
  const found = { META: [], PROJECTS: [], VOTES: [] };
  let section = "", header = null;
  for (const row of cells(text)) {
    if (row[0] in found && !row.slice(1).some(Boolean)) { section = row[0]; header = null; }
    else if (!header) header = row.map((name) => name.toLowerCase());
    else if (section) found[section].push(Object.fromEntries(header.map((name, place) => [name, row[place] ?? ""])));
  }
  return found;
}

function fraction(text) {
  const [whole, decimals = ""] = text.trim().replace(",", ".").split(".");
  return { over: BigInt(whole + decimals), under: 10n ** BigInt(decimals.length) };
}

function inUnits(amounts) {
  const units = amounts.reduce((most, { under }) => (under > most ? under : most), 1n);
  return { units, whole: amounts.map(({ over, under }) => over * (units / under)) };
}

function read(text) {
  const { META, PROJECTS, VOTES } = tables(text.replace(/^\ufeff/, ""));
  const meta = Object.fromEntries(META.map(({ key, value }) => [key, value]));
  const parts = (meta.budget_per_share_class ?? "").split(",").filter(Boolean).map((part) => {
    const at = part.lastIndexOf("=");
    return [part.slice(0, at).trim(), fraction(part.slice(at + 1))];
  });
  const money = inUnits([fraction(meta.budget), ...parts.map(([, pot]) => pot), ...PROJECTS.map(({ cost }) => fraction(cost))]);
  const costs = money.whole.slice(1 + parts.length);
  const projects = PROJECTS.map(({ project_id: id, name }, number) => ({ id, name, cost: costs[number], score: 0n, votes: 0n }));
  const number = new Map(projects.map(({ id }, place) => [id, place]));
  const groups = groupsOf(VOTES, meta, number, parts.length > 0);
  const turnout = new Map();
  for (const { area, count, choices, points } of groups) {
    turnout.set(area, (turnout.get(area) ?? 0n) + count);
    choices.forEach((choice, place) => {
      projects[choice].score += points[place] * count;
      projects[choice].votes += count;
    });
  }
  const pots = parts.length ? parts.map(([area], place) => [area, money.whole[1 + place]]) : [["", money.whole[0]]];
  return { meta, projects, groups, turnout, pots: new Map(pots), budget: money.whole[0], units: money.units };
}

function groupsOf(votes, meta, number, hasPots) {
  const kind = meta.vote_type.toLowerCase();
  const lists = votes.map(({ vote }) => (vote ? vote.split(",").map((id) => number.get(id.trim())) : []));
  const longest = Math.max(Number(meta.max_length) || 1, Number(meta.max_points) || 1, ...lists.reduce((most, list) => [Math.max(most[0], list.length)], [1]));
  const hasPoints = kind === "cumulative" || kind === "scoring";
  const given = hasPoints ? votes.map(({ points }) => (points ? points.split(",").map(fraction) : [])) : [];
  const fineness = hasPoints ? inUnits(given.flat()).units : 1n;
  const groups = new Map();
  votes.forEach(({ district = "" }, voter) => {
    const pairs = lists[voter].map((choice, place) => {
      if (hasPoints) return [choice, given[voter][place].over * (fineness / given[voter][place].under)];
      return [choice, kind === "ordinal" ? BigInt(longest - place) : 1n];
    }).filter(([, points]) => points > 0n);
    pairs.sort((one, other) => one[0] - other[0]);
    const area = hasPots ? district : "";
    const key = `${area}|${pairs.join(" ")}`;
    const group = groups.get(key) ?? { area, count: 0n, choices: pairs.map(([choice]) => choice), points: pairs.map(([, points]) => points) };
    group.count += 1n;
    groups.set(key, group);
  });
  return [...groups.values()];
}

function ruleOf(comment) {
  const said = (key) => comment.match(new RegExp(`\\b${key}: ([^,]*)`))?.[1].trim();
  const seed = comment.match(/lot_seed: (.*)$/)?.[1].trim();
  const step = said("add1");
  const method = said("method");
  if (!["greedy", "greedy-no-skip", "greedy-per-cost", "equal-shares"].includes(method)) return null;
  return {
    method,
    step: step && step !== "None" ? fraction(step) : null,
    untilOverspent: said("add1_stop") === "overspend",
    floored: said("floor_share") === "True",
    completed: said("complete") === "greedy",
    lotSeed: seed && seed !== "None" ? seed : null,
  };
}

// ---- the gate: who goes on after the game, most points first

function gateOf(words) {
  const said = (key) => words.match(new RegExp(`\\b${key}: ([^,]*)`))?.[1].trim();
  if (!said("buyers") && !said("top")) return null;
  const seed = words.match(/lot_seed: (.*)$/)?.[1].trim();
  return { buyers: BigInt(said("buyers") ?? 1), top: said("top") ? Number(said("top")) : Infinity, edge: said("edge"), lotSeed: seed && seed !== "None" ? seed : null };
}

function shortlist({ projects }, gate, ranks) {
  const standing = projects.map((_, number) => number).filter((number) => projects[number].votes >= gate.buyers && projects[number].votes > 0n)
    .sort((one, other) => compare(projects[other].score, projects[one].score) || ranks[one] - ranks[other]);
  if (standing.length <= gate.top) return standing;
  const edge = projects[standing[gate.top - 1]].score;
  const divided = projects[standing[gate.top]].score === edge;
  return standing.filter((number, place) => {
    const { score } = projects[number];
    if (score !== edge || !divided) return score >= edge;
    return gate.edge === "lot" ? place < gate.top : gate.edge === "all";
  });
}

// The same votes with these projects only; who chose none of them still counts as a voter.
function among(election, kept) {
  const order = [...kept].sort((one, other) => one - other);
  const number = new Map(order.map((old, place) => [old, place]));
  const groups = election.groups.map((group) => {
    const pairs = group.choices.map((choice, place) => [number.get(choice), group.points[place]]).filter(([choice]) => choice !== undefined);
    return { ...group, choices: pairs.map(([choice]) => choice), points: pairs.map(([, points]) => points) };
  });
  return { ...election, projects: order.map((old) => election.projects[old]), groups };
}

// ---- ties: lower cost, more votes, then the published lot or the id in natural order

async function tieRanks({ projects }, seed) {
  const lots = await Promise.all(projects.map(async ({ id }) => (seed === null ? "" : hex(id + seed))));
  const order = projects.map((_, number) => number).sort((one, other) => {
    const [a, b] = [projects[one], projects[other]];
    return compare(a.cost, b.cost) || compare(b.score, a.score) || compare(lots[one], lots[other]) || natural(a.id, b.id);
  });
  const ranks = [];
  order.forEach((number, rank) => { ranks[number] = rank; });
  return ranks;
}

async function hex(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

function natural(one, other) {
  const parts = (id) => id.match(/[0-9]+|[^0-9]+/g).map((part) => {
    if (!/[0-9]/.test(part)) return [1, 0, part];
    const digits = part.replace(/^0+/, "");
    return [0, digits.length, digits];
  });
  const [a, b] = [parts(one), parts(other)];
  for (let place = 0; place < Math.min(a.length, b.length); place += 1) {
    const order = compare(a[place][0], b[place][0]) || compare(a[place][1], b[place][1]) || compare(a[place][2], b[place][2]);
    if (order) return order;
  }
  return compare(a.length, b.length) || compare(one, other);
}

// ---- greedy

function greedy({ projects, budget }, method, ranks, already) {
  const taken = new Set(already);
  const per = (number) => (method === "greedy-per-cost" ? projects[number].cost : 1n);
  const order = projects.map((_, number) => number).filter((number) => !taken.has(number) && projects[number].score > 0n)
    .sort((a, b) => compare(projects[b].score * per(a), projects[a].score * per(b)) || ranks[a] - ranks[b]);
  let left = budget - already.reduce((sum, number) => sum + projects[number].cost, 0n);
  const winners = [];
  for (const number of order) {
    if (projects[number].cost <= left) {
      winners.push(number);
      left -= projects[number].cost;
    } else if (method === "greedy-no-skip") break;
  }
  return winners;
}

// ---- equal shares

function equalShares(election, rule, ranks, tell) {
  const { projects, groups, budget, units } = election;
  const supporters = projects.map(() => ({ groups: [], weights: [] }));
  groups.forEach(({ choices, points, count }, group) => choices.forEach((choice, place) => {
    supporters[choice].groups.push(group);
    supporters[choice].weights.push(points[place] * count);
  }));
  const voted = projects.map((_, number) => number).filter((number) => supporters[number].groups.length);
  const people = { ...election, supporters, voted, ranks };
  const cost = (winners) => winners.reduce((sum, number) => sum + projects[number].cost, 0n);
  const fits = (winners) => voted.some((number) => !winners.includes(number) && projects[number].cost <= budget - cost(winners));

  const shares = (steps) => new Map([...election.turnout].map(([area, voters]) => {
    let over = election.pots.get(area), under = voters;
    if (rule.floored) { over = (over / (under * units)) * units; under = 1n; }
    if (!rule.step) return [area, { over, under }];
    return [area, { over: over * rule.step.under + BigInt(steps) * rule.step.over * units * under, under: under * rule.step.under }];
  }));
  const at = (steps) => roughly(people, shares(steps)) ?? exactly(people, shares(steps));

  let steps = 0, winners = at(0);
  while (rule.step && winners.length < voted.length && (rule.untilOverspent || fits(winners))) {
    const next = at(steps + 1);
    if (cost(next) > budget) break;
    steps += 1;
    winners = next;
    const [{ over, under }] = shares(steps).values();
    tell(Number((over * 1000n) / (under * units)) / 1000);
  }
  winners = exactly(people, shares(steps));
  return rule.completed ? [...winners, ...greedy(election, "greedy", ranks, winners)] : winners;
}

// One share in floats; null where two projects, or a project and its money, come too close to tell.
function roughly({ projects, groups, supporters, voted, budget }, shares) {
  const each = new Map([...shares].map(([area, { over, under }]) => [area, Number(over) / Number(under)]));
  const money = Float64Array.from(groups, ({ area, count }) => each.get(area) * Number(count));
  const everything = money.reduce((sum, purse) => sum + purse, 0);
  const left = new Map(voted.map((number) => [number, 0]));
  const winners = [];
  let spent = 0;
  while (left.size) {
    let best = -1, lowest = Infinity, second = Infinity;
    for (const [number, bound] of [...left].sort((one, other) => one[1] - other[1])) {
      if (bound > second) break;
      const cost = Number(projects[number].cost), { groups: who, weights } = supporters[number];
      let together = 0;
      for (const group of who) together += money[group];
      if (Math.abs(together - cost) <= CLOSE * everything) return null;
      if (together < cost) { left.delete(number); continue; }
      let price = bound * cost, known = -1;
      for (;;) {
        let due = cost, weight = 0, poor = 0;
        for (let place = 0; place < who.length; place += 1) {
          const asked = Number(weights[place]);
          if (money[who[place]] < price * asked) { due -= money[who[place]]; poor += 1; } else weight += asked;
        }
        if (poor === known || !weight) break;
        known = poor;
        price = due / weight;
      }
      const merit = price / cost;
      left.set(number, merit * (1 - CLOSE));
      if (merit < lowest) { second = lowest; lowest = merit; best = number; } else if (merit < second) second = merit;
    }
    if (best < 0) break;
    if (second - lowest <= 4 * CLOSE * lowest) return null;
    winners.push(best);
    left.delete(best);
    spent += Number(projects[best].cost);
    if (spent > Number(budget)) return winners;
    const { groups: who, weights } = supporters[best], price = lowest * Number(projects[best].cost);
    who.forEach((group, place) => { money[group] = Math.max(0, money[group] - price * Number(weights[place])); });
  }
  return winners;
}

// One share in whole numbers of 1/scale unit; the scale grows so that every payment is whole.
function exactly({ projects, groups, supporters, voted, budget, ranks }, shares) {
  let scale = [...shares.values()].reduce((product, { under }) => product * (under / gcd(product, under)), 1n);
  const money = groups.map(({ area, count }) => (shares.get(area).over * scale * count) / shares.get(area).under);
  const left = new Map(voted.map((number) => [number, null]));
  const winners = [];
  let spent = 0n;
  while (left.size) {
    let best = null;
    for (const [number, bound] of left) {
      if (best && bound && compare(bound.over * best.under, best.over * bound.under) > 0) continue;
      const merit = priced(projects[number].cost, supporters[number], money, scale);
      if (!merit) { left.delete(number); continue; }
      left.set(number, merit);
      const order = best ? compare(merit.over * best.under, best.over * merit.under) || ranks[number] - ranks[best.number] : -1;
      if (order < 0) best = { ...merit, number };
    }
    if (!best) break;
    winners.push(best.number);
    left.delete(best.number);
    spent += projects[best.number].cost;
    if (spent > budget) return winners;
    const finer = best.weight / gcd(best.due, best.weight);
    if (finer > 1n) { scale *= finer; money.forEach((purse, group) => { money[group] = purse * finer; }); }
    const { groups: who, weights } = supporters[best.number];
    who.forEach((group, place) => {
      const full = (best.due * finer * weights[place]) / best.weight;
      money[group] -= money[group] < full ? money[group] : full;
    });
  }
  return winners;
}

// What a unit of utility costs, as a fraction over/under; null when the supporters cannot pay.
function priced(cost, { groups: who, weights }, money, scale) {
  if (who.reduce((sum, group) => sum + money[group], 0n) < cost * scale) return null;
  let due = cost * scale, weight = weights.reduce((sum, each) => sum + each, 0n), known = 0;
  for (;;) {
    let nextDue = cost * scale, nextWeight = 0n, poor = 0;
    who.forEach((group, place) => {
      if (money[group] * weight < due * weights[place]) { nextDue -= money[group]; poor += 1; } else nextWeight += weights[place];
    });
    if (poor === known) return { over: due, under: weight * scale * cost, due, weight };
    [due, weight, known] = [nextDue, nextWeight, poor];
  }
}

function gcd(one, other) {
  while (other) [one, other] = [other, one % other];
  return one;
}
