import { newSiteData } from '@shared/site'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSettings } from '../../app/settings'
import { useAction, useRpc } from '../../rpc'
import { Button, Dialog, ErrorCard, IconFlask, IconPlus, TextField, useText } from '../../ui'

/** Asks for the one thing a new site needs; everything else has its place in the first step. */
export function NewSiteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText()
  const rpc = useRpc()
  const navigate = useNavigate()
  const { settings } = useSettings()
  const [name, setName] = useState('')
  const create = useAction(async () => {
    const { technician, company } = settings
    const data = { ...newSiteData, name: name.trim(), technician, company }
    const { site } = await rpc.call('createSite', { data })
    setName('')
    onClose()
    await navigate({ to: '/sites/$site/commission', params: { site: site.id } })
  })
  const tooShort = name.trim().length < 2
  const taken = create.error?.key === 'site.name-taken'
  const submit = () => {
    if (!tooShort) void create.run()
  }
  return (
    <Dialog
      open={open}
      title={t('start.new-site')}
      onClose={onClose}
      actions={
        <>
          <Button variant="subtle" onClick={onClose}>
            {t('ui.not-now')}
          </Button>
          <Button variant="filled" busy={create.busy} disabled={tooShort} onClick={submit}>
            {t('start.create')}
          </Button>
        </>
      }
    >
      <TextField
        autoFocus
        label={t('site.name')}
        hint={t('start.name.hint')}
        value={name}
        error={taken && create.error ? t.error(create.error) : null}
        onChange={(value) => {
          setName(value)
          create.clear()
        }}
        onEnter={submit}
      />
      {create.error && !taken ? <ErrorCard error={create.error} /> : null}
    </Dialog>
  )
}

/** Opens the demo site: its simulated devices and its edge start with it. */
export function useDemoSite() {
  const rpc = useRpc()
  const navigate = useNavigate()
  return useAction(async () => {
    const { siteId } = await rpc.call('openDemoSite', {})
    await navigate({ to: '/sites/$site/commission', params: { site: siteId } })
  })
}

export function NewSiteButton() {
  const t = useText()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="filled" icon={<IconPlus />} onClick={() => setOpen(true)}>
        {t('start.new-site')}
      </Button>
      <NewSiteDialog open={open} onClose={() => setOpen(false)} />
    </>
  )
}

export function DemoSiteButton() {
  const t = useText()
  const demo = useDemoSite()
  return (
    <>
      <Button variant="subtle" icon={<IconFlask />} busy={demo.busy} onClick={() => void demo.run()}>
        {t('start.try-demo')}
      </Button>
      {demo.error ? <ErrorCard error={demo.error} /> : null}
    </>
  )
}
