// The answers in a form on the page, as values that a FEEL condition understands.
//
// A question's fields carry its key as their name, after the prefix of their row (`family[0].`). An element around them
// says the kind where it is not text: data-kind="number" or "date" (three fields: key-day, key-month, key-year). A tick
// whose value is "true" is yes or no; other ticks of one name give a list.
import { evaluate } from '@bpmn-io/feelin';

const DATE_PART = /-(day|month|year)$/;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

export function conditionHolds(condition, answers) {
  try {
    return evaluate(condition.replace(/^=/, ''), answers).value === true;
  } catch {
    return false; // half a date, say: the question stays on the page, and the server decides
  }
}

// The answers outside any row, and over them those of one row.
export function answersIn(form, row = '') {
  return row ? { ...answersUnder(form, ''), ...answersUnder(form, row) } : answersUnder(form, '');
}

function answersUnder(form, prefix) {
  const answers = {};
  for (const field of form.elements) {
    const key = field.name?.startsWith(prefix) ? field.name.slice(prefix.length) : '';
    if (key && !/[[.]/.test(key)) take(answers, key, field);
  }
  for (const [ key, value ] of Object.entries(answers)) {
    if (value instanceof Map) answers[key] = dateOf(value);
  }
  return answers;
}

function take(answers, key, field) {
  const kind = field.closest('[data-kind]')?.dataset.kind;
  if (kind === 'date' && DATE_PART.test(key)) takeDatePart(answers, key, field);
  else if (field.type === 'radio') takeChoice(answers, key, field);
  else if (field.type === 'checkbox' && field.value === 'true') answers[key] = field.checked;
  else if (field.type === 'checkbox') takeOneOfMany(answers, key, field);
  else answers[key] = kind === 'number' ? numberOf(field.value) : textOf(field.value);
}

function takeDatePart(answers, key, field) {
  const { index, 1: part } = key.match(DATE_PART);
  const question = key.slice(0, index);
  answers[question] ??= new Map();
  answers[question].set(part, field.value.trim());
}

function takeChoice(answers, key, field) {
  answers[key] ??= null;
  if (field.checked) answers[key] = textOf(field.value);
}

function takeOneOfMany(answers, key, field) {
  answers[key] ??= [];
  if (field.checked) answers[key].push(field.value);
}

function textOf(typed) {
  return typed.trim() || null;
}

function numberOf(typed) {
  const text = typed.replaceAll(',', '').trim();
  return text === '' || Number.isNaN(Number(text)) ? null : Number(text);
}

function dateOf(parts) {
  const [ year, month, day ] = [ 'year', 'month', 'day' ].map(part => parts.get(part) ?? '');
  const named = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const text = [ year, String(named || month).padStart(2, '0'), day.padStart(2, '0') ].join('-');
  return /^\d{4}-\d\d-\d\d$/.test(text) ? evaluate('date(text)', { text }).value : null;
}
