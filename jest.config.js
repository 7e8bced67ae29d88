import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/{libs,apps,test}/**/*.spec.ts', '<rootDir>/infra/**/*.spec.mjs'],
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironment: '<rootDir>/infra/jest-environment.js',
  // Every spec file has servers, ports and folders of its own, so as many run at once as there are processors. Each
  // starts a PostgreSQL: no more than four.
  maxWorkers: Math.min(availableParallelism(), 4),
  // Real servers on a busy machine: a test that hangs is ended, a slow one is not called wrong.
  testTimeout: 60_000,
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { configFile: './.swcrc' }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  reporters: ['default', '<rootDir>/infra/jest-summary-reporter.js'],
  coverageProvider: 'v8',
};
