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

export class Picture {
  #viewer;
  #drawn = null; // the address of the diagram
  #marked = [];
  #fit;

  constructor(place) {
    this.place = place;
    this.#viewer = new NavigatedViewer({ container: place.querySelector('[data-canvas]') });
    this.#fit = bindZoom(place, this.#viewer.get('canvas'));
  }

  async show({ diagram, marks }) {
    if (diagram !== this.#drawn) {
      const response = await fetch(diagram);
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      await this.#viewer.importXML(await response.text());
      this.#drawn = diagram;
      this.#marked = [];
      this.#name();
      this.#fit();
    }
    this.#clear();
    marks.forEach(mark => this.#mark(mark));
  }

  // What a screen reader calls it.
  rename(label) {
    this.place.setAttribute('aria-label', label);
    if (this.#drawn) this.#name();
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

// The buttons, and the picture fitted whenever there is more or less room; gives the way to fit it now.
function bindZoom(place, canvas) {
  // The whole picture with room for its badges, never larger than drawn.
  const fit = () => {
    if (!canvas.getContainer().clientWidth) return; // not shown on this screen
    const { inner, outer } = canvas.viewbox();
    if (!inner.width) return; // nothing drawn yet
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
  return fit;
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
