import { availableParallelism } from 'node:os';
import { chosenStores, projectOver } from './infra/jest-stores.js';

/** What every project has: jest takes nothing of this from the top. */
const common = {
  rootDir: import.meta.dirname,
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironment: '<rootDir>/infra/jest-environment.js',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { configFile: './.swcrc' }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
};

/** @type {import('jest').Config} */
export default {
  // Every spec file over PostgreSQL, then those of the service over KurrentDB: MASAR_TEST_STORES chooses.
  projects: chosenStores(process.env).map((store) => ({ ...common, ...projectOver(store) })),
  // Every spec file has servers, ports and folders of its own, so as many run at once as there are processors. Each
  // starts a PostgreSQL: no more than four.
  maxWorkers: Math.min(availableParallelism(), 4),
  // Real servers on a busy machine: a test that hangs is ended, a slow one is not called wrong.
  testTimeout: 60_000,
  reporters: [
    'default',
    '<rootDir>/infra/jest-store-record-reporter.js',
    '<rootDir>/infra/jest-summary-reporter.js',
  ],
  coverageProvider: 'v8',
};
