// What both editors share: what was drawn is kept on the server as it is typed elsewhere, and what the gate then finds is shown.
//
//   <form data-autosave="/address" data-editor-form>  <textarea name="text" hidden></textarea>  <input name="draft_version">  </form>
//   <section data-found>, and another part of the page, which the server draws anew after a save
import { keepDraft } from './draft.js';

// What the gate finds takes a while: it comes after whatever else the server draws of the new content.
const FOUND = '[data-found]';

// Gives the function to call with the file's new content; `refreshed` is called when what the gate finds was drawn anew.
export function keeping(form, part, refreshed) {
  const content = form.elements.namedItem('text');
  if (form.dataset.autosave) {
    keepDraft(form);
    document.addEventListener('app:alive', async () => {
      if (await drawAnew(part, 'quick') && await drawAnew(FOUND)) refreshed();
    });
  }
  return text => {
    content.value = text;
    form.dispatchEvent(new Event('input'));
  };
}

let saves = 0;

// Draws a part of the page anew, from the page as the server draws it now; false where something newer is on its way.
async function drawAnew(part, how) {
  const mine = how ? ++saves : saves;
  const address = new URL(location.href);
  if (how) address.searchParams.set(how, 'yes');
  const response = await fetch(address);
  if (!response.ok || mine !== saves) return false;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const place = document.querySelector(part);
  place.replaceChildren(...page.querySelector(part)?.childNodes ?? []);
  place.dispatchEvent(new Event('input')); // a form shows what applies
  return mine === saves;
}
