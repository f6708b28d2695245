/** Mutation testing of the domain: pure code, so its own specs must notice every change of meaning. */
export default {
  mutate: [
    'services/*/src/domain/**/*.ts',
    '!services/*/src/domain/**/*.spec.ts',
    '!services/*/src/domain/**/*.events.ts',
  ],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: {
    projectType: 'custom',
    config: {
      ...(await import('./jest.config.mjs')).default,
      rootDir: undefined,
      roots: ['<rootDir>/services'],
      testMatch: ['**/src/domain/**/*.spec.ts'],
    },
    enableFindRelatedTests: true,
  },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  disableTypeChecks: false,
  concurrency: 2,
  // A busy machine must not make a mutant look caught.
  timeoutMS: 40_000,
  tempDirName: '.stryker',
  incrementalFile: '.stryker/incremental.json',
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 90, low: 85, break: 85 },
};
