import { PageHead, PlaceLayout, useText } from '../../ui'

export function RolesStep() {
  const t = useText()
  return (
    <PlaceLayout>
      <PageHead title={t('step.roles')} />
    </PlaceLayout>
  )
}
