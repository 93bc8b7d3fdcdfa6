// Draws a pathway, or the map of all pathways, with what is done, what is open now and what is overdue.
//
//   <div data-diagram aria-label="Initial assessment">
//     <div data-canvas></div>
//     <button type="button" data-zoom="in">, "out", "fit"
//     <script type="application/json">{ "diagram": "/address/of.bpmn",
//       "marks": [{ "element": "write", "state": "overdue", "words": "Overdue by 2 days" }] }</script>
//   </div>
//
// A state is done, active or overdue, and is always said in words beside its colour. A picture tells a screen reader little:
// the page has the same in text beside it.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';

const SIGNS = { done: '✓', active: '●', overdue: '!' };
const MARGIN = 30;
const STEP = 1.25;

async function draw(place) {
  const { diagram, marks } = JSON.parse(place.querySelector('script[type="application/json"]').textContent);
  const response = await fetch(diagram);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const viewer = new NavigatedViewer({ container: place.querySelector('[data-canvas]') });
  await viewer.importXML(await response.text());
  marks.forEach(mark => show(viewer, mark));
  name(place, viewer);
  bindZoom(place, viewer.get('canvas'));
}

function show(viewer, { element, state, words }) {
  const shape = viewer.get('elementRegistry').get(element);
  if (!shape) return;
  viewer.get('canvas').addMarker(shape, `app-mark-${state}`);
  if (shape.waypoints || !words) return;
  const badge = document.createElement('div');
  badge.className = `app-badge app-badge--${state}`;
  badge.textContent = `${SIGNS[state]} ${words}`;
  // Above the element: below it, a badge would cover an event's label.
  viewer.get('overlays').add(shape, { position: { top: -20, left: 0 }, html: badge });
}

function name(place, viewer) {
  const svg = viewer.get('canvas').getContainer().querySelector('svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', place.getAttribute('aria-label') ?? 'Diagram');
}

function bindZoom(place, canvas) {
  // The whole picture with room for its badges, never larger than drawn.
  const fit = () => {
    if (!canvas.getContainer().clientWidth) return; // not shown on this screen
    const { inner, outer } = canvas.viewbox();
    const scale = Math.min(1, outer.width / (inner.width + 2 * MARGIN), outer.height / (inner.height + 2 * MARGIN));
    const width = outer.width / scale;
    const height = outer.height / scale;
    canvas.viewbox({ x: inner.x + (inner.width - width) / 2, y: inner.y + (inner.height - height) / 2, width, height });
  };
  const zooms = {
    in: () => canvas.zoom(canvas.zoom() * STEP),
    out: () => canvas.zoom(canvas.zoom() / STEP),
    fit
  };
  for (const button of place.querySelectorAll('[data-zoom]')) {
    button.hidden = false;
    button.addEventListener('click', zooms[button.dataset.zoom]);
  }
  new ResizeObserver(() => { canvas.resized(); fit(); }).observe(canvas.getContainer());
  fit();
}

// On a narrow screen a diagram is not shown, and is drawn only when the screen becomes wide enough.
function whenShown(place, then) {
  const watch = new ResizeObserver(() => {
    if (!place.clientWidth) return;
    watch.disconnect();
    then(place);
  });
  watch.observe(place);
}

function start(place) {
  draw(place).then(
    () => { place.dataset.diagram = 'drawn'; },
    error => {
      place.dataset.diagram = 'failed';
      place.querySelector('[data-canvas]').textContent = `The diagram could not be drawn (${error.message}). The text on this page says the same.`;
    }
  );
}

document.querySelectorAll('[data-diagram]').forEach(place => whenShown(place, start));
