import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { type Browser, chromium } from 'playwright-core'
import { findBrowser } from '../test/support/browser'
import { type BenchReport, median } from './report'

const ROUNDS = 5
const IDLE_S = 20

/**
 * What the program costs while nobody does anything, and how long a person waits: from starting the built program to the
 * first live value on the screen, beside the same Chromium showing an empty page.
 */
export default async function benchEngine(report: BenchReport): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-bench-'))
  try {
    // The site is set up once, so that the devices are asked and the value on the screen is one that a device gave.
    await prepare(folder)
    await idle(report, folder)
    await firstValue(report, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function idle(report: BenchReport, folder: string): Promise<void> {
  if (process.platform !== 'linux') return report.notRun('G1', 'reads /proc, which only Linux has')
  await using host = await Host.start(folder)
  await pause(5_000)
  const before = host.cpuSeconds()
  await pause(IDLE_S * 1000)
  const share = ((host.cpuSeconds() - before) / IDLE_S) * 100
  report.row({
    id: 'G1',
    what: 'memory of host and engine with the demo site running',
    ours: host.megabytes(),
    unit: 'MB',
  })
  report.row({
    id: 'G2',
    what: 'CPU of one core, demo site running, nobody looking',
    ours: share,
    unit: '%',
    note: 'simulated devices included',
  })
}

async function firstValue(report: BenchReport, folder: string): Promise<void> {
  const found = await findBrowser()
  const ours: number[] = []
  const empty: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    empty.push(await timed(async (open) => void (await open('about:blank')).url()))
    ours.push(
      await timed(async (open) => {
        await using host = await Host.start(folder)
        const page = await open(host.link)
        await page
          .getByText(/\d[.,]\d\d/)
          .first()
          .waitFor({ timeout: 30_000 })
      }),
    )
    report.progress(`first live value, round ${round + 1} of ${ROUNDS}`)
  }
  report.row({
    id: 'G3',
    what: 'exec to first live value in headless Chromium, against the same Chromium on an empty page',
    ours: median(ours),
    peer: median(empty),
    ratio: median(ours) / median(empty),
    unit: 'ms',
  })

  async function timed(act: (open: (url: string) => ReturnType<Browser['newPage']>) => Promise<void>): Promise<number> {
    const began = performance.now()
    const browser = await chromium.launch({
      executablePath: found.executablePath,
      args: [...found.args],
      env: { ...process.env, ...found.env } as Record<string, string>,
    })
    try {
      await act(async (url) => {
        const page = await browser.newPage()
        await page.goto(url)
        return page
      })
      return performance.now() - began
    } finally {
      await browser.close()
    }
  }
}

/** The browser host as a person starts it. */
class Host implements AsyncDisposable {
  readonly link: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, link: string) {
    this.#child = child
    this.link = link
  }

  static async start(dataDir: string): Promise<Host> {
    const args = [resolve('out/main/cli.js'), 'serve', '--json', '--port', '0', '--demo', '--data', dataDir]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    for await (const line of createInterface({ input: child.stdout })) {
      const told = JSON.parse(line) as { type: string; link?: string }
      if (told.type === 'listening' && told.link) return new Host(child, told.link)
    }
    throw new Error('the browser host ended before it listened')
  }

  /** User and system time of the host and its children. Source: proc(5), /proc/[pid]/stat fields 14 and 15. */
  cpuSeconds(): number {
    return this.#pids().reduce((sum, pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return sum + (Number(fields[11]) + Number(fields[12])) / 100
    }, 0)
  }

  /** Proportional set size, so that pages both processes share count once. */
  megabytes(): number {
    return this.#pids().reduce((sum, pid) => {
      const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
      return sum + Number(pss?.[1] ?? 0) / 1024
    }, 0)
  }

  #pids(): number[] {
    const pid = this.#child.pid ?? 0
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number)
    return [pid, ...children]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((done) => this.#child.once('exit', done))
    this.#child.kill('SIGTERM')
    await ended
  }
}

/** Runs the demo command once on the folder: it scans, assigns roles and leaves a site that reads. */
async function prepare(dataDir: string): Promise<void> {
  const child = spawn(process.execPath, [resolve('out/main/cli.js'), 'demo', '--keep', dataDir], { stdio: 'ignore' })
  const code = await new Promise((done) => child.once('exit', done))
  if (code !== 0) throw new Error(`sitewright demo ended with ${code}`)
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))
