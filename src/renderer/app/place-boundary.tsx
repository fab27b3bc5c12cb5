import { SitewrightError } from '@shared/errors'
import { Component, type ReactNode } from 'react'
import { Button, ErrorCard, PlaceLayout, useText } from '../ui'

interface State {
  error: Error | null
  at: string
}

/**
 * A place that breaks while drawing takes neither rail nor drawer along. Another address is another try; a place that is
 * well stays as it is when only its address changes, so that a tree keeps its scroll and focus.
 */
export class PlaceBoundary extends Component<{ at: string; children: ReactNode }, State> {
  override state: State = { error: null, at: this.props.at }

  static getDerivedStateFromProps({ at }: { at: string }, state: State): State | null {
    return at === state.at ? null : { error: null, at }
  }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override componentDidUpdate(before: { at: string }) {
    if (this.state.error && before.at !== this.props.at) this.setState({ error: null })
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
