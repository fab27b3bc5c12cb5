import { SitewrightError } from '@shared/errors'
import { message } from '@shared/message'
import type { Result } from '@shared/rpc'
import type { ModbusTcpSearch } from '@shared/site'
import { z } from 'zod'
import { useQuery } from '../../rpc'
import {
  Button,
  Empty,
  formatNumber,
  Glyph,
  IconButton,
  IconPlus,
  IconTrash,
  Panel,
  PlaceLayout,
  Switch,
  TextField,
  useText,
} from '../../ui'
import { defineStep, type Problem, type StepForm } from '../../wizard/step'
import styles from './commission.module.css'
import { StepHead } from './step-head'

/** One place to look, as typed: ports are still a text. */
export interface SearchDraft {
  readonly id: string
  readonly hosts: string
  readonly ports: string
  readonly units: string
  readonly enabled: boolean
}

interface ConnectionValues {
  readonly searches: readonly SearchDraft[]
}

const DEFAULT_PORT = 502

/** `502, 1502` → numbers; null when a piece is no port. */
export function readPorts(text: string): number[] | null {
  const pieces = text.split(/[,;\s]+/).filter((piece) => piece !== '')
  const ports = [...new Set(pieces.map(Number))]
  const right = ports.every((port) => Number.isInteger(port) && port >= 1 && port <= 65535)
  return right && ports.length > 0 ? ports : null
}

export function readSearch({ id, hosts, ports, units, enabled }: SearchDraft): ModbusTcpSearch | null {
  const numbers = readPorts(ports)
  if (hosts.trim() === '' || numbers === null) return null
  return { id, kind: 'modbus-tcp', hosts: hosts.trim(), ports: numbers, units: units.trim(), enabled }
}

