import type { JobControl, JobRunner, JobStore, StoredJob } from '@main/jobs/job-service'
import { SiteJobs } from '@main/jobs/site-jobs'
import { SqliteJobStore } from '@main/jobs/sqlite-job-store'
import { openDatabase } from '@main/storage/sqlite'
import { sleep } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import type { Job } from '@shared/job'
import { message } from '@shared/message'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'
import { ManualClock, settle } from '../support/manual-clock'

const request = { kind: 'scan', siteId: 'site1', title: message('scan.title'), input: { hosts: 'a-c' } }

/** Asks one host every `paceMs` from its checkpoint on, like a real scan: gate, ask, save. */
const scan = (clock: ManualClock, total = 40, paceMs = 100): JobRunner => {
  return async (_input, control) => {
    let done = typeof control.checkpoint === 'number' ? control.checkpoint : 0
    control.phase('ask', { done, total })
    while (done < total) {
      await control.gate()
      control.act(message('scan.act', { host: done }))
      await sleep(clock, paceMs, control.signal)
      done++
      control.phase('ask', { done, found: Math.floor(done / 10) })
      control.save(done)
    }
  }
}

/** Counts how often each job was kept. */
function countingStore() {
  const kept = new Map<string, StoredJob>()
  let saves = 0
  const store: JobStore = {
    load: () => [...kept.values()],
    save: (stored) => {
      saves++
      kept.set(stored.job.id, structuredClone(stored))
    },
    remove: (jobId) => void kept.delete(jobId),
  }
  return { store, kept, saves: () => saves }
}

function service(clock: ManualClock, runner: JobRunner = scan(clock)) {
  let count = 0
  const jobs = new SiteJobs(clock, { newId: () => `job${++count}` })
  jobs.define('scan', runner)
  const state = (jobId = 'job1') => jobs.get(jobId)?.state
  return { jobs, state }
}

it('tells how far it is, what it found, and ends', async () => {
  const clock = new ManualClock(1_000_000)
  const { jobs } = service(clock)
  await using _jobs = jobs
  const started = jobs.start(request)
  expect(started).toMatchObject({ id: 'job1', state: 'running', total: null, startedAt: 1_000_000, endedAt: null })
  await clock.advance(1250)
  expect(jobs.get('job1')).toMatchObject({
    state: 'running',
    act: { key: 'scan.act', args: { host: 12 } },
    phases: [{ id: 'ask', done: 12, total: 40, found: 1 }],
    done: 12,
    total: 40,
    found: 1,
  })
  await clock.advance(3000)
  expect(jobs.get('job1')).toMatchObject({
    state: 'done',
    act: null,
    done: 40,
    found: 4,
    reason: null,
    endedAt: 1_004_000,
  })
})

it('sums its phases; a total with an unknown part is not known', async () => {
  const clock = new ManualClock()
  const { jobs } = service(clock, async (_input, control) => {
    control.phase('connect', { done: 3, total: 10 })
    control.phase('identify', { done: 1, found: 1 })
    await sleep(clock, 1000, control.signal)
    control.phase('identify', { total: 4 })
    await sleep(clock, 1000, control.signal)
  })
  await using _jobs = jobs
  jobs.start(request)
  await clock.advance(500)
  expect(jobs.get('job1')).toMatchObject({ done: 4, total: null, found: 1 })
  await clock.advance(1000)
  expect(jobs.get('job1')).toMatchObject({ done: 4, total: 14, found: 1 })
})

it('tells its speed after five seconds, and the time left only while that is steady', async () => {
  const clock = new ManualClock()
  let paceMs = 100
  const { jobs } = service(clock, async (_input, control) => {
    for (let done = 0; done < 1000; done++) {
      control.phase('ask', { done, total: 1000 })
      await sleep(clock, paceMs, control.signal)
    }
  })
  await using _jobs = jobs
  const seen = () => {
    const { rate, remainingS } = jobs.get('job1') ?? {}
    return [rate, remainingS]
  }
  jobs.start(request)
  await clock.advance(4900)
  expect(seen()).toEqual([null, null])
  await clock.advance(1100)
  expect(seen()).toEqual([10, 94])
  paceMs = 1000
  await clock.advance(3000)
  expect(seen()).toEqual([expect.any(Number), null])
  await clock.advance(7000)
  expect(seen()).toEqual([1, 930])
  jobs.pause('job1')
  expect(seen()).toEqual([null, null])
})

