import { LANGUAGES } from '../../app/i18n'
import { useSettings } from '../../app/settings'
import { useAction, useQuery } from '../../rpc'
import {
  ErrorCard,
  formatDate,
  formatTime,
  PageHead,
  Panel,
  PlaceLayout,
  Segmented,
  SelectField,
  Switch,
  useText,
} from '../../ui'
import { KeptTextField } from './kept-text-field'
import styles from './settings.module.css'

/** What a person chose for this laptop; every choice counts at once. */
export function SettingsPlace() {
  const t = useText()
  const { settings, update } = useSettings()
  const change = useAction(update)
  return (
    <PlaceLayout>
      <PageHead title={t('place.settings')} lead={t('settings.lead')} />
      {change.error ? <ErrorCard error={change.error} /> : null}
      <div className={styles.columns}>
        <Panel title={t('settings.looks')}>
          <div className={styles.rows}>
            <div className={styles.row}>
              <span>{t('settings.theme')}</span>
              <Segmented
                label={t('settings.theme')}
                value={settings.theme}
                options={(['auto', 'light', 'dark', 'sun'] as const).map((value) => ({
                  value,
                  label: t(`settings.theme.${value}`),
                }))}
                onChange={(theme) => void change.run({ theme })}
              />
            </div>
            <div className={styles.row}>
              <span>{t('settings.density')}</span>
              <Segmented
                label={t('settings.density')}
                value={settings.density}
                options={(['field', 'normal', 'lab'] as const).map((value) => ({
                  value,
                  label: t(`settings.density.${value}`),
                }))}
                onChange={(density) => void change.run({ density })}
              />
            </div>
            <SelectField
              label={t('settings.language')}
              value={settings.language}
              options={(['auto', ...LANGUAGES] as const).map((value) => ({
                value,
                label: value === 'auto' ? t('settings.language.auto') : t(`language.${value}`),
              }))}
              onChange={(language) => void change.run({ language })}
            />
            <Switch
              label={t('settings.green')}
              hint={t('settings.green.hint')}
              checked={settings.passedColour === 'green'}
              onChange={(green) => void change.run({ passedColour: green ? 'green' : 'blue' })}
            />
          </div>
        </Panel>
        <Panel title={t('settings.person')} note={t('settings.person.note')}>
          <div className={styles.rows}>
            <KeptTextField
              label={t('site.technician')}
              value={settings.technician}
              onKeep={(technician) => void change.run({ technician })}
            />
            <KeptTextField
              label={t('site.company')}
              value={settings.company}
              onKeep={(company) => void change.run({ company })}
            />
          </div>
        </Panel>
        <About />
      </div>
    </PlaceLayout>
  )
}

function About() {
  const t = useText()
  const { data } = useQuery('getAppInfo', {})
  if (!data) return null
  const rows: [string, string, boolean][] = [
    ['settings.about.version', `${data.name} ${data.version}`, false],
    ['settings.about.host', t(`settings.host.${data.host}`), false],
    ['settings.about.data', data.dataDir, true],
    ['settings.about.engine', `${formatDate(data.engineStartedAt)} ${formatTime(data.engineStartedAt)}`, false],
    ['settings.about.node', `Node ${data.node} · ${data.platform}`, true],
  ]
  return (
    <Panel title={t('settings.about')}>
      <dl className={styles.about}>
        {rows.map(([key, value, mono]) => (
          <div key={key}>
            <dt className="muted">{t(key)}</dt>
            <dd className={mono ? 'mono' : undefined}>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
