type Sqlite = typeof import('node:sqlite')

let loaded: Sqlite | undefined

/**
 * The SQLite inside Node. It is loaded at first use, because Node 22 warns that it is experimental while loading it: that
 * one warning is kept from the person, who can do nothing about it. Everything else Node has to say is still said.
 */
export function loadSqlite(): Sqlite {
  if (loaded) return loaded
  const emitWarning = process.emitWarning
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (String(warning).startsWith('SQLite is an experimental feature')) return
    Reflect.apply(emitWarning, process, [warning, ...rest])
  }) as typeof process.emitWarning
  try {
    loaded = process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
  return loaded
}
