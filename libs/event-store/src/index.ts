export * from './ports.js';
export * from './errors.js';