it('stands still while it is paused, and goes on where it was', async () => {
  const clock = new ManualClock()
  const { jobs, state } = service(clock)
  await using _jobs = jobs
  jobs.start(request)
  await clock.advance(1050)
  jobs.pause('job1')
  await clock.advance(60_000)
  expect(jobs.get('job1')).toMatchObject({ state: 'paused', done: 11 })
  jobs.resume('job1')
  expect(state()).toBe('running')
  await clock.advance(2900)
  expect(jobs.get('job1')).toMatchObject({ state: 'done', done: 40 })
})

it('stops at once when it is cancelled, keeps what it has, and can go on later', async () => {
  const clock = new ManualClock()
  const { jobs, state } = service(clock)
  await using _jobs = jobs
  jobs.start(request)
  await clock.advance(1050)
  const ended = jobs.ended('job1')
  jobs.cancel('job1')
  await settle()
  expect(await ended).toMatchObject({ state: 'cancelled', done: 10, found: 1, act: null })
  expect(clock.pending).toBe(1) // the tick that will tell of it
  jobs.resume('job1')
  await clock.advance(3000)
  expect(jobs.get('job1')).toMatchObject({ state: 'done', done: 40, found: 4 })
  expect(() => jobs.resume('job1')).toThrow(expect.objectContaining({ key: 'job.not-possible' }))
  expect(state()).toBe('done')
})

it('is cancelled while it is paused, too, and only once its runner has returned', async () => {
  const clock = new ManualClock()
  const closed = Promise.withResolvers<void>()
  const { jobs, state } = service(clock, async (_input, control) => {
    await sleep(clock, 100)
    try {
      await control.gate()
    } finally {
      await closed.promise
      control.phase('ask', { done: 1, total: 2 })
    }
  })
  await using _jobs = jobs
  jobs.start(request)
  jobs.pause('job1')
  await clock.advance(200)
  jobs.cancel('job1')
  await settle()
  expect(state()).toBe('paused')
  for (const act of ['pause', 'resume'] as const) {
    expect(() => jobs[act]('job1')).toThrow(expect.objectContaining({ key: 'job.not-possible' }))
  }
  closed.resolve()
  await settle()
  expect(jobs.get('job1')).toMatchObject({ state: 'cancelled', done: 1, total: 2 })
})

it.each<[string, JobRunner, Partial<Job>]>([
  [
    'failed, with the reason a person can read',
    () => Promise.reject(new SitewrightError('link.timeout', 'nothing answered', { args: { host: '10.0.0.9' } })),
    { state: 'failed', reason: { key: 'link.timeout', args: { host: '10.0.0.9' } } },
  ],
  [
    'failed, with what was thrown',
    () => {
      throw new TypeError('x is not a function')
    },
    { state: 'failed', reason: { key: 'internal', args: { reason: 'x is not a function' } } },
  ],
  [
    'partly done, with what was left out',
    (_input, control) => {
      control.leftOut(message('scan.left-out', { count: 3 }))
      return Promise.resolve()
    },
    { state: 'partly-done', reason: { key: 'scan.left-out', args: { count: 3 } } },
  ],
])('has %s', async (_what, runner, expected) => {
  const clock = new ManualClock()
  const { jobs } = service(clock, runner)
  await using _jobs = jobs
  jobs.start(request)
  expect(await jobs.ended('job1')).toMatchObject(expected)
})

it('says why it waits, also while it was paused in between', async () => {
  const clock = new ManualClock()
  let control: JobControl | undefined
  const { jobs } = service(clock, async (_input, own) => {
    control = own
    await sleep(clock, 60_000, own.signal)
  })
  await using _jobs = jobs
  const shown = () => {
    const { state, reason } = jobs.get('job1') ?? {}
    return [state, reason?.key ?? null]
  }
  jobs.start(request)
  await settle()
  control?.waiting(message('link.busy'))
  expect(shown()).toEqual(['waiting', 'link.busy'])
  jobs.pause('job1')
  expect(shown()).toEqual(['paused', null])
  control?.waiting(null)
  expect(shown()).toEqual(['paused', null])
  jobs.resume('job1')
  expect(shown()).toEqual(['running', null])
})

