// What scripts add to the page of a record, which works without them: questions that do not apply are hidden at once, the
// draft is saved while a person types, and leaving with something unsaved asks first.
//
//   <form data-autosave="/address/of/the/draft">     the record; without the attribute nothing is saved by itself
//   <div data-hide-when="=condition" data-scope="family[0].">   hidden when the FEEL condition is exactly true
//   <p role="status" data-save-status></p>           says "Saved at 4:55pm", or why not
//   <input type="hidden" name="draft_version">       which version of the draft the page shows
//
// A save posts the form's fields and the answer is JSON: { "message": "Saved at 4:55pm", "draft_version": 8 }. Any refusal
// (409, 422, 403) has a message too.
import { answersIn, conditionHolds } from './answers.js';
import { keepDraft } from './draft.js';
import './record.css';

for (const form of document.querySelectorAll('form')) {
  const conditional = [ ...form.querySelectorAll('[data-hide-when]') ];
  if (conditional.length) {
    const showWhatApplies = () => conditional.forEach(part => {
      part.hidden = conditionHolds(part.dataset.hideWhen, answersIn(form, part.dataset.scope));
    });
    form.addEventListener('input', showWhatApplies);
    showWhatApplies();
  }
  if (form.dataset.autosave) keepDraft(form);
}
