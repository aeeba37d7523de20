// A map beside its equal list: outlines and points from the list's own GeoJSON, drawn with Leaflet when it is installed.
// [data-outlines] names shapes to draw beneath it. No tiles, no other origin. When anything fails the map stays hidden and the list is whole.
// A point with `count` is a heap of many, one with `shape` says its state by form; a collection that says "clustered"
// is asked again for the part of the map in view (?kader=west,south,east,north).

function popup(properties, openWords) {
  const place = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = properties.title ?? properties.name ?? "";
  place.append(title);
  if (properties.text) {
    const text = document.createElement("div");
    text.textContent = properties.text;
    place.append(text);
  }
  if (typeof properties.url === "string" && /^\/(?!\/)/.test(properties.url)) {
    const link = document.createElement("a");
    link.href = properties.url;
    link.textContent = openWords;
    place.append(link);
  }
  return place;
}

function addStyles(base) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = base + "leaflet.css";
  // Before our own sheets, so that the house style has the last word.
  document.head.prepend(sheet);
}

async function geojson(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`GeoJSON: ${answer.status}`);
  return answer.json();
}

function marker(L, { properties }, where) {
  if (properties?.count) {
    const size = Math.min(52, 26 + 5 * Math.log10(properties.count) * 2);
    const number = document.createElement("span");
    number.textContent = properties.count;
    return L.marker(where, { title: properties.title, icon: L.divIcon({ className: "map-heap", html: number, iconSize: [size, size] }) });
  }
  if (properties?.shape && /^[a-z]+$/.test(properties.shape)) {
    const icon = L.divIcon({ className: `map-shape map-shape-${properties.shape}`, iconSize: [24, 24] });
    return L.marker(where, { title: `${properties.title}: ${properties.text}`, icon });
  }
  return L.circleMarker(where, { radius: 11 });
}

function followView(map, layer, src) {
  let asked = 0;
  map.on("moveend", async () => {
    const turn = ++asked;
    const view = map.getBounds();
    if (!(view.getEast() > view.getWest())) return; // the map is out of sight
    const address = new URL(src, location.href);
    const edges = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
    address.searchParams.set("kader", edges.map((edge) => edge.toFixed(5)).join(","));
    const found = await geojson(address).catch(() => null);
    if (found && turn === asked) layer.clearLayers().addData(found);
  });
  layer.on("click", ({ layer: pressed, latlng }) => {
    if (pressed.feature?.properties?.count) map.setView(latlng, Math.min(map.getMaxZoom(), map.getZoom() + 2));
  });
}

async function draw(place) {
  const { leaflet: base, src, outlines } = place.dataset;
  const [, ...collections] = await Promise.all([
    import(base + "leaflet.js"),
    ...[outlines, src].filter(Boolean).map(geojson),
  ]);
  const L = globalThis.L;
  addStyles(base);
  place.closest(".map-side").hidden = false;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(place, { attributionControl: false, zoomAnimation: !still, fadeAnimation: !still, scrollWheelZoom: false, maxZoom: 17 });
  const layers = collections.map((collection) => L.geoJSON(collection, {
    style: ({ geometry }) => ({ className: geometry.type === "Point" ? "map-pin" : "map-area" }),
    pointToLayer: (feature, where) => marker(L, feature, where),
    onEachFeature: (feature, shape) => feature.properties?.count || shape.bindPopup(popup(feature.properties ?? {}, place.dataset.open)),
  }).addTo(map));
  const bounds = L.featureGroup(layers).getBounds();
  if (!bounds.isValid()) throw new Error("GeoJSON: nothing to draw");
  map.fitBounds(bounds, { padding: [16, 16], animate: false });
  if (collections.at(-1)?.clustered) followView(map, layers.at(-1), src);
  return map;
}

function bindSwitch(whole, map) {
  const buttons = [...whole.querySelectorAll("[data-show]")];
  function show(view) {
    whole.dataset.view = view;
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.show === view)));
    map.invalidateSize();
  }
  buttons.forEach((button) => button.addEventListener("click", () => show(button.dataset.show)));
  whole.querySelector(".map-switch").hidden = false;
  whole.classList.add("map-list-on");
  show("list");
}

for (const whole of document.querySelectorAll("[data-map-list]")) {
  const place = whole.querySelector("[data-map]");
  draw(place).then((map) => bindSwitch(whole, map)).catch((fault) => {
    place.closest(".map-side").hidden = true;
    console.info("The map stays away:", fault.message);
  });
}
