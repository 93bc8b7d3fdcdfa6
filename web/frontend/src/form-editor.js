// The editor of forms: form-js with our profile of it, and beside what it draws the rules of recording that are ours.
//
//   <div data-editor> <div data-canvas></div>
//     <script type="application/json">{ "source": "/address/of.form", "codes": ["agency"] }</script>
//   </div>
import { FormEditor } from '@bpmn-io/form-js-editor';

import { keeping } from './editing.js';
import { whenShown } from './picture.js';
import { RecordingRulesModule } from './recording-rules.js';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import './form-editor.css';

async function draw(place) {
  const config = JSON.parse(place.querySelector('script[type="application/json"]').textContent);
  const editor = new FormEditor({
    container: place.querySelector('[data-canvas]'),
    recordingRules: { codes: config.codes },
    additionalModules: [ RecordingRulesModule ]
  });
  const response = await fetch(config.source);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  await editor.importSchema(await response.json());
  const keep = keeping(document.querySelector('[data-keep]'), '[data-preview]', () => {});
  editor.on('commandStack.changed', () => keep(`${JSON.stringify(editor.saveSchema(), null, 2)}\n`));
}

function start(place) {
  draw(place).then(
    () => { place.dataset.editor = 'drawn'; },
    error => {
      place.dataset.editor = 'failed';
      place.querySelector('[data-canvas]').textContent = `The form cannot be drawn as it is (${error.message}). Mend it as text.`;
    }
  );
}

document.querySelectorAll('[data-editor]').forEach(place => whenShown(place, start));