it('runs jobs of one kind one after the other at a site, and side by side at two', async () => {
  const clock = new ManualClock()
  const { jobs, state } = service(clock)
  await using _jobs = jobs
  jobs.start(request)
  jobs.start(request)
  jobs.start({ ...request, siteId: 'site2' })
  jobs.start(request)
  const states = () => ['job1', 'job2', 'job3', 'job4'].map(state)
  await clock.advance(1000)
  expect(states()).toEqual(['running', 'queued', 'running', 'queued'])
  expect(jobs.list('site1').map(({ id }) => id)).toEqual(['job4', 'job2', 'job1'])
  jobs.cancel('job4')
  jobs.pause('job1') // who pauses one may start another
  await clock.advance(1000)
  expect(states()).toEqual(['paused', 'running', 'running', 'cancelled'])
})

it('goes on from its checkpoint after the engine was restarted', async () => {
  using folder = temporaryFolder()
  const clock = new ManualClock()
  const database = () =>
    openDatabase(folder.file('site.db'), { applicationId: 1, migrations: ['CREATE TABLE fact (name TEXT)'] })
  {
    using site = database()
    const { jobs } = service(clock)
    await using _jobs = jobs
    await using _site = jobs.attach('site1', new SqliteJobStore(site))
    jobs.start(request)
    await clock.advance(1050)
    jobs.start(request)
    const ended = jobs.ended('job1')
    await jobs[Symbol.asyncDispose]()
    expect((await ended).state).toBe('waiting')
  }
  using site = database()
  const { jobs, state } = service(clock)
  await using _jobs = jobs
  await using _site = jobs.attach('site1', new SqliteJobStore(site))
  expect(jobs.list().map(({ id, state, done, reason }) => [id, state, done, reason?.key])).toEqual([
    ['job2', 'waiting', 0, 'job.restarted'],
    ['job1', 'waiting', 10, 'job.restarted'],
  ])
  await clock.advance(10_000)
  expect(state('job1')).toBe('waiting')
  jobs.resumeWaiting()
  await clock.advance(3000)
  expect(jobs.get('job1')).toMatchObject({ state: 'done', done: 40, found: 4 })
  await clock.advance(4000)
  expect(state('job2')).toBe('done')
  jobs.remove('job1')
  expect(new SqliteJobStore(site).load().map(({ job }) => job.id)).toEqual(['job2'])
})

it('is found waiting after a kill, with what was on disk a quarter of a second before', async () => {
  const clock = new ManualClock()
  const { store, kept } = countingStore()
  const killed = service(clock)
  killed.jobs.attach('site1', store)
  killed.jobs.start(request)
  killed.jobs.start({ ...request, siteId: 'site2' })
  await clock.advance(1050)
  const onDisk = structuredClone([...kept.values()])
  await killed.jobs[Symbol.asyncDispose]()

  const { jobs } = service(clock)
  await using _jobs = jobs
  await using _site = jobs.attach('site1', { ...store, load: () => onDisk })
  expect(jobs.list()).toMatchObject([{ id: 'job1', state: 'waiting', endedAt: null }])
  expect(jobs.get('job1')?.done).toBeGreaterThanOrEqual(7)
})

it('stays paused over a restart, and goes on when a person says so', async () => {
  const clock = new ManualClock()
  const { store } = countingStore()
  const first = service(clock)
  first.jobs.attach('site1', store)
  first.jobs.start(request)
  await clock.advance(1050)
  first.jobs.pause('job1')
  await first.jobs[Symbol.asyncDispose]()

  const { jobs, state } = service(clock)
  await using _jobs = jobs
  await using _site = jobs.attach('site1', store)
  jobs.resumeWaiting()
  await clock.advance(1000)
  expect(state()).toBe('paused')
  jobs.resume('job1')
  await clock.advance(10_000)
  expect(jobs.get('job1')).toMatchObject({ state: 'done', done: 40 })
})

