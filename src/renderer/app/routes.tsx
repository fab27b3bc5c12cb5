import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router'
import { CommissionIndex, CommissionPlace } from '../features/commission/commission-place'
import { DevicesPlace } from '../features/devices/devices-place'
import { JobsPlace } from '../features/jobs/jobs-place'
import { LivePlace } from '../features/live/live-place'
import { SettingsPlace } from '../features/settings/settings-place'
import { StartPlace } from '../features/start/start-place'
import { Frame } from './frame'
import { NoSitePlace } from './no-site-place'
import { SiteLayout } from './site-layout'

const root = createRootRoute({
  component: Frame,
  notFoundComponent: StartPlace,
})
const under = <P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component })

const site = under('/sites/$site', SiteLayout)
const ofSite = <P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => site, path, component })

const siteIndex = createRoute({
  getParentRoute: () => site,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/sites/$site/commission', params })
  },
})

/** Every view has an address: reports, findings and tests point at it. */
const tree = root.addChildren([
  under('/', StartPlace),
  under('/commission', NoSitePlace),
  under('/devices', NoSitePlace),
  under('/live', NoSitePlace),
  under('/jobs', JobsPlace),
  under('/settings', SettingsPlace),
  site.addChildren([
    siteIndex,
    ofSite('/commission', CommissionIndex),
    ofSite('/commission/$step', CommissionPlace),
    ofSite('/devices', DevicesPlace),
    ofSite('/devices/$device', DevicesPlace),
    ofSite('/devices/$device/$view', DevicesPlace),
    ofSite('/live', LivePlace),
  ]),
])

export const createAppRouter = (history: RouterHistory = createHashHistory()) =>
  createRouter({ routeTree: tree, history, defaultPreload: false })

export type AppRouter = ReturnType<typeof createAppRouter>

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter
  }
}
