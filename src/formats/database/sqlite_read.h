/* What the files of this reader share. */
#ifndef FORMATS_DATABASE_SQLITE_READ_H
#define FORMATS_DATABASE_SQLITE_READ_H

#include "base/reader.h"
#include "formats/database/sqlite.h"

uint64_t sqlite_varint(struct reader *r); /* big-endian, 1 to 9 bytes */
uint64_t sqlite_number(struct reader *r, size_t len);

/* The values of a record: false when it is damaged. */
bool sqlite_record(bytes payload, struct arena *a, struct sqlite_row *out);

/* Reads the schema table into db->tables. */
void sqlite_schema(struct sqlite *db);

void sqlite_damaged(struct sqlite *db, uint64_t offset);

#endif