it('stops the jobs of a site that is closed, hears their last words, and leaves the others alone', async () => {
  const clock = new ManualClock()
  const { store, kept } = countingStore()
  const { jobs, state } = service(clock, async (_input, control) => {
    try {
      await sleep(clock, 60_000, control.signal)
    } catch (error) {
      control.save('so far')
      throw error
    }
  })
  await using _jobs = jobs
  const site = jobs.attach('site1', store)
  const told: string[][] = []
  using _told = jobs.onChange((_changed, removed) => void told.push([...removed]))
  jobs.start(request)
  jobs.start({ ...request, siteId: 'site2' })
  await clock.advance(1000)
  await site[Symbol.asyncDispose]()
  expect([...kept.values()]).toMatchObject([{ job: { id: 'job1', state: 'waiting' }, checkpoint: 'so far' }])
  expect([state('job1'), state('job2')]).toEqual([undefined, 'running'])
  await clock.advance(1000)
  expect(told.flat()).toEqual(['job1'])
})

it('does not wait for ever for a runner that takes no notice, nor hears it afterwards', async () => {
  const clock = new ManualClock()
  const { store, kept } = countingStore()
  let control: JobControl | undefined
  const { jobs } = service(clock, (_input, own) => {
    control = own
    return new Promise(() => {})
  })
  jobs.attach('site1', store)
  jobs.start(request)
  await clock.advance(100)
  const stopped = jobs[Symbol.asyncDispose]()
  await clock.advance(5000)
  await stopped
  control?.save('too late')
  expect([...kept.values()]).toMatchObject([{ job: { state: 'waiting' }, checkpoint: null }])
  expect(clock.pending).toBe(0)
})

it('tells of changes, and keeps them, at most four times a second', async () => {
  const clock = new ManualClock()
  const { store, saves } = countingStore()
  const { jobs } = service(clock, scan(clock, 10_000, 1))
  await using _jobs = jobs
  await using _site = jobs.attach('site1', store)
  const told: (readonly Job[])[] = []
  using _told = jobs.onChange((changed) => void told.push(changed))
  jobs.start(request)
  await clock.advance(2000)
  expect(told.length).toBeLessThanOrEqual(9)
  expect(told.length).toBeGreaterThanOrEqual(8)
  expect(told.at(-1)).toMatchObject([{ id: 'job1', state: 'running', done: expect.any(Number) }])
  // Queued and running at once, then four times a second.
  expect(saves()).toBeLessThanOrEqual(2 + 9)
})

it('goes on working when it cannot be kept, and says so', async () => {
  const clock = new ManualClock()
  const problems: string[] = []
  const log = { debug() {}, info() {}, warn() {}, error: (text: string) => void problems.push(text), child: () => log }
  await using jobs = new SiteJobs(clock, { log })
  jobs.define('scan', scan(clock))
  const full = () => {
    throw new SitewrightError('storage.full', 'No space left')
  }
  jobs.attach('site1', { load: () => [], save: full, remove: full })
  const { id } = jobs.start(request)
  await clock.advance(5000)
  expect(jobs.get(id)).toMatchObject({ state: 'done', done: 40 })
  expect(problems[0]).toBe('A job could not be kept: No space left')
})

it('refuses what is not possible, and names the job that is not there', async () => {
  const clock = new ManualClock()
  const { jobs } = service(clock)
  await using _jobs = jobs
  const problem = (key: string) => expect.objectContaining({ key })
  expect(() => jobs.cancel('job9')).toThrow(problem('job.unknown'))
  expect(() => jobs.start({ ...request, kind: 'dance' })).toThrow('no job of kind "dance"')
  jobs.start(request)
  expect(() => jobs.remove('job1')).toThrow(problem('job.not-possible'))
  await clock.advance(5000)
  expect(() => jobs.cancel('job1')).toThrow(problem('job.not-possible'))
  expect(() => jobs.pause('job1')).toThrow(problem('job.not-possible'))
  jobs.remove('job1')
  expect(jobs.list()).toEqual([])
})

it('leaves no timer behind', async () => {
  const clock = new ManualClock()
  const { jobs } = service(clock)
  jobs.start(request)
  await clock.advance(1050)
  await jobs[Symbol.asyncDispose]()
  expect(clock.pending).toBe(0)
})
