import type { EdgeConfig } from '@shared/edge-config'
import {
  ageParts,
  Button,
  EvidenceList,
  formatNumber,
  IconListCheck,
  NotSure,
  Panel,
  useText,
  Verdict,
  VerdictShape,
} from '../../ui'
import { problemOf } from '../commission/find/device-words'
import { signWords } from '../plant/power-word'
import type { Health } from './device-page'
import styles from './devices.module.css'
import { Facts } from './facts'
import type { TreeLeaf } from './tree-model'

type DeviceHealth = Health['devices'][number]

export interface DeviceOverviewProps {
  config: EdgeConfig
  leaf: TreeLeaf
  health: DeviceHealth | null
  onFind: () => void
}

/** Who it is, where it is, what it does here, how its link fares, and why we think so. */
export function DeviceOverview({ config, leaf, health, onFind }: DeviceOverviewProps) {
  const t = useText()
  const { found, part } = leaf
  const component = leaf.kind === 'component' ? config.components[leaf.id] : undefined
  const problem = found && leaf.kind === 'found' ? problemOf(t, found) : null
  const type = component?.properties.type
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        {leaf.kind === 'found' ? (
          <Panel>
            <div className={styles.unused}>
              <p>
                {problem ? <Verdict verdict={problem.verdict}>{problem.text}</Verdict> : null}{' '}
                {found && found.kind !== 'device' ? t(`find.kind.${found.kind}.why`) : t('devices.unused.why')}
              </p>
              <Button icon={<IconListCheck />} onClick={onFind}>
                {t('devices.choose')}
              </Button>
            </div>
          </Panel>
        ) : null}
        {found?.kind === 'gateway' ? null : (
          <Panel title={t('devices.identity')}>
            <Facts
              facts={[
                { name: t('devices.maker'), value: found?.brand },
                { name: t('devices.model'), value: found?.model },
                { name: t('devices.serial'), value: found?.serial, mono: true },
                { name: t('devices.firmware'), value: found?.firmware, mono: true },
                { name: t('devices.profile'), value: found?.profile, mono: true },
                {
                  name: t('devices.match'),
                  value:
                    found && found.kind === 'device' && found.proofs > 0
                      ? t('devices.match.of', { percent: formatNumber(found.confidence), count: found.proofs })
                      : null,
                },
              ]}
            />
          </Panel>
        )}
        {component ? (
          <Panel title={t('devices.in-edge')}>
            <Facts
              facts={[
                { name: t('devices.component'), value: leaf.id, mono: true },
                { name: t('devices.factory'), value: component.factoryId, mono: true },
                part ? { name: t('devices.role'), value: t(`devices.kind.${part.kind}`) } : null,
                typeof type === 'string' ? { name: t('devices.type'), value: type, mono: true } : null,
                part
                  ? {
                      name: t('devices.sign'),
                      value: t('devices.sign.words', {
                        plus: t(signWords(part.kind).positive),
                        minus: t(signWords(part.kind).negative),
                      }),
                    }
                  : null,
                component.properties.invert === true
                  ? { name: t('devices.invert'), value: t('devices.invert.yes') }
                  : null,
                { name: t('devices.connection'), value: String(component.properties['modbus.id'] ?? ''), mono: true },
                { name: t('devices.unit'), value: leaf.unit === null ? null : String(leaf.unit), mono: true },
              ]}
            />
          </Panel>
        ) : null}
      </div>
      <div className={styles.column}>
        {component ? <LinkPanel health={health} /> : null}
        {found && found.evidence.length > 0 ? (
          <Panel flush>
            <EvidenceList items={found.evidence} />
            {found.unsure.map((unsure) => (
              <NotSure key={unsure.key}>{t.message(unsure)}</NotSure>
            ))}
          </Panel>
        ) : null}
      </div>
    </div>
  )
}

/** How often it was asked and answered since the edge runs, how fast, and whether it is left alone for now. */
function LinkPanel({ health }: { health: DeviceHealth | null }) {
  const t = useText()
  if (!health)
    return (
      <Panel title={t('devices.link')}>
        <p className="muted">{t('devices.link.none')}</p>
      </Panel>
    )
  const { asked, answered, medianMs, failures, backOffMs, error, verdict } = health
  const backOff = backOffMs === null ? null : ageParts(backOffMs)
  return (
    <Panel title={t('devices.link')} actions={<Verdict verdict={verdict}>{t(`devices.link.${verdict}`)}</Verdict>}>
      <Facts
        facts={[
          {
            name: t('devices.answers'),
            value: (
              <span className="num">
                {formatNumber(answered)} / {formatNumber(asked)}
                <span className="unit">
                  {asked === 0 ? '' : `${formatNumber(Math.floor((1000 * answered) / asked) / 10, 1)} %`}
                </span>
              </span>
            ),
          },
          {
            name: t('devices.median'),
            value:
              medianMs === null ? null : (
                <span className="num">
                  {formatNumber(medianMs)}
                  <span className="unit">ms</span>
                </span>
              ),
          },
          { name: t('devices.failures'), value: <span className="num">{formatNumber(failures)}</span> },
          { name: t('devices.back-off'), value: backOff ? t(backOff.key, { n: backOff.n }) : null },
        ]}
      />
      {error ? (
        <p className={styles.linkError}>
          <VerdictShape verdict="failed" label={t('verdict.failed')} />
          <span>
            {t.maybe(error.key) ?? error.text} <span className="mono small muted">{error.text}</span>
          </span>
        </p>
      ) : null}
    </Panel>
  )
}
