import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The floors of the house, lowest first: a folder imports from its own floor or below. */
const floors = [
  ['resources'],
  ['topology', 'kong', 'mesh', 'crds'],
  ['inventory'],
  ['rules', 'mutations'],
  ['review'],
  ['admission', 'reports', 'config', 'graph'],
  ['certificates', 'server', 'cluster'],
  ['commands'],
];
/** Up to and with `review`: no clock, no network, no files, no environment, no logger. */
const pure = floors.slice(0, 5).flat();

const floorRules = floors.slice(0, -1).flatMap((floor, index) =>
  floor.map((folder) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: floors
                .slice(index + 1)
                .flat()
                .map((above) => `**/${above}/**`),
              message: `src/${folder}/ may not import from a floor above it.`,
            },
            ...(pure.includes(folder)
              ? [
                  {
                    regex: '^(node:(?!net$)|pino|fastify|prom-client|@kubernetes/)',
                    message: `src/${folder}/ is pure: what it needs comes in as an argument.`,
                  },
                ]
              : []),
          ],
        },
      ],
    },
  })),
);

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] } } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // A number in a message is written as people write it.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: pure.map((folder) => `src/${folder}/**/*.ts`),
    rules: {
      'no-restricted-globals': ['error', 'process', 'performance', 'fetch', 'console', 'setTimeout', 'setInterval'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'No hidden clock: take the time as an argument.' },
        { object: 'Math', property: 'random', message: 'A review is the same each time.' },
      ],
    },
  },
  ...floorRules,
  { files: ['eslint.config.js'], extends: [tseslint.configs.disableTypeChecked] },
);
