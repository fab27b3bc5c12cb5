import type { Migration } from '@main/storage/sqlite'

/** "SWst": tells a site database from other files of ours. */
export const SITE_APPLICATION_ID = 0x53577374

/**
 * Format of `site.db`. Released entries are never edited: a new one is added at the end.
 * `fact` holds single values as JSON; `component` is the edge's configuration; `change` its history.
 */
export const SITE_MIGRATIONS: readonly Migration[] = [
  `CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE component (id TEXT PRIMARY KEY, factory_id TEXT NOT NULL, alias TEXT NOT NULL, properties TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE change (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, by_whom TEXT NOT NULL, component_id TEXT NOT NULL, old TEXT, new TEXT) STRICT;
   CREATE TABLE found (id TEXT PRIMARY KEY, device TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE password (role TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
]
