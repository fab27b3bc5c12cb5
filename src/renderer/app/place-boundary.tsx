import { SitewrightError } from '@shared/errors'
import { Component, type ReactNode } from 'react'
import { Button, ErrorCard, PlaceLayout, useText } from '../ui'

/** A place that breaks while drawing takes neither rail nor drawer along. */
export class PlaceBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return <Broken error={error} onRetry={() => this.setState({ error: null })} />
  }
}

function Broken({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const t = useText()
  return (
    <PlaceLayout>
      <ErrorCard
        error={new SitewrightError('internal', error.message, { cause: error })}
        actions={<Button onClick={onRetry}>{t('ui.try-again')}</Button>}
      />
    </PlaceLayout>
  )
}
