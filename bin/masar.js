#!/usr/bin/env node
// The command line of Masar, built by `npm run build` (and by `npm start`).
try {
  await import('../apps/cli/dist/main.js');
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('apps/cli/dist/main.js'))
    throw error;
  process.stderr.write('masar is not built yet: run `npm run build`, then try again\n');
  process.exit(1);
}
