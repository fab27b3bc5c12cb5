import { SitewrightError } from '@shared/errors'
import type { EdgeMetadata, Handlers, sessionMethods, User } from '@shared/rpc'
import type { LoginGuard } from './login-guard'
import type { Account, CallContext, Realm } from './realm'
import type { Session } from './session'

const failed = () => new SitewrightError('auth.failed', 'The password is not right.')

/** Logging in and finding edges, the same on every UI wire (wire description §3). `edgeRpc` is the dispatcher's own. */
export function sessionHandlers<E>(
  realm: Realm<E>,
  guard: LoginGuard,
): Omit<Handlers<typeof sessionMethods, CallContext>, 'edgeRpc'> {
  const open = (session: Session, account: Account, token: string) => {
    session.account = account
    session.token = token
    return { token, user: userOf(account, realm.edges().length > 1), edges: [] as EdgeMetadata[] }
  }
  const byToken = (token: string, session: Session) => {
    const account = realm.tokens.find(token)
    if (!account) throw failed()
    return open(session, account, token)
  }
  const accountOf = (session: Session): Account => {
    if (session.account) return session.account
    throw new SitewrightError('auth.required', 'Log in first.', { data: [''] })
  }

  return {
    async authenticateWithPassword({ password, username }, { session }) {
      const peer = hostOf(session.connection.peer)
      const account = await guard.attempt(peer, password, () => realm.authenticate(password, username))
      if (!account) throw failed()
      return open(session, account, realm.tokens.issue(account))
    },
    authenticateWithToken: ({ token }, { session }) => byToken(token, session),
    authenticateWithSessionId: ({ sessionId }, { session }) => byToken(sessionId, session),
    logout(_params, { session }) {
      if (session.token) realm.tokens.revoke(session.token)
      session.token = null
      session.account = null
      session.end()
      return {}
    },
    getEdges({ page, limit, query, searchParams }, { session }) {
      const { role } = accountOf(session)
      const wanted = query?.toLowerCase() ?? ''
      const edges = realm
        .edges()
        .map((edge) => edge.metadata(role))
        .filter((edge) => `${edge.id} ${edge.comment} ${edge.producttype}`.toLowerCase().includes(wanted))
        .filter((edge) => searchParams?.isOnline === undefined || edge.isOnline === searchParams.isOnline)
      return { edges: edges.slice(page * limit, (page + 1) * limit) }
    },
    getEdge({ edgeId }, { session }) {
      const edge = realm.edge(edgeId)
      if (!edge) throw new SitewrightError('edge.offline', `There is no edge ${edgeId} here.`, { data: [edgeId] })
      return { edge: edge.metadata(accountOf(session).role) }
    },
    // Who subscribes to channels of an edge hears of it: the set is not needed here, nor on an OpenEMS edge.
    subscribeEdges: () => ({}),
    getUserInformation: (_params, { session }) => ({
      user: {
        firstname: '',
        lastname: accountOf(session).name,
        email: '',
        phone: '',
        address: { street: '', zip: '', city: '', country: '' },
        company: { name: '' },
      },
    }),
    updateUserLanguage: () => ({}),
    updateUserSettings: () => ({}),
  }
}

function userOf(account: Account, hasMultipleEdges: boolean): User {
  return {
    id: account.id,
    name: account.name,
    ...(account.language ? { language: account.language } : {}),
    hasMultipleEdges,
    settings: {},
    globalRole: account.role,
  }
}

/** A guesser who reconnects has another port, not another address. */
const hostOf = (peer: string): string => peer.replace(/:\d+$/, '')
