import { describe, expect, it } from '@jest/globals';

import { Grants, type RolesByProgramme } from './grants.js';
import { PERMISSIONS, POLICY } from './policy.js';
import { ROLES, type Role } from './roles.js';

const held = (roles: RolesByProgramme): Grants => new Grants('sub-0001', roles);

describe('the policy', () => {
  it('lets every role read', () => {
    for (const role of ROLES) expect(held({ '*': [role] }).may('read', 'P')).toBe(true);
  });

  it('lets those who work on the record, or check it, read restricted items', () => {
    const restricted = ROLES.filter((role) => POLICY[role].includes('readRestricted'));
    expect(restricted).toEqual(['recorder', 'confirmer', 'reporter', 'verifier', 'auditor']);
  });

  it('gives every other permission to exactly one role', () => {
    for (const permission of PERMISSIONS.filter((one) => !one.startsWith('read'))) {
      expect(ROLES.filter((role) => POLICY[role].includes(permission))).toHaveLength(1);
    }
  });

  it('never lets an admin write history, whatever is held beside it', () => {
    const everything = held({ '*': [...ROLES] });
    for (const permission of ['record', 'confirm', 'report', 'verify'] as const) {
      expect(everything.may(permission, 'P')).toBe(false);
      expect(held({ '*': ['admin'], P: ['recorder'] }).may(permission, 'P')).toBe(false);
    }
    expect(everything.may('setup', 'P')).toBe(true);
  });
});

describe('grants', () => {
  it('hold in their programme only, those of * in each', () => {
    const grants = held({ P: ['recorder'], Q: ['analyst'] });
    expect(grants.may('record', 'P')).toBe(true);
    expect(grants.may('record', 'Q')).toBe(false);
    expect(grants.may('read', 'R')).toBe(false);
    expect(held({ '*': ['analyst'], P: ['recorder'] }).may('read', 'R')).toBe(true);
  });

  it('without a programme say whether there is any', () => {
    expect(held({ P: ['recorder'] }).may('record')).toBe(true);
    expect(held({ P: ['analyst'] }).may('record')).toBe(false);
  });

  it('say which programmes can be read', () => {
    expect(held({ '*': ['auditor'] }).visibility.readable).toBe('all');
    expect(held({ P: ['recorder'], Q: ['analyst'] }).visibility.readable).toEqual(['P', 'Q']);
  });

  it('are not fooled by names every object has', () => {
    const grants = held(JSON.parse('{"P":["analyst"]}') as Record<string, Role[]>);
    for (const name of ['__proto__', 'constructor', 'toString', '*'])
      expect(grants.may('read', name)).toBe(false);
  });

  describe('matched by a spelling', () => {
    const lower = (reference: string): string => reference.normalize('NFKC').toLowerCase();
    const matched = (roles: RolesByProgramme, organisation?: string): Grants =>
      new Grants('sub-0001', roles, organisation).matchedBy(lower);

    it('hold however the programme is spelled, there and here', () => {
      const grants = matched({ 'MOI-2017': ['recorder'] });
      for (const spelled of ['MOI-2017', 'moi-2017', 'MoI-2017'])
        expect(grants.may('record', spelled)).toBe(true);
      expect(grants.may('record', 'moi-2018')).toBe(false);
      expect(grants.visibility.readable).toEqual(['moi-2017']);
      expect(grants.may('record')).toBe(true);
    });

    it('given to two spellings of one programme are held together, with what one of them denies', () => {
      const grants = matched({ P: ['recorder'], p: ['admin'], q: ['analyst'], Q: ['confirmer'] });
      expect(grants.may('record', 'p')).toBe(false);
      expect(grants.may('setup', 'P')).toBe(true);
      expect(grants.may('confirm', 'q')).toBe(true);
    });

    it('never take a programme for all of them', () => {
      const grants = matched({ '＊': ['recorder'] });
      expect(grants.visibility.readable).not.toBe('all');
      expect(grants.may('record', 'P')).toBe(false);
      expect(grants.may('read', '*')).toBe(false);
    });

    it('speak for the organisation of the token alone, however it is spelled', () => {
      const grants = matched({ P: ['reporter'] }, 'UNIT-A');
      expect(grants.speaksFor('unit-a')).toBe(true);
      expect(grants.speaksFor('UNIT-B')).toBe(false);
      expect(matched({ P: ['reporter'] }).speaksFor('')).toBe(false);
    });
  });
});
