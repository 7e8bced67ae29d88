import { describe, expect, it } from '@jest/globals';
import { AppendQueue } from './append-queue.js';

const append = (stream: string, ...ids: string[]) => ({ stream, ids, bytes: 100 });

describe('appends that wait', () => {
  const take = (queue: AppendQueue<ReturnType<typeof append>>) => queue.take(100, 10_000);

  it('are given out in the order they came, of one stream and of one id one at a time', () => {
    const queue = new AppendQueue<ReturnType<typeof append>>('the store');
    const [one, again, two, sameId] = [
      append('1', 'a'),
      append('1', 'b'),
      append('2', 'c'),
      append('3', 'a'),
    ];
    for (const each of [one, again, two, sameId]) queue.add(each);
    expect(take(queue)).toEqual([one, two]);
    queue.releaseStream(one);
    expect(take(queue)).toEqual([again]);
    queue.release(one);
    expect(take(queue)).toEqual([sameId]);
    expect(queue.length).toBe(0);
  });

  it('come again where they were, when they are put back, in whatever order that is done', () => {
    const queue = new AppendQueue<ReturnType<typeof append>>('the store');
    const all = [append('1', 'a'), append('2', 'b'), append('1', 'c'), append('3', 'd'), append('4', 'e')];
    for (const each of all) queue.add(each);
    const taken = take(queue);
    expect(taken).toEqual([all[0], all[1], all[3], all[4]]);
    queue.add(append('5', 'f'));
    for (const index of [1, 3, 0, 2]) queue.putBack(taken[index]!);
    expect(queue.length).toBe(6);
    // The second of stream 1 still comes behind its first.
    expect(take(queue).map(({ ids }) => ids[0])).toEqual(['a', 'b', 'd', 'e', 'f']);
    queue.release(all[0]!);
    expect(take(queue)).toEqual([all[2]]);
  });

  it('are refused where they are more than are held', () => {
    const queue = new AppendQueue<ReturnType<typeof append>>('the store');
    const large = { ...append('1', 'a'), bytes: 64 * 1024 * 1024 };
    queue.add(large);
    expect(() => queue.add(append('2', 'b'))).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    take(queue);
    queue.putBack(large);
    expect(() => queue.add(append('2', 'b'))).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    queue.release(take(queue)[0]!);
    queue.add(append('2', 'b'));
  });
});
