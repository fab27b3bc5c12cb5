import { PageHead, PlaceLayout, useText } from '../../ui'

export function FindStep() {
  const t = useText()
  return (
    <PlaceLayout>
      <PageHead title={t('step.find')} />
    </PlaceLayout>
  )
}
