// What the authoring profile makes of the editor of diagrams: it offers nothing that the gate would refuse, and ids are words in small letters.
import BpmnFactory from 'bpmn-js/lib/features/modeling/BpmnFactory';
import { is } from 'bpmn-js/lib/util/ModelUtil';

const REFUSED_GROUPS = new Set([
  'compensation', 'error', 'link', 'signal', 'escalation', 'multiInstance', 'adHocCompletion', 'adHocSubProcessImplementation', 'calledDecision',
  'taskDefinition', 'headers', 'outputPropagation', 'inputPropagation', 'businessRuleImplementation', 'userTaskImplementation', 'scriptImplementation',
  'outputCollection', 'activeElements', 'Zeebe__ExecutionListeners', 'Zeebe__TaskListeners', 'jobPriority', 'taskPriority'
]);
const REFUSED_ENTRIES = new RegExp([
  'service', 'send', 'receive', '\\brule-task', 'manual', 'inclusive', 'complex', 'event-based', 'signal', 'escalation', 'compensation', 'link', 'error',
  'cancel', 'transaction', 'ad-?hoc', 'event-subprocess', 'loop', 'multi', 'parallel-mi', 'sequential', 'agent', 'none-intermediate', 'data-', 'pool', 'participant',
  'conditional-(?!flow)', '-conditional-event', '(?:create|append|replace-with)-(?:none-)?task$'
].join('|'), 'i');
const REFUSED_TOOLS = [ 'create.participant-expanded', 'create.data-object', 'create.data-store', 'create.intermediate-event', 'create.task' ];
const MENUS = [ 'bpmn-replace', 'bpmn-append', 'bpmn-create' ];
const LATE = 100; // after the providers whose entries are taken away

class RefusedGroups {
  static $inject = [ 'propertiesPanel' ];

  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(LATE, this);
  }

  getGroups() {
    return groups => groups.filter(group => !REFUSED_GROUPS.has(group.id));
  }
}

class RefusedEntries {
  static $inject = [ 'popupMenu', 'palette' ];

  constructor(popupMenu, palette) {
    MENUS.forEach(menu => popupMenu.registerProvider(menu, LATE, this));
    palette.registerProvider(LATE, this);
  }

  getPopupMenuEntries() {
    return entries => Object.fromEntries(Object.entries(entries).filter(([ id ]) => !REFUSED_ENTRIES.test(id)));
  }

  getPopupMenuHeaderEntries() {
    return () => ({});
  }

  getPaletteEntries() {
    return entries => Object.fromEntries(Object.entries(entries).filter(([ id ]) => !REFUSED_TOOLS.includes(id)));
  }
}

// Ids as the profile has them from the start: user_task_1ab2cd3.
class SnakeIds extends BpmnFactory {
  static $inject = [ 'moddle' ];

  _ensureId(element) {
    if (!element.id && this._needsId(element)) element.id = this._model.ids.nextPrefixed(`${snake(element.$type.split(':')[1])}_`, element);
    super._ensureId(element);
  }
}

// An element that gets its first name gets its id from it, once and for good.
class IdsFromNames {
  static $inject = [ 'eventBus', 'modeling', 'moddle' ];

  constructor(eventBus, modeling, moddle) {
    const rename = ({ context }) => {
      const { element } = context;
      const object = element?.businessObject;
      if (!object?.name || !is(object, 'bpmn:FlowElement') || !isDrawn(object)) return;
      const id = freeId(moddle, snake(object.name));
      if (id) modeling.updateProperties(element, { id });
    };
    eventBus.on([ 'commandStack.element.updateLabel.postExecuted', 'commandStack.element.updateProperties.postExecuted' ], rename);
  }
}

function isDrawn(object) {
  return new RegExp(`^${snake(object.$type.split(':')[1])}_[0-9a-z]{7}$`).test(object.id);
}

function freeId(moddle, id) {
  if (!/^[a-z]/.test(id)) return null;
  for (let number = 1; ; number++) {
    const tried = number === 1 ? id : `${id}_${number}`;
    if (!moddle.ids.assigned(tried)) return tried;
  }
}

function snake(words) {
  return words.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 60);
}

export const ProfileModule = {
  __init__: [ 'refusedGroups', 'refusedEntries', 'idsFromNames' ],
  refusedGroups: [ 'type', RefusedGroups ],
  refusedEntries: [ 'type', RefusedEntries ],
  idsFromNames: [ 'type', IdsFromNames ],
  bpmnFactory: [ 'type', SnakeIds ]
};
