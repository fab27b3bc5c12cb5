import { PageHead, PlaceLayout, useText } from '../../ui'

export function DevicesPlace() {
  const t = useText()
  return (
    <PlaceLayout>
      <PageHead title={t('place.devices')} />
    </PlaceLayout>
  )
}
