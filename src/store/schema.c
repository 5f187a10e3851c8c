/* The tables of a case. Times are microseconds since 1970 UTC, NULL when not known. What is
 * nested inside a row is JSON in the form of store/shape.h. A change of meaning raises
 * SCHEMA_VERSION (store/case.h). docs/case.md explains the tables to people. */
#include "store/case.h"

const char *const schema_sql[] = {
    "CREATE TABLE scan ("
    " tool TEXT NOT NULL, rules TEXT NOT NULL, evidence TEXT NOT NULL, options TEXT NOT NULL,"
    " command TEXT NOT NULL, complete INTEGER NOT NULL DEFAULT 0,"
    " loaded INTEGER NOT NULL DEFAULT 0, assessment TEXT) STRICT",

    /* Rules that did not load, in the order they were met. */
    "CREATE TABLE rule_problem (number INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT",

    /* Rules that matched, complete: the case explains itself without rule files. */
    "CREATE TABLE rule (number INTEGER PRIMARY KEY, id TEXT NOT NULL, title TEXT NOT NULL,"
    " level TEXT NOT NULL, engine TEXT NOT NULL, info TEXT NOT NULL UNIQUE) STRICT",

    "CREATE TABLE unit (path TEXT PRIMARY KEY, format TEXT NOT NULL, size INTEGER NOT NULL,"
    " modified INTEGER, sha256 BLOB, outcome TEXT NOT NULL, example TEXT NOT NULL) STRICT, WITHOUT "
    "ROWID",

    /* What was read of a unit in one pass; the unit's own row follows when all parts are there. */
    "CREATE TABLE part (number INTEGER PRIMARY KEY, unit TEXT NOT NULL, pass INTEGER NOT NULL,"
    " part INTEGER NOT NULL, events INTEGER NOT NULL, UNIQUE (unit, pass, part)) STRICT",

    "CREATE TABLE note (unit TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,"
    " offset INTEGER NOT NULL, length INTEGER NOT NULL,"
    " PRIMARY KEY (unit, kind)) STRICT, WITHOUT ROWID",

    /* What was seen of one log of one host; the clock's shift in seconds is not yet added. */
    "CREATE TABLE log (part INTEGER NOT NULL REFERENCES part, host TEXT NOT NULL,"
    " channel TEXT NOT NULL, build TEXT NOT NULL, first INTEGER, last INTEGER,"
    " events INTEGER NOT NULL, shift INTEGER NOT NULL, gaps TEXT NOT NULL, ids TEXT NOT NULL) "
    "STRICT",

    "CREATE TABLE vote (part INTEGER NOT NULL REFERENCES part, host TEXT NOT NULL,"
    " quarter_hours INTEGER NOT NULL, count INTEGER NOT NULL) STRICT",

    /* What a client asked of a page (empty: of all pages); the shift is not yet added. */
    "CREATE TABLE visit (part INTEGER NOT NULL REFERENCES part, host TEXT NOT NULL,"
    " page TEXT NOT NULL COLLATE NOCASE, address TEXT NOT NULL, account TEXT NOT NULL,"
    " agent TEXT NOT NULL, first INTEGER, last INTEGER, ok_first INTEGER, ok_last INTEGER,"
    " requests INTEGER NOT NULL,"
    " ok INTEGER NOT NULL, moved INTEGER NOT NULL, refused INTEGER NOT NULL,"
    " failed INTEGER NOT NULL, posts INTEGER NOT NULL, minutes INTEGER NOT NULL,"
    " out INTEGER NOT NULL, received INTEGER NOT NULL, sized INTEGER NOT NULL,"
    " swept INTEGER NOT NULL, agents INTEGER NOT NULL, record INTEGER NOT NULL,"
    " offset INTEGER NOT NULL, timed INTEGER NOT NULL, waited INTEGER NOT NULL,"
    " shift INTEGER NOT NULL DEFAULT 0) STRICT",

    "CREATE TABLE finding (id TEXT NOT NULL, part INTEGER NOT NULL REFERENCES part,"
    " rule INTEGER NOT NULL REFERENCES rule, record INTEGER NOT NULL, offset INTEGER NOT NULL,"
    " length INTEGER NOT NULL, time INTEGER, raw_time INTEGER, channel TEXT NOT NULL,"
    " host TEXT NOT NULL, event_id INTEGER NOT NULL, summary TEXT NOT NULL,"
    " fields TEXT NOT NULL, entities TEXT NOT NULL, trail INTEGER NOT NULL,"
    " led_by TEXT NOT NULL) STRICT",
    "CREATE INDEX finding_id ON finding (id)",

    /* What correlations rest on: `rule` counts all rules of the scan, which are the same when it
     * is taken up again. */
    "CREATE TABLE observation (part INTEGER NOT NULL REFERENCES part, rule INTEGER NOT NULL,"
    " record INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, time INTEGER,"
    " channel TEXT NOT NULL, host TEXT NOT NULL, event_id INTEGER NOT NULL,"
    " fields TEXT NOT NULL) STRICT",
    NULL,
};
