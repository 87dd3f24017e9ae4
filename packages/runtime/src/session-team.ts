import { hasErrorCode, type Logger, type Tensor } from '@polyhead/types';
import { createReleasedError } from './session-error.ts';
import type { ExecutionProvider, NamedTensors, Session, SessionValue } from './session.ts';

/** Sessions of one model that share its runs. */
export interface TeamMembers {
  /** Does a run that is alone, with all threads; and all runs until there are others. */
  readonly lone: Session;
  /** Opens the sessions that share the runs when there are several. Called at most once. */
  readonly openCrowd: () => Promise<readonly Session[]>;
}

/** How a team works. */
export interface TeamOptions {
  /** Number of sessions that `openCrowd` gives. */
  readonly workers: number;
  /** Milliseconds that runs wait for each other before the crowd is opened, which takes some hundred milliseconds itself. */
  readonly patience: number;
  readonly logger: Logger | undefined;
}

interface Member {
  readonly session: Session;
  isDead: boolean;
  /** Runs that it has been given and has not finished. */
  underWay: number;
}

interface WaitingRun {
  readonly feeds: NamedTensors;
  readonly fetches: readonly string[] | NamedTensors | undefined;
  readonly resolve: (results: Record<string, Tensor>) => void;
  readonly reject: (error: unknown) => void;
}

function toMember(session: Session): Member {
  return { session, underWay: 0, isDead: false };
}

/** Runs given to a session at once, so that it need not wait for this thread in between. */
const runsAhead = 2;

/**
 * One session over several. Runs start in the order of the calls, each in the session with the least to do. A member
 * whose worker dies rejects the runs that it has and gets no others; when none is left, every run is rejected.
 */
export class SessionTeam implements Session {
  readonly inputs: readonly SessionValue[];
  readonly outputs: readonly SessionValue[];
  readonly provider: ExecutionProvider;
  readonly concurrency: number;
  readonly #lone: Member;
  readonly #openCrowd: TeamMembers['openCrowd'];
  readonly #options: TeamOptions;
  readonly #unfinished = new Set<Promise<unknown>>();
  #crowd: readonly Member[] = [];
  #opening: Promise<void> | undefined;
  #waiting: WaitingRun[] = [];
  #waitingSince: number | undefined;
  #isHandingOut = false;
  #releasing: Promise<void> | undefined;

  constructor({ lone, openCrowd }: TeamMembers, options: TeamOptions) {
    this.inputs = lone.inputs;
    this.outputs = lone.outputs;
    this.provider = lone.provider;
    this.concurrency = options.workers;
    this.#lone = toMember(lone);
    this.#openCrowd = openCrowd;
    this.#options = options;
  }

  async run(feeds: NamedTensors, fetches?: readonly string[] | NamedTensors): Promise<Record<string, Tensor>> {
    if (this.#releasing !== undefined) throw createReleasedError();
    const run = new Promise<Record<string, Tensor>>((resolve, reject) => {
      this.#waiting.push({ feeds, fetches, resolve, reject });
    });
    this.#unfinished.add(run);
    this.#handOutSoon();
    try {
      return await run;
    } finally {
      this.#unfinished.delete(run);
    }
  }

  release(): Promise<void> {
    this.#releasing ??= this.#releaseAll();
    return this.#releasing;
  }

  async #releaseAll(): Promise<void> {
    await Promise.allSettled(this.#unfinished);
    await this.#opening;
    await Promise.all([this.#lone, ...this.#crowd].map(({ session }) => session.release()));
  }

  /** Waits until the caller has asked for all that it asks for at once: only then it is known whether a run is alone. */
  #handOutSoon(): void {
    if (this.#isHandingOut) return;
    this.#isHandingOut = true;
    queueMicrotask(() => {
      this.#isHandingOut = false;
      this.#handOut();
    });
  }

  #handOut(): void {
    for (let run = this.#waiting[0]; run !== undefined; run = this.#waiting[0]) {
      const member = this.#chooseMember();
      if (member.underWay >= runsAhead) break;
      this.#waiting.shift();
      void this.#give(member, run);
    }
    if (this.#waiting.length === 0) this.#waitingSince = undefined;
    else this.#waitForCrowd();
  }

  #chooseMember(): Member {
    const alive = this.#crowd.filter(({ isDead }) => !isDead);
    const isIdle = this.#lone.underWay === 0 && this.#crowd.every(({ underWay }) => underWay === 0);
    const isAlone = isIdle && this.#waiting.length === 1 && !this.#lone.isDead;
    if (isAlone || alive.length === 0) return this.#lone;
    return alive.reduce((least, member) => (member.underWay < least.underWay ? member : least));
  }

  async #give(member: Member, { feeds, fetches, resolve, reject }: WaitingRun): Promise<void> {
    member.underWay += 1;
    try {
      resolve(await member.session.run(feeds, fetches));
    } catch (error) {
      member.isDead ||= hasErrorCode(error, 'WORKER_FAILED');
      reject(error);
    }
    member.underWay -= 1;
    this.#handOutSoon();
  }

  #waitForCrowd(): void {
    if (this.#opening !== undefined || this.#options.workers < 2) return;
    const now = performance.now();
    this.#waitingSince ??= now;
    if (now - this.#waitingSince >= this.#options.patience) this.#opening = this.#openMembers();
  }

  async #openMembers(): Promise<void> {
    try {
      this.#crowd = (await this.#openCrowd()).map(toMember);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.logger?.warn(`The model runs in one worker thread, since others could not be started. ${reason}`);
    }
    this.#handOutSoon();
  }
}
