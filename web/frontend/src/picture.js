// A diagram on the page with the marks of what is done, open now and overdue; the marks can change while the picture stays.
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
const READABLE = 0.7; // on a smaller scale nobody reads the names in a picture

export class Picture {
  #viewer;
  #drawn = null; // the address of the diagram
  #marked = [];
  #begin;

  constructor(place) {
    this.place = place;
    this.#viewer = new NavigatedViewer({ container: place.querySelector('[data-canvas]') });
    this.#begin = bindZoom(place, this.#viewer.get('canvas'));
  }

  async show({ diagram, marks }) {
    if (diagram !== this.#drawn) {
      const response = await fetch(diagram);
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      await this.#viewer.importXML(await response.text());
      this.#drawn = diagram;
      this.#marked = [];
      this.#name();
      this.#begin(this.#boxOf(marks.filter(mark => mark.state !== 'done')));
    }
    this.#clear();
    marks.forEach(mark => this.#mark(mark));
  }

  // What a screen reader calls it.
  rename(label) {
    this.place.setAttribute('aria-label', label);
    if (this.#drawn) this.#name();
  }

  // The box around the shapes of the marks; nothing where none is drawn.
  #boxOf(marks) {
    const registry = this.#viewer.get('elementRegistry');
    const shapes = marks.map(({ element }) => registry.get(element)).filter(shape => shape && !shape.waypoints);
    if (!shapes.length) return null;
    const x = Math.min(...shapes.map(shape => shape.x));
    const y = Math.min(...shapes.map(shape => shape.y));
    const right = Math.max(...shapes.map(shape => shape.x + shape.width));
    const bottom = Math.max(...shapes.map(shape => shape.y + shape.height));
    return { x, y, width: right - x, height: bottom - y };
  }

  #clear() {
    for (const [ shape, marker ] of this.#marked) this.#viewer.get('canvas').removeMarker(shape, marker);
    this.#viewer.get('overlays').clear();
    this.#marked = [];
  }

  #mark({ element, state, words }) {
    const shape = this.#viewer.get('elementRegistry').get(element);
    if (!shape) return;
    const marker = `app-mark-${state}`;
    this.#viewer.get('canvas').addMarker(shape, marker);
    this.#marked.push([ shape, marker ]);
    if (shape.waypoints || !words) return;
    const badge = document.createElement('div');
    badge.className = `app-badge app-badge--${state}`;
    badge.textContent = `${SIGNS[state]} ${words}`;
    // Above the element: below it, a badge would cover an event's label.
    this.#viewer.get('overlays').add(shape, { position: { top: -20, left: 0 }, html: badge });
  }

  #name() {
    const svg = this.#viewer.get('canvas').getContainer().querySelector('svg');
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', this.place.getAttribute('aria-label') ?? 'Diagram');
  }
}

// The buttons, and the picture put in its place whenever there is more or less room; gives the way to say what is open.
function bindZoom(place, canvas) {
  let open = null;
  // The scale of a box with room for badges, never larger than drawn.
  const scaleOf = box => {
    const { outer } = canvas.viewbox();
    return Math.min(1, outer.width / (box.width + 2 * MARGIN), outer.height / (box.height + 2 * MARGIN));
  };
  const look = (box, scale) => {
    const { outer } = canvas.viewbox();
    const width = outer.width / scale;
    const height = outer.height / scale;
    canvas.viewbox({ x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height });
  };
  const fit = () => {
    const { inner } = canvas.viewbox();
    look(inner, scaleOf(inner));
  };
  // The whole picture where its names can be read; else what is open now.
  const begin = () => {
    if (!canvas.getContainer().clientWidth) return; // not shown on this screen
    const { inner } = canvas.viewbox();
    if (!inner.width) return; // nothing drawn yet
    if (open && scaleOf(inner) < READABLE) look(open, Math.max(READABLE, scaleOf(open)));
    else fit();
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
  new ResizeObserver(() => { canvas.resized(); begin(); }).observe(canvas.getContainer());
  return box => {
    open = box;
    begin();
  };
}

// Where a badge covers no name: above an activity; beside the lower half of an event or a gateway, whose names stand above or below.
export function beside({ width, waypoints }) {
  return waypoints || width > 60 ? { top: -20, left: 0 } : { bottom: 12, left: width + 2 };
}

// On a narrow screen a diagram is not shown, and is drawn only when the screen becomes wide enough.
export function whenShown(place, then) {
  const watch = new ResizeObserver(() => {
    if (!place.clientWidth) return;
    watch.disconnect();
    then(place);
  });
  watch.observe(place);
}

export function sayFailed(place, error) {
  place.dataset.diagram = 'failed';
  place.querySelector('[data-canvas]').textContent = `The diagram could not be drawn (${error.message}). The text on this page says the same.`;
}
