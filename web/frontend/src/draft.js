// Keeps the draft of one form on the server while a person types.

const PAUSE = 4000; // milliseconds between the last key and the save
const LARGEST_FAREWELL = 60_000; // bytes that a browser will still send for a page that is going

const NOT_REACHED = 'Not saved: the server could not be reached. What you typed is still on this page, and will be saved when it can be.';
const REFUSED = 'Not saved. What you typed is still on this page: copy it before you leave.';

export function keepDraft(form) {
  const status = form.querySelector('[data-save-status]') ?? document.querySelector('[data-save-status]');
  let changed = false;
  let leaving = false;
  let saving = null;
  let timer = null;

  const saveSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };

  async function save() {
    if (saving) return saving.then(saveSoon);
    if (!changed) return;
    changed = false;
    saving = post(form);
    const outcome = await saving;
    saving = null;
    show(outcome);
  }

  function show({ saved, message, version, retry }) {
    if (saved) {
      setVersion(form, version);
      document.dispatchEvent(new Event('app:alive'));
    } else {
      changed = true;
    }
    if (retry) saveSoon();
    if (!status) return;
    status.classList.toggle('app-not-saved', !saved);
    status.textContent = message;
  }

  function saveBeforeLeaving() {
    if (!changed || saving || leaving) return;
    const body = fieldsOf(form);
    if (body.toString().length > LARGEST_FAREWELL) return;
    changed = false;
    fetch(form.dataset.autosave, { method: 'POST', body, keepalive: true })
      .then(readOutcome, () => ({ saved: false, message: NOT_REACHED, retry: true }))
      .then(show);
  }

  form.addEventListener('input', () => {
    changed = true;
    saveSoon();
  });

  // A save on its way would make the version that this page is about to send an old one: let it arrive first.
  form.addEventListener('submit', event => {
    clearTimeout(timer);
    if (saving) {
      event.preventDefault();
      const button = event.submitter;
      saving.then(() => setTimeout(() => form.requestSubmit(button)));
    } else {
      leaving = true;
    }
  });

  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && saveBeforeLeaving());
  addEventListener('pagehide', saveBeforeLeaving);
  addEventListener('pageshow', () => { leaving = false; });
  addEventListener('beforeunload', event => {
    if ((changed || saving) && !leaving) event.preventDefault();
  });
}

async function post(form) {
  try {
    return await readOutcome(await fetch(form.dataset.autosave, { method: 'POST', body: fieldsOf(form) }));
  } catch {
    return { saved: false, message: NOT_REACHED, retry: true };
  }
}

async function readOutcome(response) {
  const answer = await response.json().catch(() => ({}));
  const saved = response.ok && 'message' in answer;
  return { saved, message: answer.message ?? REFUSED, version: answer.draft_version, retry: response.status >= 500 };
}

function fieldsOf(form) {
  return new URLSearchParams([ ...new FormData(form) ].filter(([ , value ]) => typeof value === 'string'));
}

function setVersion(form, version) {
  const field = form.elements.namedItem('draft_version');
  if (field && version !== undefined) field.value = version;
}
