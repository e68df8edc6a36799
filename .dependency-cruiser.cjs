// The four layers of the house, imports only downwards: (1) domain, (2) engines, (3) capabilities, (4) server and station.
// A rule that stops you gives its reason; the map is in ARCHITECTURE.md.
const engines = '^src/(intake|copy|ledger|paper)/';
const capabilities = '^src/(watch|downtime|care|recovery|threats|assurance)/';
const upper = '^src/(access|watch|downtime|care|recovery|threats|assurance|server|station)/';

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Two files that import each other are one file, or need a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'Values and rules only: what decides about patients must be testable without I/O.',
      from: { path: '^src/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^src/domain/', '@types/fhir'] },
    },
    {
      name: 'engines-know-nothing-above',
      severity: 'error',
      comment: 'Engines get what they need as constructor arguments, so that they can be tested and moved alone.',
      from: { path: engines, pathNot: '\\.test\\.ts$' },
      to: { path: upper },
    },
    {
      name: 'engines-never-each-other',
      severity: 'error',
      comment: 'intake and copy meet in the domain types (what a message changes), not in each other.',
      from: { path: '^src/(intake|copy|ledger|paper)/', pathNot: '\\.test\\.ts$' },
      to: { path: engines, pathNot: '^src/$1/' },
    },
    {
      name: 'copy-writes-without-its-readers',
      severity: 'error',
      comment: 'Readers know how rows lie; what applies a message must not depend on how somebody shows it.',
      from: { path: '^src/copy/(write|identity)/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: '^src/copy/read/' },
    },
    {
      name: 'server-knows-no-station',
      severity: 'error',
      comment: 'The server gets what it shows as arguments; the station starts the server, never the other way.',
      from: { path: '^src/server/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: '^src/(station|command-line)/' },
    },
    {
      name: 'nothing-imports-commands',
      severity: 'error',
      comment: 'A command is the outermost thing there is; only the program starts it.',
      from: { path: '^(src|sim)/', pathNot: '^src/(command-line/|main\\.ts)|\\.test\\.ts$' },
      to: { path: '^src/command-line/' },
    },
    {
      name: 'capabilities-never-each-other',
      severity: 'error',
      comment: 'They meet in the ledger; only access may be used by all.',
      from: { path: capabilities, pathNot: '\\.test\\.ts$' },
      to: { path: capabilities, pathNot: '^src/$1/' },
    },
    {
      name: 'nothing-imports-sim',
      severity: 'error',
      comment:
        'The simulated hospitals are outside the product; only the command line starts them, in a process of their own.',
      from: { path: '^src/' },
      to: { path: '^(sim|bench|test)/' },
    },
    {
      name: 'sim-speaks-over-sockets',
      severity: 'error',
      comment:
        'The simulated hospitals reach a station through real sockets and folders; they may share wire formats and domain words only.',
      from: { path: '^sim/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(domain|intake|limits\\.ts)' },
    },
    {
      name: 'app-knows-the-domain',
      severity: 'error',
      comment:
        'The app runs in a browser, far from the station: values, rules and the types of routes are all it may share.',
      from: { path: '^app/' },
      to: { path: '^(src|sim|bench|test)/', pathNot: '^src/domain/' },
    },
    {
      name: 'nothing-imports-the-app',
      severity: 'error',
      comment: 'The station serves the app as files; it never runs it.',
      from: { path: '^(src|sim)/' },
      to: { path: '^app/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import must lead somewhere.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^\\$(app|lib)/' },
    },
    {
      name: 'no-dev-packages-in-product',
      severity: 'error',
      comment: 'Oracles and test tools are not installed with the product.',
      from: { path: '^(src|sim)/', pathNot: '\\.(test|fixture)\\.ts$|^src/.*/acceptance/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: '@types/fhir' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'],
      extensions: ['.ts', '.js', '.mjs', '.svelte', '.json'],
    },
  },
};
