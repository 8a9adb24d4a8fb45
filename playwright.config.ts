import { defineConfig } from '@playwright/test';

export default defineConfig({
  projects: [
    { name: 'stand-in', testDir: 'e2e/stand-in' },
    { name: 'app', testDir: 'e2e/app' },
  ],
  outputDir: 'test-results',
  // Each spec starts the app, and the app's inference uses all cores.
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 15_000 }, // the machine may be busy
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
});
