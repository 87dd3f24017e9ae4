import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Every package with its rank, read from the `polyhead.rank` field of its package.json. */
const packages = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(new URL(`${parent}/`, import.meta.url))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(new URL(`${folder}/package.json`, import.meta.url)))
    .map((folder) => ({
      folder,
      rank: JSON.parse(readFileSync(new URL(`${folder}/package.json`, import.meta.url), 'utf8')).polyhead.rank,
    })),
);

const upward = packages.map(({ folder, rank }) => ({
  name: `only-lower-ranks-${folder.replace('/', '-')}`,
  comment: `${folder} has rank ${rank} and may import only packages of a lower rank.`,
  severity: 'error',
  from: { path: `^${folder}/src/` },
  to: {
    path: packages.filter((other) => other.folder !== folder && other.rank >= rank).map((other) => `^${other.folder}/`),
  },
}));

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'only-runtime-imports-onnxruntime',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: ['^packages/runtime/', '[.]test[.]ts$', '/testing/'] },
      to: { path: 'onnxruntime-node' },
    },
    ...upward.filter((rule) => rule.to.path.length > 0),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist/', 'vitest[.]config', 'tsup[.]config'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@polyhead/source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
