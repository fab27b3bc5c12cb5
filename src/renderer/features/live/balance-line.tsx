import { freshNumber, useChannelStates } from '../../rpc'
import { formatNumber, Popover, useText, VerdictShape } from '../../ui'
import type { Part } from '../plant/parts'
import { type Balance, balanceOf, type SitePowers, shares } from './balance'
import styles from './live.module.css'
import { type FlowModel, SUM, sourcePowers } from './live-model'

/** Whether the readings agree, in one sentence, and on demand what exactly was compared with what. */
export function BalanceLine({ edgeId, model }: { edgeId: string; model: FlowModel }) {
  const t = useText()
  const powers = useSitePowers(edgeId, model)
  const balance = balanceOf(powers)
  const { selfConsumption, selfSufficiency } = shares(powers)
  const percent = (share: number | null) => (share === null ? null : formatNumber(share * 100))
  const quotas = [
    selfConsumption === null ? null : t('live.self-consumption', { percent: percent(selfConsumption) ?? '' }),
    selfSufficiency === null ? null : t('live.self-sufficiency', { percent: percent(selfSufficiency) ?? '' }),
  ].filter((text) => text !== null)
  return (
    <div className={styles.balance}>
      <Popover
        label={t('live.balance')}
        position="bottom-start"
        target={
          <button type="button" className={styles.balanceButton} data-verdict={balance.verdict}>
            <VerdictShape verdict={balance.verdict} size={18} label={t(`verdict.${balance.verdict}`)} />
            {sentence(balance, t)}
          </button>
        }
      >
        <BalanceAccount powers={powers} balance={balance} />
      </Popover>
      <span className={styles.quotas}>{quotas.join(' · ')}</span>
    </div>
  )
}

type Say = ReturnType<typeof useText>
const kw = (watts: number) => formatNumber(watts / 1000, 2)

function sentence({ verdict, residualW }: Balance, t: Say): string {
  if (residualW === null) return t('live.balance.unknown')
  if (verdict === 'notrun') return t('live.balance.unproven')
  return t(verdict === 'passed' ? 'live.balance.closes' : 'live.balance.open', { power: kw(residualW) })
}

/** The account behind the sentence: the terms of the sum, and each witness with what is left over. */
function BalanceAccount({ powers, balance }: { powers: SitePowers; balance: Balance }) {
  const t = useText()
  const rows: [string, number | null][] = [
    [t('power.producing'), powers.production],
    [t((powers.grid ?? 0) < 0 ? 'power.to-grid' : 'power.from-grid'), powers.grid],
    [t((powers.battery ?? 0) < 0 ? 'power.charging' : 'power.discharging'), powers.battery],
    [t('power.using'), powers.consumption === null ? null : -powers.consumption],
  ]
  return (
    <div className={styles.account}>
      <p>{t('live.balance.what')}</p>
      <table>
        <tbody>
          {rows.map(([name, watts]) =>
            watts === null ? null : (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="num">{kw(watts)}</td>
                <td className="muted">kW</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
      <ul className={styles.witnesses}>
        {balance.witnesses.map(({ id, closes, residualW, toleranceW }) => (
          <li key={id}>
            <VerdictShape verdict={closes ? 'passed' : 'warn'} label={t(closes ? 'verdict.passed' : 'verdict.warn')} />
            <span>
              <b>{t(`live.witness.${id}`, { power: kw(Math.abs(residualW)), allowed: kw(toleranceW) })}</b>{' '}
              <span className="muted">{t(`live.witness.${id}.means`)}</span>
            </span>
          </li>
        ))}
      </ul>
      <p className="muted small">{t('live.balance.limits')}</p>
    </div>
  )
}

function useSitePowers(edgeId: string, model: FlowModel): SitePowers {
  const grids = model.sources.find(({ kind }) => kind === 'grid')?.parts ?? []
  const phases = grids.length === 1 ? phaseAddresses(grids[0]) : []
  const metered = model.metered.map(({ power }) => power)
  const sources = sourcePowers(model)
  const states = useChannelStates(edgeId, [...Object.values(SUM), ...sources, ...phases, ...metered])
  const isComplete = sources.every((address) => freshNumber(states.get(address)) !== null)
  const of = (address: string) => freshNumber(states.get(address))
  return {
    production: of(SUM.production),
    grid: of(SUM.grid),
    battery: of(SUM.battery),
    consumption: isComplete ? of(SUM.consumption) : null,
    gridPhases: phases.map(of),
    metered: metered.map(of),
  }
}

const phaseAddresses = (part: Part | undefined) =>
  part ? ['L1', 'L2', 'L3'].map((phase) => `${part.id}/ActivePower${phase}`) : []
