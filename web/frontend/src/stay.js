// Asks a person who has been still for long whether to stay signed in, before the server's patience ends (WCAG 2.2.1).
// The page itself says how long one may take, for whoever runs no scripts.
//
//   <p data-idle-minutes="30" data-stay="/address/that/keeps/the/session/alive">

const WARNING_MINUTES = 5;
const MINUTE = 60_000;

export function offerToStay(note) {
  const minutes = Number(note.dataset.idleMinutes);
  const dialog = document.body.appendChild(dialogOf());
  let began = Date.now();

  // A sleeping machine stops timers but not the clock: so the clock is looked at, often.
  const look = () => {
    const left = minutes * MINUTE - (Date.now() - began);
    if (left <= WARNING_MINUTES * MINUTE && !dialog.open) dialog.showModal();
    if (dialog.open) tell(dialog, Math.ceil(left / MINUTE));
  };
  const stillHere = () => { began = Date.now(); };

  const timer = setInterval(look, MINUTE / 6);
  document.addEventListener('app:alive', stillHere); // a draft was saved: the server has heard from us
  dialog.addEventListener('close', async () => {
    if (Date.now() - began > minutes * MINUTE) {
      clearInterval(timer); // signed out: the page's own buttons lead through the sign-in
      return;
    }
    try {
      const response = await fetch(note.dataset.stay, { cache: 'no-store' });
      if (response.ok && !response.redirected) stillHere();
    } catch {
      // Not reached: the dialog comes back when it is next looked at.
    }
  });
}

function dialogOf() {
  const dialog = document.createElement('dialog');
  dialog.className = 'app-stay';
  dialog.setAttribute('aria-labelledby', 'stay-heading');
  dialog.innerHTML = `<form method="dialog">
    <h2 class="govuk-heading-m" id="stay-heading">Are you still here?</h2>
    <p class="govuk-body" aria-live="polite"></p>
    <button class="govuk-button">Stay signed in</button>
  </form>`;
  return dialog;
}

function tell(dialog, minutes) {
  const said = minutes > 0
    ? `You will be signed out in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. What you have typed is kept.`
    : 'You have been signed out. What you have typed is kept: press a button of the page to sign in again and send it.';
  const line = dialog.querySelector('p');
  if (line.textContent !== said) line.textContent = said;
}
