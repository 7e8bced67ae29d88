import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type WordDiff, textDiff, wordDiff } from './text-diff.js';

/** `[-removed-]`, `{+added+}`, and what stayed as it is. */
function marked({ runs }: WordDiff): string {
  const marks = { same: ['', ''], removed: ['[-', '-]'], added: ['{+', '+}'] } as const;
  return runs.map(({ change, text }) => marks[change].join(text)).join('');
}
const side = ({ runs }: WordDiff, change: 'removed' | 'added') =>
  runs
    .filter((run) => run.change === 'same' || run.change === change)
    .map(({ text }) => text)
    .join('');

describe('a diff of two texts', () => {
  it('goes word by word', () => {
    expect(marked(wordDiff('Draft the order by June.', 'Issue the order by July.'))).toBe(
      '[-Draft-]{+Issue+} the order by [-June-]{+July+}.',
    );
  });

  it('keeps Arabic and Sorani words whole, with their marks and joiners', () => {
    expect(marked(wordDiff('تُصاغُ الأوامر قبل حزيران', 'تُصدَرُ الأوامر قبل تموز'))).toBe(
      '[-تُصاغُ-]{+تُصدَرُ+} الأوامر قبل [-حزيران-]{+تموز+}',
    );
    // A zero width non-joiner stands within the word.
    expect(marked(wordDiff('ئەم بڕیارە‌ نوێیە', 'ئەم بڕیارە کۆنە'))).toBe(
      'ئەم [-بڕیارە‌-]{+بڕیارە+} [-نوێیە-]{+کۆنە+}',
    );
  });

  it('of a text that is not there is the whole of the other', () => {
    expect(wordDiff('', 'An order')).toMatchObject({
      runs: [{ change: 'added', text: 'An order' }],
      unit: 'word',
    });
    expect(wordDiff('An order', '')).toMatchObject({
      runs: [{ change: 'removed', text: 'An order' }],
      unit: 'word',
    });
    expect(wordDiff('', '')).toMatchObject({ runs: [], unit: 'word' });
  });

  it('leads from the one to the other, whatever they are', () => {
    const words = fc
      .array(
        fc.oneof(fc.constantFrom('أمر', 'order', ' ', 'the', '.', 'é', '‌'), fc.string({ maxLength: 3 })),
        { maxLength: 12 },
      )
      .map((list) => list.join(' '));
    fc.assert(
      fc.property(words, words, (from, to) => {
        const diff = wordDiff(from, to);
        expect(diff.unit).toBe('word');
        expect(side(diff, 'removed')).toBe(from);
        expect(side(diff, 'added')).toBe(to);
        expect(diff.runs.every(({ text }) => text !== '')).toBe(true);
      }),
    );
  });

  it('goes by sentences where the words are too many or too different, and gives the two whole where those are', () => {
    const sentences = (from: number, count: number, size: number) =>
      Array.from({ length: count }, (_none, at) => `${`W${from + at} `.repeat(size).trim()}. `).join('');
    const common = sentences(0, 20, 5);
    const bySentence = wordDiff(`${common}${sentences(100, 1, 900)}`, `${common}${sentences(200, 1, 900)}`);
    expect(bySentence.unit).toBe('sentence');
    expect(bySentence.runs.map(({ change }) => change)).toEqual(['same', 'removed', 'added']);
    expect(bySentence.runs[0]!.text).toBe(common);
    const [before, after] = [sentences(0, 700, 2), sentences(10_000, 700, 2)];
    expect(wordDiff(before, after)).toMatchObject({
      unit: 'whole',
      runs: [
        { change: 'removed', text: before },
        { change: 'added', text: after },
      ],
    });
    const long = (word: string) => `${word} `.repeat(30_000);
    expect(wordDiff(long('a'), long('b')).unit).not.toBe('word');
  });
});

describe('a diff of two versions', () => {
  const part = (label: string, en: string) => ({ label, text: { en } });
  const former = {
    title: { en: 'An order', ar: 'أمر' },
    text: null,
    parts: [part('a', 'Draft it'), part('b', 'Sign it'), part('c', 'Issue it')],
  };
  const latter = {
    title: { en: 'Two orders', ar: 'أمر' },
    text: { en: 'Both' },
    parts: [part('a', 'Draft both'), part('c', 'Issue it'), part('d', 'Publish it')],
  };

  it('is of one language: title, text, and part by part', () => {
    const diff = textDiff(former, latter, 'en');
    expect(marked(diff.title)).toBe('[-An-]{+Two+} [-order-]{+orders+}');
    expect(marked(diff.text)).toBe('{+Both+}');
    expect(diff.parts.map((each) => [each.label, each.part, marked(each)])).toEqual([
      ['a', 'same', 'Draft [-it-]{+both+}'],
      ['b', 'removed', '[-Sign it-]'],
      ['c', 'same', 'Issue it'],
      ['d', 'added', '{+Publish it+}'],
    ]);
    expect(marked(textDiff(former, latter, 'ar').title)).toBe('أمر');
    expect(textDiff(former, latter, 'ckb').title).toEqual({ runs: [], unit: 'word' });
  });

  it('does no more work than one text may take twice, however many parts there are', () => {
    const parts = (from: number) =>
      Array.from({ length: 20 }, (_none, at) =>
        part(`${at}`, `${Array.from({ length: 600 }, (_word, word) => from + at * 1_000 + word).join(' ')}.`),
      );
    const diff = textDiff({ ...former, parts: parts(0) }, { ...latter, parts: parts(100_000) }, 'en');
    expect(diff.parts.map(({ unit }) => unit)).toContain('whole');
    diff.parts.forEach((each, index) => {
      expect(side(each, 'removed')).toBe(parts(0)[index]!.text.en);
      expect(side(each, 'added')).toBe(parts(100_000)[index]!.text.en);
    });
  });
});
