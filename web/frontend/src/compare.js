// Two versions of a diagram beside each other, moved and made larger together, with what came, went and changed marked in colour and words.
//
//   <div data-compare>
//     <div data-before></div> <div data-after></div>
//     <button type="button" data-zoom="in">, "out", "fit"
//     <script type="application/json">{ "before": "/address", "after": "/address", "marks": [{ "element": "write", "kind": "changed" }] }</script>
//   </div>
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { beside, whenShown } from './picture.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './compare.css';

const WORDS = { added: '+ New', removed: '− Goes', changed: '≠ Changed' };
const STEP = 1.25;

async function draw(place) {
  const config = JSON.parse(place.querySelector('script[type="application/json"]').textContent);
  const [ before, after ] = await Promise.all([ show(place, 'before', config), show(place, 'after', config) ]);
  follow(before, after);
  follow(after, before);
  const canvas = after.get('canvas');
  const zooms = {
    in: () => canvas.zoom(canvas.zoom() * STEP),
    out: () => canvas.zoom(canvas.zoom() / STEP),
    fit: () => canvas.zoom('fit-viewport', 'auto')
  };
  for (const button of place.querySelectorAll('[data-zoom]')) button.addEventListener('click', zooms[button.dataset.zoom]);
  zooms.fit();
}

async function show(place, side, config) {
  const container = place.querySelector(`[data-${side}]`);
  const viewer = new NavigatedViewer({ container });
  const response = await fetch(config[side]);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  await viewer.importXML(await response.text());
  const svg = container.querySelector('svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', container.closest('section').querySelector('h2').textContent);
  const marks = new Map(config.marks.map(({ element, kind }) => [ element, kind ]));
  marks.forEach((kind, element) => mark(viewer, element, kind));
  return viewer;
}

function mark(viewer, element, kind) {
  const shape = viewer.get('elementRegistry').get(element);
  if (!shape) return;
  viewer.get('canvas').addMarker(shape, `app-change-${kind}`);
  const badge = document.createElement('div');
  badge.className = `app-change app-change--${kind}`;
  badge.textContent = WORDS[kind];
  viewer.get('overlays').add(shape, { position: beside(shape), html: badge });
}

// Whatever part of one version is looked at, the same part of the other is shown.
function follow(leader, follower) {
  leader.on('canvas.viewbox.changed', ({ viewbox: { x, y, width, height } }) => {
    const canvas = follower.get('canvas');
    const at = canvas.viewbox();
    if ([ at.x - x, at.y - y, at.width - width ].some(gap => Math.abs(gap) > 1)) canvas.viewbox({ x, y, width, height });
  });
}

function start(place) {
  draw(place).then(
    () => { place.dataset.compare = 'drawn'; },
    error => {
      place.dataset.compare = 'failed';
      place.textContent = `The diagrams could not be drawn (${error.message}). The list above says the same.`;
    }
  );
}

document.querySelectorAll('[data-compare]').forEach(place => whenShown(place, start));
