// A map beside its equal list: outlines and points from the list's own GeoJSON, drawn with Leaflet when it is installed.
// [data-outlines] names shapes to draw beneath it. No tiles, no other origin. When anything fails the map stays hidden and the list is whole.

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
    pointToLayer: (feature, where) => L.circleMarker(where, { radius: 11 }),
    onEachFeature: (feature, shape) => shape.bindPopup(popup(feature.properties ?? {}, place.dataset.open)),
  }).addTo(map));
  const bounds = L.featureGroup(layers).getBounds();
  if (!bounds.isValid()) throw new Error("GeoJSON: nothing to draw");
  map.fitBounds(bounds, { padding: [16, 16], animate: false });
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
