// A case's life as a film. Without scripts each entry is a page of its own; with them a slider, and playing forwards and backwards.
//
//   <div data-film data-entry="12" data-last="40" data-page="/…/replay" data-frames="/…/replay/frames" data-shown="map">
//     <section data-part="mark">, "head", "entry", "choice", "words", "body"     what changes from entry to entry
//     <nav data-part="list">                                    the entries around this one, as links
//     <a data-to="first">, "previous", "next", "last"           pages of their own without scripts
//     <div data-controls hidden>                                the slider, and buttons with data-play="1" and "-1"
//     <p data-said aria-live="polite"></p>                      the entry in words, once the film stands still
//     <figure data-film-picture><div data-canvas></div> <script type="application/json">…</script></figure>
//   </div>
//
// Frames come ten at a time: { "list": "…", "frames": { "12": { "head": "…", …, "words_now": "…", "picture": {…} } } }
import { Picture, sayFailed, whenShown } from './picture.js';
import './replay.css';

const TOGETHER = 10;
const STILL = 600; // milliseconds after which the film stands still, and says where
const REST = 120; // milliseconds for which the slider rests before entries are fetched
const PACE = 2500; // milliseconds an entry
const CALM_PACE = 5000; // for whoever asked for less motion

const clamp = (entry, last) => Math.min(Math.max(entry, 1), last);
const firstOf = entry => entry - (entry - 1) % TOGETHER;

class Film {
  constructor(place) {
    this.place = place;
    this.entry = Number(place.dataset.entry);
    this.last = Number(place.dataset.last);
    this.batches = new Map();
    this.direction = 0;
    this.slider = place.querySelector('[data-slider]');
    this.said = place.querySelector('[data-said]');
    this.pace = matchMedia('(prefers-reduced-motion: reduce)').matches ? CALM_PACE : PACE;
    this.bind();
    const figure = place.querySelector('[data-film-picture]');
    whenShown(figure, () => this.draw(figure));
  }

  bind() {
    this.place.querySelector('[data-controls]').hidden = false;
    this.slider.max = this.last;
    this.slider.value = this.entry;
    this.slider.addEventListener('input', () => this.seek(Number(this.slider.value)));
    this.buttons = [ ...this.place.querySelectorAll('[data-play]') ];
    for (const button of this.buttons) {
      button.addEventListener('click', () => this.play(Number(button.dataset.play)));
    }
    for (const part of [ this.place, document.querySelector('[data-film-list]') ]) {
      part.addEventListener('click', event => this.follow(event));
    }
  }

  // Who draws the slider over hundreds of entries asks for those where it comes to rest.
  seek(entry) {
    this.pause();
    clearTimeout(this.seeking);
    this.seeking = setTimeout(() => this.show(entry), this.batches.has(firstOf(entry)) ? 0 : REST);
  }

  // A link that leads to another entry of the film is followed without leaving the page.
  follow(event) {
    const link = event.target.closest('a[data-to], a[data-at]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.pause();
    this.show(link.dataset.at ? Number(link.dataset.at) : this.where(link.dataset.to));
  }

  where(to) {
    const places = { first: 1, previous: this.entry - 1, next: this.entry + 1, last: this.last };
    return clamp(places[to], this.last);
  }

  play(direction) {
    const same = this.direction === direction;
    this.pause();
    if (same) return;
    if (clamp(this.entry + direction, this.last) === this.entry) this.show(direction > 0 ? 1 : this.last);
    this.direction = direction;
    this.sayPlaying();
    this.next();
  }

  next() {
    this.timer = setTimeout(async () => {
      const entry = clamp(this.entry + this.direction, this.last);
      if (entry === this.entry) return this.pause();
      await this.show(entry);
      if (this.direction) this.next();
    }, this.pace);
  }

  pause() {
    clearTimeout(this.timer);
    this.direction = 0;
    this.sayPlaying();
  }

  sayPlaying() {
    for (const button of this.buttons) {
      const on = Number(button.dataset.play) === this.direction;
      button.textContent = on ? 'Pause' : button.dataset.words;
    }
  }

  async show(entry) {
    this.entry = entry;
    this.slider.value = entry;
    let batch;
    try {
      batch = await this.batch(entry);
    } catch {
      location.assign(this.page(entry)); // the page itself says what is wrong, or asks who is there
      return;
    }
    if (this.entry === entry) this.put(batch, batch.frames[entry]); // else somebody has moved on meanwhile
    if (this.direction) this.batch(clamp(entry + this.direction, this.last)).catch(() => {});
  }

  batch(entry) {
    const first = firstOf(entry);
    if (!this.batches.has(first)) {
      const asked = this.fetch(first);
      this.batches.set(first, asked);
      asked.catch(() => this.batches.delete(first));
    }
    return this.batches.get(first);
  }

  async fetch(first) {
    const address = new URL(this.place.dataset.frames, location.href);
    address.searchParams.set('from', first);
    address.searchParams.set('diagram', this.place.dataset.shown);
    const response = await fetch(address);
    if (!response.ok || response.redirected) throw new Error(`the server answered ${response.status}`);
    return response.json();
  }

  page(entry) {
    const address = new URL(this.place.dataset.page, location.href);
    address.searchParams.set('entry', entry);
    address.searchParams.set('diagram', this.place.dataset.shown);
    return address;
  }

  put(batch, frame) {
    for (const part of [ 'mark', 'head', 'entry', 'choice', 'words', 'body' ]) {
      this.place.querySelector(`[data-part="${part}"]`).innerHTML = frame[part];
    }
    const list = document.querySelector('[data-film-list] [data-part="list"]');
    if (!list.querySelector(`[data-at="${this.entry}"]`)) list.innerHTML = batch.list;
    for (const link of list.querySelectorAll('[data-at]')) {
      link.toggleAttribute('aria-current', Number(link.dataset.at) === this.entry);
      if (link.hasAttribute('aria-current')) link.setAttribute('aria-current', 'step');
    }
    for (const link of this.place.querySelectorAll('[data-to]')) {
      const to = this.where(link.dataset.to);
      link.href = this.page(to);
      link.setAttribute('aria-disabled', String(to === this.entry));
    }
    this.slider.setAttribute('aria-valuetext', frame.words_now);
    document.title = document.title.replace(/^.*? – /, `${frame.title} – `);
    history.replaceState(null, '', this.page(this.entry));
    this.config = frame.picture;
    this.drawNow();
    clearTimeout(this.saying);
    this.saying = setTimeout(() => { this.said.textContent = frame.words_now; }, STILL);
  }

  draw(figure) {
    this.config ??= JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    this.picture = new Picture(figure);
    this.place.querySelector('[data-film-words]').open = false; // the picture says it, and the words can be opened
    this.drawNow();
  }

  // One drawing after another: a diagram that is still being read would be drawn over the next.
  drawNow() {
    if (!this.picture) return;
    const { place } = this.picture;
    this.drawing = (this.drawing ?? Promise.resolve()).then(async () => {
      this.picture.rename(this.config.label);
      await this.picture.show(this.config);
      place.dataset.diagram = 'drawn';
    }).catch(error => sayFailed(place, error));
  }
}

document.querySelectorAll('[data-film]').forEach(place => new Film(place));
