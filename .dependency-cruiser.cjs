// Rings: a folder of src may import itself and the folders inside it, nothing else, types included.
const floors = [
  'core/tensor',
  'core/codec',
  'core/kernel',
  'core/primitive',
  'core/autodiff',
  'core/numeric',
  'compile/program',
  'compile/passes',
  'compile/executors',
  'compile/offload',
  'compile/lowering',
  'compile/jit',
  'compile/device',
  'webgpu',
  'special',
  'linalg',
  'signal',
  'random',
  'optim',
  'solvers',
  'nn',
  'data',
  'training',
  'evaluation',
  'model',
  'onnx',
  'criteria',
  'search',
  'study',
  'testing',
  'report',
  'tabular',
  'terminal',
  'cli',
]

// The lecture is a user of the library like any other: above the rings, by the doors a package has.
const publicEntries = `^src/(index|node|(${['webgpu', 'special', 'linalg', 'signal', 'random', 'solvers', 'nn', 'optim', 'data', 'training', 'evaluation', 'model', 'onnx', 'criteria', 'search', 'study', 'testing', 'report', 'tabular'].join('|')})/index)\\.ts$`

const layer = (floor, height) => ({
  name: `ring-${floor.replace('/', '-')}`,
  severity: 'error',
  comment: `src/${floor} may import only: ${floors.slice(0, height + 1).join(', ')}`,
  from: { path: `^src/${floor}/` },
  to: { path: '^src/', pathNot: `^src/(${floors.slice(0, height + 1).join('|')})/` },
})

const npm = (...names) => `(^|node_modules/)(@types/)?(${names.join('|')})(/|$)`

const only = (folder, ...names) => onlyIn([folder], ...names)

const onlyIn = (folders, ...names) => ({
  name: `${names[0]}-only-in-${folders.join('-and-')}`,
  severity: 'error',
  comment: `${names.join(' and ')}: only src/${folders.join(' and src/')} may import them`,
  from: { path: '^src/', pathNot: `^src/(${folders.join('|')})/` },
  to: { path: npm(...names) },
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floors.map(layer),
    {
      name: 'known-floor',
      severity: 'error',
      comment: 'Every folder of src has a place in the order of floors',
      from: { path: '^src/.+/', pathNot: `^src/(${floors.join('|')}|lecture)/` },
      to: {},
    },
    {
      name: 'lecture-by-public-entries',
      severity: 'error',
      comment: 'src/lecture imports what users can import: the entries of package.json',
      from: { path: '^src/lecture/' },
      to: { path: '^src/', pathNot: [publicEntries, '^src/(lecture|terminal)/'] },
    },
    {
      name: 'statements-run-anywhere',
      severity: 'error',
      comment: 'The statements and their ledger run in browsers: only the command needs Node and a terminal',
      from: { path: '^src/lecture/', pathNot: '^src/lecture/command/' },
      to: { path: '^src/(terminal|lecture/command)/' },
    },
    {
      name: 'front-door',
      severity: 'error',
      comment: 'The main entry runs in browsers: nothing that needs Node can be reached from it',
      from: { path: '^src/index\\.ts$' },
      to: {
        path: '^src/(data|training|evaluation|model|onnx|criteria|search|study|testing|lecture|report|tabular|cli)/',
        reachable: true,
      },
    },
    {
      name: 'files-not-entries',
      severity: 'error',
      comment: 'Inside the library a room is imported by file: its entry would load all of it',
      from: { path: '^src/', pathNot: '(^src/lecture/|/index\\.ts$|^src/node\\.ts$)' },
      to: {
        path: '^src/(webgpu|special|linalg|signal|random|solvers|optim|nn|data|training|evaluation|model|onnx|criteria|search|study|testing|report|tabular)/index\\.ts$',
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Of types neither',
      from: {},
      to: { circular: true },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'node-only-at-the-edge',
      severity: 'error',
      comment:
        'Node built-ins: only in data, training, search, study, report, terminal, cli and the command of the lecture',
      from: {
        path: '^src/',
        pathNot: '^src/(data|training|search|study|report|terminal|cli|lecture/command)/',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-development-dependency',
      severity: 'error',
      comment: 'What src imports must be installed for users too',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm', 'npm-peer'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: { path: '^src/' },
      // An optional peer is reported as undeclared and as a peer at once.
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-dev'],
      },
    },
    onlyIn(['terminal', 'cli', 'lecture'], 'cmd-ts', 'cli-progress'),
    only('report', 'vega', 'vega-lite', 'vega-interpreter'),
    only('report', 'string-width'),
    only('core/codec', '@noble/hashes', 'canonicalize'),
    only('data', 'fflate'),
    onlyIn(['testing', 'lecture'], 'fast-check'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type-only imports count: a type that points upwards is a layering error as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.d.ts'],
    },
  },
}
