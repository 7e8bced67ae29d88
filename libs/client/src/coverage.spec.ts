import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Coverage, type Covering } from './coverage.js';

const log = { logId: 'log', epoch: 1 };
const message = (after: number, upTo: number, position = upTo): Covering => ({
  position,
  covers: { after, upTo, ...log },
});

describe('Coverage', () => {
  it('passes on what begins where the last message ended', () => {
    const coverage = new Coverage({ position: 3 });
    expect(coverage.accept(message(3, 5))).toMatchObject({ kind: 'continues', passed: [{ position: 5 }] });
    expect(coverage.accept(message(5, 5))).toMatchObject({ kind: 'continues', passed: [{ position: 5 }] });
    expect(coverage.proven).toEqual({ position: 5, ...log });
  });

  it.each([
    ['begins later', message(6, 7)],
    ['reaches back and beyond', message(4, 6)],
    ['ends before it begins', message(5, 4)],
  ])('calls it a gap where a message %s', (_, beyond) => {
    const coverage = new Coverage({ position: 3 });
    coverage.accept(message(3, 5));
    expect(coverage.accept(beyond)).toEqual({ kind: 'gap' });
    expect(coverage.proven).toEqual({ position: 5, ...log });
  });

  it('knows what was covered before', () => {
    const coverage = new Coverage({ position: 3 });
    coverage.accept(message(3, 5));
    expect(coverage.accept(message(3, 4))).toEqual({ kind: 'duplicate' });
    expect(coverage.accept(message(3, 5))).toEqual({ kind: 'duplicate' });
  });

  it('begins where the first message says, where nobody said where', () => {
    const coverage = new Coverage(undefined);
    expect(coverage.accept(message(8, 9))).toMatchObject({ kind: 'continues' });
    expect(coverage.accept(message(10, 11))).toEqual({ kind: 'gap' });
  });

  it('notices another log, and another epoch', () => {
    const coverage = new Coverage({ position: 3, ...log });
    const covers = { after: 3, upTo: 4, ...log };
    expect(coverage.accept({ position: 4, covers: { ...covers, logId: 'other' } })).toEqual({
      kind: 'rewound',
    });
    expect(coverage.accept({ position: 4, covers: { ...covers, epoch: 2 } })).toEqual({ kind: 'rewound' });
    expect(coverage.isSameLog({ ...log })).toBe(true);
    expect(coverage.isSameLog({ ...log, epoch: 2 })).toBe(false);
  });

  it('holds messages about one event until the last, and drops them where the connection begins anew', () => {
    const coverage = new Coverage({ position: 3 });
    expect(coverage.accept(message(3, 6, 7))).toEqual({ kind: 'continues', passed: [] });
    expect(coverage.accept(message(6, 6, 7))).toEqual({ kind: 'continues', passed: [] });
    expect(coverage.waiting).toBe(2);
    coverage.resume();
    expect(coverage.waiting).toBe(0);
    coverage.accept(message(3, 6, 7));
    expect(coverage.accept(message(6, 7))).toMatchObject({
      kind: 'continues',
      passed: [{ covers: { after: 3 } }, { covers: { after: 6 } }],
    });
  });

  it('passes on each message once and in order, wherever the connection is cut', () => {
    const batches = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(2)), { maxLength: 30 });
    fc.assert(
      fc.property(batches, fc.array(fc.nat(100), { maxLength: 10 }), (events, cuts) => {
        // Events with as many messages as they concern items, some examined and not asked for between them.
        let position = 0;
        const sent = events.flatMap(([items, skipped]) => {
          const from = position;
          position += skipped + 1;
          return Array.from({ length: items }, (_, item) =>
            message(item === 0 ? from : position - 1, item === items - 1 ? position : position - 1, position),
          );
        });
        const coverage = new Coverage<Covering>({ position: 0 });
        const passed: Covering[] = [];
        const take = (messages: readonly Covering[]) => {
          for (const each of messages) {
            const accepted = coverage.accept(each);
            expect(accepted.kind).toBe('continues');
            if (accepted.kind === 'continues') passed.push(...accepted.passed);
          }
        };
        const from = () => sent.filter((each) => each.position > (coverage.proven?.position ?? 0));
        for (const cut of cuts) {
          take(from().slice(0, cut % (sent.length + 1)));
          coverage.resume();
        }
        take(from());
        expect(passed).toEqual(sent);
      }),
    );
  });
});
