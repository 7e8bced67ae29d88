const introduction = `# What can follow what

For each state of an item: what each decision and each command comes to. Written by \`npm run catalogue\` from the functions
that decide (\`requireAllowed\`, \`eventOf\` and \`evolve\` in \`libs/domain\`); a test holds the page to them.

A cell says which state it leads to, \`stays\` where the item keeps its state, or the code it is refused with. Recorded as it
was (\`asRecorded\`) nothing of this is refused: it is flagged. A late entry is checked against the state at its effective date.
What a cell cannot show is asked for beside the state: a competent body to approve, revoke and annul; a reason to reopen;
something that still stands to revoke and annul (\`NOTHING_TO_UNDO\`); what an input names has to be there (\`NOT_FOUND\`).

An item that is paused or has ended came from _UnderReview_ here (_Implemented_ from _InImplementation_): that is where it resumes
or reopens to.
`;

/**
 * States × decisions and states × commands, as Markdown.
 *
 * @param {object} parts
 * @param parts.domain what `@masar/domain` exports
 * @param parts.examples example data by event type
 * @param parts.causes event types by what may cause them
 */
export function lifecyclePage({ domain, examples, causes }) {
  const { decisionKinds, describeKind, eventCatalogue } = domain;
  const items = itemsByState(domain);
  const decisions = decisionKinds.map((kind) => [
    `**${kind}** ${describeKind(kind)}`,
    (item) => domain.eventOf(sampleOutcome(kind), item, 'BOARD'),
  ]);
  const commands = Object.keys(eventCatalogue)
    .filter((type) => !beginsOrEnds.has(type) && eventCatalogue[type].category === 'item')
    .map((type) => ({ type, mutations: mutationsOf(type, causes) }))
    .filter(({ mutations }) => mutations.length > 0)
    .map(({ type, mutations }) => [
      `${mutations.map((name) => `\`${name}\``).join(', ')}: ${type}`,
      () => ({ type, data: examples[type] }),
    ]);
  return [
    introduction.trimEnd(),
    '## Decisions',
    table('decision', decisions, items, domain),
    '## Commands on one item',
    table('command and its event', commands, items, domain),
    '',
  ].join('\n\n');
}

/** Events no command on an item records by itself. */
const beginsOrEnds = new Set(['ReformItemRegistered', 'DecisionEffectLapsed', 'ReferenceReserved']);

/** Mutations that record an event of a type on one item, beside decisions and corrections, which can leave any. */
function mutationsOf(type, causes) {
  return [...causes]
    .filter(([name, types]) => new Set(types).has(type) && !name.startsWith('masar '))
    .map(([name]) => name)
    .filter((name) => name !== 'recordDecision' && !name.endsWith('Correction'));
}

/** Fields a kind of decision cannot do without. A kind that is not here needs none. */
const samples = {
  adopt: { manner: 'plain' },
  refer: { to: { en: 'A committee' } },
  merge: { into: 'sample/sample-002' },
  split: { into: ['sample/sample-002', 'sample/sample-003'] },
  supersede: { by: ['sample/sample-002'] },
  close: { as: 'ClosedPartial' },
};

function sampleOutcome(kind) {
  return { kind, ...samples[kind] };
}

/** An item in each state, one off its register and one that is not registered. */
function itemsByState({ evolve, lifecycleStates, noItem, pathStates }) {
  const registered = evolve(noItem, {
    type: 'ReformItemRegistered',
    data: { programme: 'SAMPLE', reference: 'SAMPLE-001', title: { en: 'A title' }, state: 'Draft' },
  });
  const into = (item, state) => evolve(item, { type: 'ReformItemStateRecorded', data: { state } });
  const upTo = (last) => pathStates.slice(1, pathStates.indexOf(last) + 1).reduce(into, registered);
  const inState = (state) => (pathStates.includes(state) ? upTo(state) : into(upTo('UnderReview'), state));
  return [
    ...lifecycleStates.map((state) => [state, inState(state)]),
    ['off its register', evolve(registered, { type: 'ReformItemRemoved', data: {} })],
    ['not registered', noItem],
  ];
}

function table(what, rows, items, domain) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line([what, ...items.map(([name]) => name)]),
    line(['---', ...items.map(() => '---')]),
    ...rows.map(([name, eventOn]) =>
      line([name, ...items.map(([, item]) => outcome(item, eventOn, domain))]),
    ),
  ].join('\n');
}

function outcome(item, eventOn, { Refusal, evolve, requireAllowed }) {
  const event = eventOn(item);
  try {
    requireAllowed(item, event);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `\`${error.code}\``;
  }
  const after = evolve(item, event);
  if (after.removed !== item.removed) return after.removed ? 'off its register' : 'on its register';
  return after.standing.state === item.standing.state ? 'stays' : `→ ${after.standing.state}`;
}