export const connectionsStep = defineStep<ConnectionValues>({
  id: 'connections',
  values: ({ searches }) => ({
    searches: searches.map(({ id, hosts, ports, units, enabled }) => ({
      id,
      hosts,
      ports: ports.join(', '),
      units,
      enabled,
    })),
  }),
  input: z.object({ searches: z.array(z.unknown()).min(1) }),
  sentence: () => message('connections.none.wrong'),

  rules: ({ searches }) =>
    searches.flatMap(({ id, hosts, ports }, index): Problem[] => {
      const problems: Problem[] = []
      const failed = (field: string, key: string) =>
        problems.push({ field: `searches.${id}.${field}`, verdict: 'failed', message: message(key) })
      if (hosts.trim() === '') failed('hosts', 'connections.hosts.empty')
      if (readPorts(ports) === null) failed('ports', 'connections.ports.wrong')
      const same = searches.findIndex((other) => other.hosts.trim() === hosts.trim() && other.ports === ports)
      if (hosts.trim() !== '' && same < index) {
        const twice = message('connections.twice')
        problems.push({ field: `searches.${id}.hosts`, verdict: 'warn', message: twice })
      }
      return problems
    }),

  store: ({ searches }) => ({ searches: searches.flatMap((search) => readSearch(search) ?? []) }),

  /** The engine knows how many hosts that is, and which pieces it cannot read. */
  async check({ searches }, { rpc, site, signal }) {
    const asked = searches.filter((search) => search.enabled && readSearch(search) !== null)
    const told = asked.map(async (search): Promise<Problem> => {
      try {
        return estimated(
          search.id,
          await rpc.call('estimateScan', { siteId: site.id, searchIds: [search.id] }, { signal }),
        )
      } catch (error) {
        if (!(error instanceof SitewrightError) || error.key !== 'scan.targets') throw error
        const { key, args } = error
        return { field: `searches.${search.id}.${blamedField(error)}`, verdict: 'failed', message: { key, args } }
      }
    })
    return (await Promise.allSettled(told)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  },

  blame(error, { searches }) {
    if (error.key !== 'scan.targets') return null
    const field = blamedField(error)
    const search = searches.find((each) => each[field].includes(String(error.args.piece ?? ''))) ?? searches[0]
    return search ? `searches.${search.id}.${field}` : null
  },

  View: ConnectionsView,
})

function estimated(id: string, { hosts, seconds, needsConfirmation }: Result<'estimateScan'>): Problem {
  const args = { count: hosts, hosts: formatNumber(hosts), seconds: formatNumber(Math.max(1, Math.ceil(seconds))) }
  return {
    field: `searches.${id}.hosts`,
    verdict: needsConfirmation ? 'warn' : 'passed',
    message: message(needsConfirmation ? 'connections.many' : 'connections.estimate', args),
  }
}

/** The parser of targets says by `context` which list the piece stood in; a list of numbers also tells its limits. */
function blamedField({ args }: SitewrightError): 'hosts' | 'ports' | 'units' {
  if (args.from === undefined) return 'hosts'
  return args.context === 'unit' ? 'units' : 'ports'
}

function ConnectionsView({ form }: { form: StepForm<ConnectionValues> }) {
  const t = useText()
  const { searches } = form.values
  const { data } = useQuery('getNetworks', {})
  const networks = (data?.interfaces ?? []).filter(
    ({ network }, index, all) =>
      all.findIndex((other) => other.network === network) === index &&
      !searches.some((search) => search.hosts.includes(network)),
  )
  const add = (hosts: string) =>
    form.set('searches', [
      ...searches,
      { id: newSearchId(searches), hosts, ports: String(DEFAULT_PORT), units: '', enabled: true },
    ])
  const change = (id: string, patch: Partial<SearchDraft>) =>
    form.set(
      'searches',
      searches.map((search) => (search.id === id ? { ...search, ...patch } : search)),
    )
  const none = form.problem('searches')
  const empty = searches.length === 0
  return (
    <PlaceLayout>
      <StepHead />
      {empty ? (
        <Empty
          glyph={<Glyph name="rs485-bus" size={28} />}
          title={t('connections.none')}
          primary={
            <Button variant="default" icon={<IconPlus />} onClick={() => add('')}>
              {t('connections.add')}
            </Button>
          }
        >
          {none ? t.message(none.message) : t('connections.none.why')}
        </Empty>
      ) : (
        <Panel
          flush
          title={t('connections.modbus-tcp')}
          note={formatNumber(searches.length)}
          actions={
            <Button icon={<IconPlus />} onClick={() => add('')}>
              {t('connections.add')}
            </Button>
          }
        >
          <ul>
            {searches.map((search, index) => (
              <SearchRow
                key={search.id}
                form={form}
                search={search}
                number={index + 1}
                onChange={(patch) => change(search.id, patch)}
                onRemove={() =>
                  form.set(
                    'searches',
                    searches.filter((each) => each.id !== search.id),
                  )
                }
              />
            ))}
          </ul>
        </Panel>
      )}
      {networks.length > 0 ? (
        <Panel flush title={t('connections.here')} note={t('connections.here.note')}>
          <ul>
            {networks.map(({ name, address, network }) => (
              <li key={`${name} ${network}`} className={styles.network}>
                <Glyph name="edge" />
                <span className={styles.networkName}>{network}</span>
                <span className="muted">{t('connections.by', { name, address })}</span>
                <Button size="compact" label={t('connections.use', { network })} onClick={() => add(network)}>
                  {t('connections.search-here')}
                </Button>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
    </PlaceLayout>
  )
}

interface SearchRowProps {
  form: StepForm<ConnectionValues>
  search: SearchDraft
  number: number
  onChange: (patch: Partial<SearchDraft>) => void
  onRemove: () => void
}

function SearchRow({ form, search, number, onChange, onRemove }: SearchRowProps) {
  const t = useText()
  const field = (name: 'hosts' | 'ports' | 'units') => {
    const path = `searches.${search.id}.${name}`
    const problem = form.problem(path)
    const said = problem ? t.message(problem.message) : null
    return {
      label: t(`connections.${name}`),
      hint: t(`connections.${name}.hint`),
      error: problem?.verdict === 'failed' ? said : null,
      warn: problem?.verdict === 'warn' ? said : null,
      good: problem?.verdict === 'passed' ? said : null,
      mono: true,
      value: search[name],
      onChange: (value: string) => onChange({ [name]: value }),
      onBlur: () => form.leave(path),
    }
  }
  return (
    <li className={styles.search} aria-label={t('connections.search', { number })}>
      <TextField {...field('hosts')} className={styles.hosts} autoFocus={search.hosts === ''} />
      <TextField {...field('ports')} className={styles.ports} />
      <TextField {...field('units')} className={styles.units} placeholder={t('connections.units.default')} />
      <div className={styles.searchEnd}>
        <Switch
          label={t('connections.enabled')}
          checked={search.enabled}
          onChange={(enabled) => onChange({ enabled })}
        />
        <IconButton icon={<IconTrash />} label={t('connections.remove', { hosts: search.hosts })} onClick={onRemove} />
      </div>
    </li>
  )
}

/** Unique within the site is enough: `tcp1`, `tcp2`, … */
function newSearchId(searches: readonly SearchDraft[]): string {
  for (let number = 1; ; number++) {
    if (!searches.some(({ id }) => id === `tcp${number}`)) return `tcp${number}`
  }
}
