import { describe, expect, it } from '@jest/globals';

import { Grants, type RolesByProgramme } from './grants.js';

const seenBy = (roles: RolesByProgramme) =>
  new Grants('sub-0001', roles).matchedBy((reference) => reference.toLowerCase()).visibility;

describe('visibility', () => {
  it('is equal for those who may see the same, whoever they are', () => {
    expect(seenBy({ P: ['recorder'], Q: ['analyst'] }).key).toBe(
      seenBy({ q: ['integrator'], p: ['auditor'] }).key,
    );
    expect(seenBy({ '*': ['analyst'] }).key).not.toBe(seenBy({ '*': ['auditor'] }).key);
    expect(seenBy({ P: ['analyst'] }).key).not.toBe(seenBy({ '*': ['analyst'] }).key);
  });

  it('holds restricted items back from those without a duty on them', () => {
    const visibility = seenBy({ P: ['recorder'], Q: ['analyst'], R: ['admin', 'auditor'] });
    expect(['p', 'Q', 'R', 'S'].map((one) => visibility.mayRead(one))).toEqual([true, true, true, false]);
    expect(['p', 'Q', 'R', 'S'].map((one) => visibility.mayReadRestricted(one))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('leaves what belongs to no programme to those who may read all', () => {
    expect(seenBy({ P: ['recorder'] }).mayRead(undefined)).toBe(false);
    expect(seenBy({ '*': ['analyst'] }).mayRead(undefined)).toBe(true);
    expect(seenBy({ '*': ['analyst'] }).mayReadRestricted(undefined)).toBe(false);
  });

  it('within one programme is equal for all who see the same of it', () => {
    expect(seenBy({ P: ['recorder'], Q: ['analyst'] }).within('P').key).toBe(
      seenBy({ '*': ['auditor'] }).within('p').key,
    );
    expect(
      seenBy({ Q: ['analyst'] })
        .within('P')
        .mayRead('P'),
    ).toBe(false);
  });
});
