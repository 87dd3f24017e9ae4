import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SessionTeam, type TeamMembers } from './session-team.ts';
import type { Session } from './session.ts';
import { createFakeSession, createScalar, type FakeSession } from './testing/fake-session.ts';

interface Setup {
  readonly team: Session;
  readonly lone: FakeSession;
  readonly crowd: readonly FakeSession[];
  readonly warnings: readonly string[];
  readonly timesOpened: () => number;
}

function setUp(changes: Partial<TeamMembers> & { readonly patience?: number } = {}): Setup {
  const lone = createFakeSession();
  const crowd = [createFakeSession(), createFakeSession()];
  const warnings: string[] = [];
  let opened = 0;
  const openCrowd = (): Promise<readonly Session[]> => {
    opened += 1;
    return (changes.openCrowd ?? (() => Promise.resolve(crowd)))();
  };
  const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  const team = new SessionTeam({ lone, openCrowd }, { workers: 2, patience: changes.patience ?? 0, logger });
  return { team, lone, crowd, warnings, timesOpened: () => opened };
}

const ask = (team: Session, ...values: number[]): Promise<number>[] =>
  values.map(async (value) => Number((await team.run({ x: createScalar(value) }))['y']?.data[0]));

/** Ends all runs of these sessions, and those that they are given next. */
async function finishAll(...sessions: readonly FakeSession[]): Promise<void> {
  await nextTurn();
  while (sessions.some(({ underWay }) => underWay.length > 0)) {
    for (const session of sessions) session.finish();
    await nextTurn();
  }
}

/** A team whose crowd is there. */
async function setUpCrowd(): Promise<Setup> {
  const setup = setUp();
  const runs = ask(setup.team, 1, 2, 3);
  await finishAll(setup.lone, ...setup.crowd);
  await Promise.all(runs);
  return setup;
}

describe('a session team', () => {
  it('does not open its crowd for runs that are alone', async () => {
    const { team, lone, timesOpened } = setUp();
    for (const value of [1, 2, 3]) {
      const runs = ask(team, value);
      await finishAll(lone);
      expect(await Promise.all(runs)).toEqual([value]);
    }
    expect(timesOpened()).toBe(0);
  });

  it('does not open its crowd before runs have waited for long enough', async () => {
    const { team, lone, timesOpened } = setUp({ patience: 60_000 });
    const runs = ask(team, 1, 2, 3, 4, 5);
    await nextTurn();
    expect(lone.underWay).toEqual([1, 2]);
    await finishAll(lone);
    expect(await Promise.all(runs)).toEqual([1, 2, 3, 4, 5]);
    expect(timesOpened()).toBe(0);
  });

  it('shares runs among its crowd, two at a time each, in their order', async () => {
    const { team, lone, crowd, timesOpened } = await setUpCrowd();
    const [first, second] = crowd;
    const runs = ask(team, 1, 2, 3, 4, 5, 6);
    await nextTurn();
    expect([lone.underWay, first?.underWay, second?.underWay]).toEqual([[], [1, 3], [2, 4]]);
    second?.finish();
    await nextTurn();
    expect([first?.underWay, second?.underWay]).toEqual([
      [1, 3],
      [4, 5],
    ]);
    await finishAll(...crowd);
    expect(await Promise.all(runs)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(timesOpened()).toBe(1);
  });

  it('gives a run that is alone to the session with all threads', async () => {
    const { team, lone, crowd } = await setUpCrowd();
    const runs = ask(team, 7);
    await nextTurn();
    expect([lone.underWay, ...crowd.map(({ underWay }) => underWay)]).toEqual([[7], [], []]);
    runs.push(...ask(team, 8));
    await finishAll(...crowd);
    expect(await runs[1]).toBe(8);
    await finishAll(lone);
    expect(await runs[0]).toBe(7);
  });

  it('goes on in one worker, and says so, if the others cannot be opened', async () => {
    const { team, lone, warnings, timesOpened } = setUp({
      openCrowd: () => Promise.reject(new Error('There is no memory left.')),
    });
    const runs = ask(team, 1, 2, 3, 4, 5, 6, 7);
    await finishAll(lone);
    expect(await Promise.all(runs)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(warnings).toEqual([expect.stringContaining('There is no memory left.')]);
    expect(timesOpened()).toBe(1);
  });

  it('rejects the runs of a member that dies, and goes on with the others', async () => {
    const { team, lone, crowd } = await setUpCrowd();
    const [first, second] = crowd;
    const settled = Promise.allSettled(ask(team, 1, 2, 3, 4, 5));
    await nextTurn();
    first?.die();
    await finishAll(...crowd);
    const results = await settled;
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual([false, true, false, true, true]);
    expect(results[0]).toMatchObject({ reason: { code: 'WORKER_FAILED' } });

    lone.die();
    await expect(ask(team, 6)[0]).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    const later = ask(team, 7);
    await nextTurn();
    expect(second?.underWay).toEqual([7]);
    await finishAll(...crowd);
    expect(await later[0]).toBe(7);

    second?.die();
    for (let attempt = 0; attempt < 2; attempt++) {
      const all = await Promise.allSettled(ask(team, 8, 9));
      for (const result of all) expect(result).toMatchObject({ reason: { code: 'WORKER_FAILED' } });
    }
    await team.release();
  });

  it('is released after the runs that were asked for, with a crowd that is just being opened', async () => {
    const late = [createFakeSession()];
    let open: (sessions: readonly Session[]) => void = () => undefined;
    const { team, lone } = setUp({
      openCrowd: () =>
        new Promise((resolve) => {
          open = resolve;
        }),
    });
    const runs = ask(team, 1, 2, 3);
    await nextTurn();
    let isDone = false;
    const released = team.release().then(() => {
      isDone = true;
    });
    await expect(ask(team, 4)[0]).rejects.toMatchObject({ code: 'SESSION_RELEASED' });
    await finishAll(lone);
    expect(await Promise.all(runs)).toEqual([1, 2, 3]);
    await nextTurn();
    expect([isDone, lone.isReleased]).toEqual([false, false]);
    open(late);
    await released;
    expect([lone.isReleased, late[0]?.isReleased]).toEqual([true, true]);
    await team.release();
  });
});
