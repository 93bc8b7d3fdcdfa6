// The rules of recording in the panel of the form editor: where choices come from, what is said where there is no answer, help, "not known".
// What the profile does not have is taken out of the editor, or put right as it is drawn.
import { h } from 'preact';

const REFUSED_FIELDS = [ 'html', 'iframe', 'image', 'table', 'documentPreview', 'filepicker', 'expression', 'taglist', 'button', 'columns' ];
const REFUSED_GROUPS = new Set([ 'layout', 'appearance', 'optionsSource', 'valuesSource', 'values', 'dynamicValues', 'valuesSources', 'securityAttributes', 'serialization' ]);
const REFUSED_ENTRIES = new Set([ 'defaultValue', 'disabled', 'readonly', 'groupLayout', 'verticalAlignment', 'versionTag' ]);
const CHOICES = [ 'select', 'radio', 'checklist' ];
const MAY_BE_NOT_KNOWN = [ 'textfield', 'textarea', 'number', 'datetime' ];
const LATE = 100;

class RecordingRules {
  static $inject = [ 'propertiesPanel', 'config.recordingRules', 'formFields' ];

  constructor(propertiesPanel, config, formFields) {
    this.codes = config.codes;
    REFUSED_FIELDS.forEach(type => delete formFields._formFields[type]);
    propertiesPanel.registerProvider(this, LATE);
  }

  getGroups(field, edit) {
    return groups => {
      const kept = groups.filter(group => !REFUSED_GROUPS.has(group.id));
      for (const group of kept) group.entries = group.entries?.filter(entry => !REFUSED_ENTRIES.has(entry.id));
      for (const group of kept) group.shouldOpen ||= group.id === 'general';
      const entries = field.key ? this.entries(field, edit) : [];
      if (entries.length) kept.splice(1, 0, { id: 'recording', label: 'Recording rules', entries });
      return kept;
    };
  }

  entries(field, edit) {
    const set = (name, value) => {
      const { [name]: _, ...others } = field.properties ?? {};
      edit(field, [ 'properties' ], value ? { ...others, [name]: value } : others);
    };
    const entry = (component, name, label, more) => ({
      id: `recording-${name}`,
      isEdited: node => Boolean(node?.value),
      component: () => h(component, { name, label, value: field.properties?.[name] ?? '', set: value => set(name, value), ...more })
    });
    const found = [ entry(Line, 'requiredMessage', 'What to say where there is no answer'), entry(Line, 'guidance', 'Help beside it') ];
    if (CHOICES.includes(field.type)) found.unshift(entry(Select, 'codeList', 'Choices from the list', { options: [ 'workers', 'teams', ...this.codes ] }));
    if (MAY_BE_NOT_KNOWN.includes(field.type)) found.push(entry(Tick, 'notKnown', 'May be answered with “not known”'));
    if (field.type === 'datetime') found.push(entry(Tick, 'notFuture', 'Today or before'), entry(Tick, 'notPast', 'Today or after'));
    found.push(entry(Tick, 'staysHere', 'Never copied forward into another record'));
    return found;
  }
}

// In a form that is divided into sections every question stands in one: what is added beside them goes into the last.
class IntoSections {
  static $inject = [ 'eventBus' ];

  constructor(eventBus) {
    eventBus.on('commandStack.formField.add.preExecute', ({ context }) => {
      const { formField, targetFormField } = context;
      const section = targetFormField.type === 'default' && targetFormField.components.findLast(({ type }) => type === 'group');
      if (!section || formField.type === 'group') return;
      context.targetFormField = section;
      context.targetIndex = section.components.length;
    });
  }
}

function Line({ name, label, value, set }) {
  const id = `bio-properties-panel-recording-${name}`;
  return h('div', { class: 'bio-properties-panel-entry' }, h('div', { class: 'bio-properties-panel-textfield' },
    h('label', { class: 'bio-properties-panel-label', for: id }, label),
    h('input', { id, class: 'bio-properties-panel-input', type: 'text', value, onChange: event => set(event.target.value.trim()) })));
}

function Select({ name, label, value, set, options }) {
  const id = `bio-properties-panel-recording-${name}`;
  return h('div', { class: 'bio-properties-panel-entry' }, h('div', { class: 'bio-properties-panel-select' },
    h('label', { class: 'bio-properties-panel-label', for: id }, label),
    h('select', { id, class: 'bio-properties-panel-input', value, onChange: event => set(event.target.value) },
      h('option', { value: '' }, 'Select'), options.map(option => h('option', { value: option }, option)))));
}

function Tick({ name, label, value, set }) {
  const id = `bio-properties-panel-recording-${name}`;
  return h('div', { class: 'bio-properties-panel-entry' }, h('div', { class: 'bio-properties-panel-checkbox' },
    h('input', { id, class: 'bio-properties-panel-input', type: 'checkbox', checked: value === 'true', onChange: event => set(event.target.checked ? 'true' : '') }),
    h('label', { class: 'bio-properties-panel-label', for: id }, label)));
}

export const RecordingRulesModule = {
  __init__: [ 'recordingRules', 'intoSections' ],
  recordingRules: [ 'type', RecordingRules ],
  intoSections: [ 'type', IntoSections ]
};
