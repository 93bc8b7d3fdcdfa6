// Draws a pathway, or the map of all pathways, with what is done, what is open now and what is overdue.
//
//   <div data-diagram aria-label="Initial assessment">
//     <div data-canvas></div>
//     <button type="button" data-zoom="in">, "out", "fit"
//     <script type="application/json">{ "diagram": "/address/of.bpmn",
//       "marks": [{ "element": "write", "state": "overdue", "words": "Overdue by 2 days" }] }</script>
//   </div>
import { Picture, sayFailed, whenShown } from './picture.js';

async function draw(place) {
  const config = JSON.parse(place.querySelector('script[type="application/json"]').textContent);
  await new Picture(place).show(config);
}

function start(place) {
  draw(place).then(
    () => { place.dataset.diagram = 'drawn'; },
    error => sayFailed(place, error)
  );
}

document.querySelectorAll('[data-diagram]').forEach(place => whenShown(place, start));
