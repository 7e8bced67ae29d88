export * from './context.js';
export * from './aggregates.js';
export * from './execute.js';
export * from './setup-commands.js';
export * from './item-commands.js';
export * from './decision-commands.js';
export * from './correction-commands.js';
export * from './effects-worker.js';
