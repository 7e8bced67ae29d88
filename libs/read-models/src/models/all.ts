import type { ReadModel } from '../engine/read-model.js';
import { corrections } from './corrections.js';
import { decisions } from './decisions.js';
import { items } from './items.js';
import { programmes } from './programmes.js';
import { relations } from './relations.js';
import { workshops } from './workshops.js';

/** Every read model there is, by name. Adding one adds its line here. */
export const models = { programmes, workshops, decisions, corrections, items, relations } as const;

export const readModels: readonly ReadModel[] = Object.values(models) as readonly unknown[] as ReadModel[];
