// A part of a page in which something is waited for: fetched anew every few seconds, and put in its place, until nothing is waited for any more.
// Whoever runs no scripts follows the link in it. Who reads with a screen reader hears now and then how far it has come, and whoever wants the
// page to stand still says so (WCAG 2.2.2).
//
//   <div data-waits="3" data-onward="/address/to/fetch">     seconds in between; without data-onward nothing is waited for
//     <label data-so-far>3 of 9 cases</label>                what is heard
//   </div>
import { initAll as startGovuk } from 'govuk-frontend';

const SECOND = 1000;
const BETWEEN_WORDS = 15 * SECOND;
const PATIENCE = 10 * SECOND; // before a server that could not be reached is asked again
const HOLD = 'Keep this page still';
const LET_GO = 'Let this page go on';

class Waiting {
  constructor(place) {
    this.place = place;
    this.said = element('p', { className: 'govuk-visually-hidden', role: 'status' });
    this.button = element('button', { className: 'govuk-button govuk-button--secondary', type: 'button', textContent: HOLD });
    this.button.addEventListener('click', () => (this.held ? this.letGo() : this.hold()));
    this.held = false;
    this.turn = 0; // what was asked for in an earlier one comes too late
    this.toldAt = Date.now();
    place.tabIndex = -1;
    place.before(this.said, this.button);
    this.soon();
  }

  hold() {
    clearTimeout(this.timer);
    this.held = true;
    this.turn++;
    this.button.textContent = LET_GO;
  }

  letGo() {
    this.held = false;
    this.button.textContent = HOLD;
    this.look();
  }

  soon(pause = Number(this.place.dataset.waits) * SECOND) {
    this.timer = setTimeout(() => this.look(), pause);
  }

  async look() {
    const turn = ++this.turn;
    const found = await fetched(this.place.dataset.onward);
    if (turn !== this.turn) return;
    if (found === NOT_REACHED) return this.soon(PATIENCE);
    if (this.place.querySelector(':active')) return this.soon(SECOND); // somebody is pressing something
    const fresh = found?.querySelector('[data-waits]');
    if (!fresh) return this.end('This page goes on no more by itself. Look again to see how far it has come.');
    document.dispatchEvent(new Event('app:alive'));
    document.title = found.title;
    this.put(fresh);
    if (!('onward' in fresh.dataset)) return this.end(`${this.soFar}. ${found.title}`);
    this.tell();
    this.soon();
  }

  put(fresh) {
    const { place } = this;
    const focused = place.contains(document.activeElement) && keyOf(document.activeElement);
    place.replaceChildren(...fresh.childNodes);
    if ('onward' in fresh.dataset) place.dataset.onward = fresh.dataset.onward;
    startGovuk({ scope: place });
    if (focused === false) return;
    const same = [ ...place.querySelectorAll('a, button, input, select, textarea, summary') ].find(each => keyOf(each) === focused);
    (same ?? place).focus({ preventScroll: true });
  }

  // As often as may be heard without being in the way.
  tell() {
    if (Date.now() - this.toldAt < BETWEEN_WORDS) return;
    this.toldAt = Date.now();
    this.said.textContent = this.soFar;
  }

  get soFar() {
    return this.place.querySelector('[data-so-far]')?.textContent ?? '';
  }

  end(words) {
    this.said.textContent = words;
    if (document.activeElement === this.button) this.place.focus({ preventScroll: true });
    this.button.remove();
  }
}

const NOT_REACHED = Symbol('not reached');

// The page at the address as the server draws it now; null where it draws another, as for whoever was signed out meanwhile.
async function fetched(address) {
  try {
    const response = await fetch(address, { cache: 'no-store' });
    if (!response.ok || response.redirected) return null;
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  } catch {
    return NOT_REACHED;
  }
}

function keyOf({ id, name, value, href, textContent }) {
  return id || JSON.stringify([ name, value, href, textContent ]);
}

function element(tag, given) {
  return Object.assign(document.createElement(tag), given);
}

export function goOn(place) {
  if ('onward' in place.dataset) new Waiting(place);
}
