import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'

it.skipIf(process.platform !== 'linux')(
  'npm start without a display: says why there is no window, the link, the way from elsewhere, the data and the demo',
  { timeout: 120_000 },
  async () => {
    await using start = await startWithoutDisplay()
    expect(await start.readUntil('Ctrl+C')).toEqual([
      'No desktop window: there is no display. Running for your browser instead.',
      expect.stringMatching(/^Sitewright \d+\.\d+\.\d+$/),
      expect.stringMatching(/^ {2}http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/),
      expect.stringMatching(/^ {2}From another machine {2}ssh -L (\d+):127\.0\.0\.1:\1 .+@.+$/),
      `  Data                  ${start.dataDir}`,
      '  Without a browser     npm run demo',
      '  Stop                  Ctrl+C',
    ])
    start.process.kill('SIGTERM')
    expect((await once(start.process, 'exit'))[0]).toBe(0)
  },
)

async function startWithoutDisplay() {
  const dataDir = await mkdtemp(join(tmpdir(), 'sitewright-start-'))
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env
  const args = ['scripts/start.mjs', '--port', '0', '--data', dataDir]
  const child = spawn(process.execPath, args, { env: { ...env, LANG: 'C' }, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    dataDir,
    process: child,
    /** The lines that say something, up to the one that holds `text`. */
    async readUntil(text: string): Promise<string[]> {
      const seen: string[] = []
      while (!seen.at(-1)?.includes(text)) {
        const { value, done } = await lines.next()
        if (done) break
        if (value !== '') seen.push(value)
      }
      return seen
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      await rm(dataDir, { recursive: true })
    },
  }
}
