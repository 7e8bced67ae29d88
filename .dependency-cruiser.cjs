/** The way imports go: apps → libs → libs/domain. A rule a line, each with its reason. `npm run deps` checks them. */

const spec = '\\.spec\\.ts$';
/** Test fixtures beside the code: what only specs, tests and other fixtures may use. */
const fixtures = '/(testing|contract)(/|\\.ts$)';
const tests = [spec, fixtures, '^test/'];
/** What opens an adapter. Everything else of libs/event-store's face is ports, errors and values. */
const adapters =
  '^libs/event-store/src/(open-(event-store|copy|rebuild)\\.ts|(postgres|embedded|kurrentdb)/)';
const compositionRoots = ['^apps/api/src/(main\\.ts|composition/)', '^apps/cli/src/(main\\.ts|composition/)'];
/** What a package shows to others: the targets of its `exports`. */
const faces = [
  '^libs/[^/]+/src/index\\.ts$',
  '^libs/event-store/src/(open-event-store|open-copy|open-rebuild|postgres/open-postgres|kurrentdb/(open-kurrent|start-checks)|embedded/testing)\\.ts$',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-imports-nothing',
      comment:
        'The domain is pure: no clock, no I/O, no framework. Any import from outside of it, npm packages and ' +
        "Node's own modules included, would be the first step away from that.",
      severity: 'error',
      from: { path: '^libs/domain/src', pathNot: [spec, fixtures] },
      to: { pathNot: '^libs/domain/src' },
    },
    {
      name: 'ledger-imports-no-package',
      comment:
        'Proofs are checked by other people, in Node and in a browser: what does it must be readable as a whole ' +
        'and trust no code but its own.',
      severity: 'error',
      from: { path: '^libs/ledger/src', pathNot: [spec, fixtures] },
      to: { pathNot: ['^libs/ledger/src', '^(node:)?crypto$'] },
    },
    {
      name: 'access-is-pure',
      comment:
        'Who may do what is decided without the domain, the store or the framework: one table, read by all.',
      severity: 'error',
      from: { path: '^libs/access/src' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/access/src' },
    },
    {
      name: 'client-imports-no-package',
      comment:
        'Other people install it, from a registry, into a browser: it knows the service by schema.graphql alone.',
      severity: 'error',
      from: { path: '^libs/client/' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/client/' },
    },
    {
      name: 'store-knows-no-domain',
      comment:
        'The store keeps events of any type, so it can be replaced, and its contract suite is about nothing else.',
      severity: 'error',
      from: { path: '^libs/event-store/src' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/event-store/src' },
    },
    {
      name: 'people-apart-from-decisions',
      comment: 'The vault can be lost, moved or erased without the log: it knows no event and no command.',
      severity: 'error',
      from: { path: '^libs/subjects/src' },
      to: { path: '^libs/', pathNot: '^libs/(subjects|event-store)/src' },
    },
    {
      name: 'writing-and-reading-meet-in-apps-only',
      comment:
        'Commands decide from streams, never from read models; read models fold events, never send commands.',
      severity: 'error',
      from: { path: '^libs/(commands|read-models)/src/' },
      to: { path: '^libs/(commands|read-models|exchange|subjects)/src/', pathNot: '^libs/$1/src/' },
    },
    {
      name: 'imports-only-write',
      comment:
        'Whether a row was imported is a question to the log: a read model may be behind, halted or rebuilt.',
      severity: 'error',
      from: { path: '^libs/exchange/src/' },
      to: { path: '^libs/(read-models|access)/src/' },
    },
    {
      name: 'libs-do-not-import-apps',
      comment: 'Imports go one way: apps → libs → libs/domain.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-import-each-other',
      comment:
        'What two apps need belongs in a library; otherwise one cannot be started, shipped or read alone.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'only-composition-roots-name-an-adapter',
      comment:
        'Everything else is written against the ports, so that another store is a change of one line in main. ' +
        'Tests open the real thing, which is what they are for.',
      severity: 'error',
      from: { pathNot: [...tests, ...compositionRoots, '^libs/event-store/src/'] },
      to: { path: adapters, pathNot: fixtures },
    },
    {
      name: 'only-through-the-face',
      comment:
        'A package is used through its `exports`: behind them, files may move. Deep imports would make every file ' +
        'part of its promise.',
      severity: 'error',
      from: { path: '^((?:libs|apps)/[^/]+)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: ['^$1/', ...faces] },
    },
    {
      name: 'tests-use-faces-too',
      comment:
        'What spans packages is tested as others see it. Contracts are there to be called for each store.',
      severity: 'error',
      from: { path: '^test/', pathNot: '^test/bench/' },
      to: { path: '^libs/[^/]+/src/', pathNot: [...faces, '^libs/event-store/src/contract/'] },
    },
    {
      name: 'no-specs-in-the-product',
      comment:
        'A spec runs tests when it is loaded; what product code needs from one belongs in a file of its own.',
      severity: 'error',
      from: { pathNot: spec },
      to: { path: spec },
    },
    {
      name: 'no-fixtures-in-the-product',
      comment: 'Fixtures start databases and swallow what goes wrong in cleaning up: for tests alone.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: tests },
      to: { path: [fixtures, '^test/'] },
    },
    {
      name: 'development-packages-stay-in-development',
      comment: 'The product starts from `npm ci --omit=dev`: what it imports must be in `dependencies`.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: [...tests, '^libs/[^/]+/examples/'] },
      // A package the tests at the top name too counts as both there.
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm', 'npm-optional'] },
    },
    {
      name: 'declared-packages-only',
      comment: 'A package reached only because another one happens to bring it breaks with that one.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: tests },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-cycles',
      comment: 'Files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A file nothing imports and that imports nothing is left over.',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '^test/'] },
      to: {},
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere fails at run time.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(libs|apps)/[^/]+/dist/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
