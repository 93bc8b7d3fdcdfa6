// The editor of diagrams: bpmn-js with the panels of Camunda 8, our templates, and nothing that the authoring profile refuses.
//
//   <div data-modeler>  <div data-canvas></div> <div data-panel></div>
//     <script type="application/json">{ "source": "/address/of.bpmn", "element": "write" }</script>
//   </div>
import BpmnModeler from 'bpmn-js/lib/Modeler';
import { CreateAppendAnythingModule, CreateAppendElementTemplatesModule } from 'bpmn-js-create-append-anything';
import { CloudElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import ZeebeBehaviorsModule from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';

import { keeping } from './editing.js';
import templates from './element-templates.json';
import { beside, whenShown } from './picture.js';
import { ProfileModule } from './profile.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'bpmn-js-element-templates/dist/assets/element-templates.css';
import './modeler.css';

async function draw(place) {
  const config = JSON.parse(place.querySelector('script[type="application/json"]').textContent);
  const modeler = new BpmnModeler({
    container: place.querySelector('[data-canvas]'),
    propertiesPanel: { parent: place.querySelector('[data-panel]') },
    moddleExtensions: { zeebe },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      ZeebeBehaviorsModule,
      CloudElementTemplatesPropertiesProviderModule,
      CreateAppendAnythingModule,
      CreateAppendElementTemplatesModule,
      ProfileModule
    ]
  });
  place.modeler = modeler; // for whoever looks in from outside: the console, a test
  modeler.get('elementTemplatesLoader').setTemplates(templates);
  const response = await fetch(config.source);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  await modeler.importXML(await response.text());
  modeler.get('canvas').zoom('fit-viewport', 'auto');

  const found = markFindings(modeler, config.file);
  const keep = keeping(document.querySelector('[data-keep]'), '[data-steps]', found);
  modeler.on('commandStack.changed', async () => keep((await modeler.saveXML({ format: true })).xml));
  found();
  await nextFrame(); // until then the panel hears of no selection
  select(modeler, config.element);
  document.addEventListener('click', event => {
    const link = event.target.closest('[data-found] a[data-element]');
    if (link && select(modeler, link.dataset.element)) event.preventDefault();
  });
  label(place);
}

function nextFrame() {
  return new Promise(done => requestAnimationFrame(() => setTimeout(done)));
}

// Brings an element into view, selected; says whether there is one.
function select(modeler, id) {
  const element = id && modeler.get('elementRegistry').get(id);
  if (!element) return false;
  modeler.get('selection').select(element);
  modeler.get('canvas').scrollToElement(element);
  modeler.get('canvas').focus();
  modeler.get('canvas').getContainer().scrollIntoView({ block: 'nearest' });
  return true;
}

// Gives the function that marks the elements of which the page says that something was found.
function markFindings(modeler) {
  let marked = [];
  return () => {
    const overlays = modeler.get('overlays');
    marked.forEach(id => modeler.get('elementRegistry').get(id) && modeler.get('canvas').removeMarker(id, 'app-found'));
    overlays.remove({ type: 'app-found' });
    const ids = [ ...document.querySelectorAll('[data-found] a[data-element]') ].map(link => link.dataset.element);
    marked = [ ...new Set(ids) ].filter(id => modeler.get('elementRegistry').get(id));
    for (const id of marked) {
      const badge = document.createElement('div');
      badge.className = 'app-found';
      badge.textContent = '! Finding';
      modeler.get('canvas').addMarker(id, 'app-found');
      overlays.add(id, 'app-found', { position: beside(modeler.get('elementRegistry').get(id)), html: badge });
    }
  };
}

function label(place) {
  const svg = place.querySelector('[data-canvas] svg');
  svg.setAttribute('role', 'application');
  svg.setAttribute('aria-label', 'Diagram, to be drawn in');
}

function start(place) {
  draw(place).then(
    () => { place.dataset.modeler = 'drawn'; },
    error => {
      place.dataset.modeler = 'failed';
      place.querySelector('[data-canvas]').textContent = `The diagram cannot be drawn as it is (${error.message}). Mend it as text.`;
    }
  );
}

document.querySelectorAll('[data-modeler]').forEach(place => whenShown(place, start));
