// What scripts add to the page of a record, which works without them: questions that do not apply are hidden at once, the
// draft is saved while a person types, and leaving with something unsaved asks first.
//
//   <form data-autosave="/address/of/the/draft">     the record; without the attribute nothing is saved by itself
//   <div data-hide-when="=condition" data-scope="family[0].">   hidden when the FEEL condition is exactly true
//   <li data-leads-to="section-views">, and every link of the summary of errors: hidden while what it leads to is hidden
//   <p role="status" data-save-status></p>           says "Saved at 4:55pm", or why not
//   <input type="hidden" name="draft_version">       which version of the draft the page shows
//
// A save posts the form's fields and the answer is JSON: { "message": "Saved at 4:55pm", "draft_version": 8 }. Any refusal
// (409, 422, 403) has a message too.
import { answersIn, conditionHolds } from './answers.js';
import { keepDraft } from './draft.js';
import './record.css';

const ways = [ ...document.querySelectorAll('[data-leads-to]') ].map(way => [ way, way.dataset.leadsTo ]);
for (const link of document.querySelectorAll('.govuk-error-summary a[href^="#"]')) {
  ways.push([ link.closest('li'), decodeURIComponent(link.hash.slice(1)) ]);
}

function showWaysThatLead() {
  for (const [ way, id ] of ways) way.hidden = Boolean(document.getElementById(id)?.closest('[hidden]'));
}

for (const form of document.querySelectorAll('form')) {
  const conditional = () => form.querySelectorAll('[data-hide-when]');
  if (conditional().length) {
    const showWhatApplies = () => {
      for (const part of conditional()) part.hidden = conditionHolds(part.dataset.hideWhen, answersIn(form, part.dataset.scope));
      showWaysThatLead();
    };
    form.addEventListener('input', showWhatApplies);
    showWhatApplies();
  }
  if (form.dataset.autosave) keepDraft(form);
}
