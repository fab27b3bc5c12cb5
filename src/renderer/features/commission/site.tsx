import { message } from '@shared/message'
import { SiteConcept, SiteData } from '@shared/site'
import { formatNumber, NumberField, Panel, PlaceLayout, SelectField, TextField, useText } from '../../ui'
import { defineStep, type Problem, type StepForm } from '../../wizard/step'
import styles from './commission.module.css'
import { StepHead } from './step-head'

/** As typed: a number that is none yet is null. */
type SiteValues = Omit<SiteData, 'fuseA'> & { fuseA: number | null }

type Country = SiteData['country']

/** Postcodes by country: how they look, and how many digits that is. */
const POSTCODES: Readonly<Record<Country, { pattern: RegExp; digits: number }>> = {
  CH: { pattern: /^\d{4}$/, digits: 4 },
  LI: { pattern: /^94(8[5-9]|9[0-8])$/, digits: 4 },
  AT: { pattern: /^\d{4}$/, digits: 4 },
  DE: { pattern: /^\d{5}$/, digits: 5 },
  FR: { pattern: /^\d{5}$/, digits: 5 },
  IT: { pattern: /^\d{5}$/, digits: 5 },
}

/** Swiss metering codes are `CH` and 31 characters (VSE, Metering Code Switzerland). */
const METERING_CODE_LENGTH = 33

/** Standard sizes of main fuses, A. */
const FUSES = [25, 35, 40, 63, 80, 100, 125, 160, 200, 250, 400, 630] as const

export const siteStep = defineStep<SiteValues>({
  id: 'site',
  values: (site) => site.data,
  input: SiteData,
  sentence: (field) => message(`site.${field}.wrong`),

  rules(values) {
    const problems: Problem[] = []
    const { pattern, digits } = POSTCODES[values.country]
    if (values.postcode.trim() !== '' && !pattern.test(values.postcode.trim())) {
      problems.push({
        field: 'postcode',
        verdict: 'failed',
        message: message(`site.postcode.wrong.${values.country}`, { digits }),
      })
    }
    const code = values.meteringCode.replace(/\s/g, '')
    if (values.country === 'CH' && code !== '' && (code.length !== METERING_CODE_LENGTH || !code.startsWith('CH'))) {
      problems.push({
        field: 'meteringCode',
        verdict: 'warn',
        message: message('site.meteringCode.length', { length: code.length, wanted: METERING_CODE_LENGTH }),
      })
    }
    if (values.fuseA !== null && values.fuseA >= 6 && !FUSES.some((size) => size === values.fuseA)) {
      problems.push({ field: 'fuseA', verdict: 'warn', message: message('site.fuseA.unusual') })
    }
    return problems
  },

  /** Field by field: one that is not right yet holds up no other. */
  store(values) {
    const wrong = new Set(this.rules?.(values).flatMap(({ field, verdict }) => (verdict === 'failed' ? [field] : [])))
    const right = Object.entries(SiteData.shape).flatMap(([field, schema]) => {
      const read = schema.safeParse(values[field as keyof SiteValues])
      return read.success && !wrong.has(field) ? [[field, read.data]] : []
    })
    return { data: Object.fromEntries(right) }
  },

  blame: ({ key }) => (key === 'site.name-taken' ? 'name' : null),

  View: SiteView,
})

type TextKey = Exclude<keyof SiteValues, 'country' | 'phases' | 'fuseA' | 'concept' | 'reportLanguage'>

function SiteView({ form }: { form: StepForm<SiteValues> }) {
  const t = useText()
  const { values } = form
  const text = (field: TextKey, options: { mono?: boolean; type?: 'email'; className?: string | undefined } = {}) => (
    <TextField
      {...fieldProps(form, field, t)}
      value={values[field]}
      onChange={(value) => form.set(field, value)}
      {...options}
    />
  )
  return (
    <PlaceLayout>
      <StepHead />
      <div className={styles.columns}>
        <Panel title={t('site.address')}>
          <div className={styles.grid}>
            {text('name', { className: styles.whole })}
            {text('street', { className: styles.whole })}
            {text('postcode', { className: styles.third })}
            {text('place', { className: styles.twoThirds })}
            <SelectField
              {...fieldProps(form, 'country', t)}
              value={values.country}
              options={(['CH', 'LI', 'DE', 'AT', 'FR', 'IT'] as const).map((value) => ({
                value,
                label: t(`country.${value}`),
              }))}
              onChange={(value) => form.set('country', value)}
            />
            {text('siteNumber', { mono: true })}
            {text('customer')}
            {text('email', { type: 'email' })}
          </div>
        </Panel>
        <div className={styles.column}>
          <Panel title={t('site.connection')}>
            <div className={styles.grid}>
              {text('gridOperator')}
              {text('meteringCode', { mono: true })}
              <SelectField
                {...fieldProps(form, 'phases', t)}
                value={values.phases === 1 ? '1' : '3'}
                options={[
                  { value: '3', label: t('site.phases.3') },
                  { value: '1', label: t('site.phases.1') },
                ]}
                onChange={(value) => form.set('phases', value === '1' ? 1 : 3)}
              />
              <NumberField
                {...fieldProps(form, 'fuseA', t)}
                hint={t('site.fuseA.hint', {
                  sizes: FUSES.slice(0, 7)
                    .map((size) => formatNumber(size))
                    .join(', '),
                })}
                unit="A"
                value={values.fuseA}
                onChange={(value) => form.set('fuseA', value)}
              />
              <SelectField
                {...fieldProps(form, 'concept', t)}
                className={styles.whole}
                value={values.concept}
                options={SiteConcept.options.map((value) => ({ value, label: t(`concept.${value}`) }))}
                onChange={(value) => form.set('concept', value)}
              />
            </div>
          </Panel>
          <Panel title={t('site.report')}>
            <div className={styles.grid}>
              {text('technician')}
              {text('company')}
              <SelectField
                {...fieldProps(form, 'reportLanguage', t)}
                className={styles.whole}
                value={values.reportLanguage}
                options={(['de', 'fr', 'it', 'en'] as const).map((value) => ({ value, label: t(`language.${value}`) }))}
                onChange={(value) => form.set('reportLanguage', value)}
              />
            </div>
          </Panel>
        </div>
      </div>
    </PlaceLayout>
  )
}

/** Label, hint and problem of a field, all by its name. */
function fieldProps(form: StepForm<SiteValues>, field: keyof SiteValues, t: ReturnType<typeof useText>) {
  const problem = form.problem(field)
  const said = problem ? t.message(problem.message) : null
  return {
    label: t(`site.${field}`),
    hint: t.maybe(`site.${field}.hint`) ?? undefined,
    error: problem?.verdict === 'failed' ? said : null,
    warn: problem?.verdict === 'warn' ? said : null,
    onBlur: () => form.leave(field),
  }
}
