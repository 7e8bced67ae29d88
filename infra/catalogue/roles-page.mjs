const introduction = `# Roles

Who may do what. The tables are written by \`npm run catalogue\` from the schema of the API and the policy in
\`libs/access\`; a test sends every mutation and every query in every role and holds the answers against them.

A token carries roles for each programme, or for all (\`*\`). References are compared as everywhere: letter case, forms of
letters and digits make no difference. What a role allows is asked for the programme that the arguments name, before
anything is validated or run; where they name none, for any programme first, and for the one it turns out to be about
afterwards. Lists without a programme hold what one may read. Anything else is \`FORBIDDEN\`.

- **admin** sets up and cannot write history: in a programme where somebody is admin, every other role of theirs that records,
  confirms, reports or verifies is without effect, and no token is issued for both.
- **reporter** speaks for the organisation in the token and for no other.
- **readRestricted** is leave to see items that are restricted (\`setItemVisibility\`). To all others, what is restricted now is as
  if it did not exist, at whatever \`asOf\`: it is in no list, count, relation, decision or event. An item that is opened again is
  there with its whole history ([why](adr/0012-visibility-by-current-class.md)).
- A correction takes two people: the one who proposes it cannot confirm it, whatever their roles.
- \`masar import\`, \`rebuild\`, \`backup\` and \`restore\` take no token: they run at the machine that holds the store, for
  whoever may read its data folder, and what an import records is recorded for the operator.
`;

/**
 * Roles, and role × mutation and role × query, as Markdown.
 *
 * @param {object} parts
 * @param parts.roles names of the roles, in order
 * @param parts.policy permissions by role
 * @param parts.mutations requirements of the mutations, by name
 * @param parts.queries the same of the queries
 * @param parts.allows whether a list of roles gives a permission
 */
export function rolesPage({ roles, policy, mutations, queries, allows }) {
  const table = (fields, what) =>
    [
      `| ${what} | asks for | in the programme of | ${roles.join(' | ')} |`,
      `| --- | --- | --- | ${roles.map(() => ':-:').join(' | ')} |`,
      ...fields.map(
        ([name, { permission, programme }]) =>
          `| \`${name}\` | ${permission} | ${programme ? `\`${programme}\`` : 'what it finds'} | ` +
          `${roles.map((role) => (allows([role], permission) ? '✓' : '')).join(' | ')} |`,
      ),
    ].join('\n');
  const permissions = [
    '| role | permissions |',
    '| --- | --- |',
    ...roles.map((role) => `| ${role} | ${policy[role].join(', ')} |`),
  ].join('\n');
  return [
    introduction.trimEnd(),
    permissions,
    '## Mutations',
    table([...mutations], 'mutation'),
    '## Queries',
    table([...queries], 'query'),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}
