/* One Windows event as XML, as Windows prints it and Sysmon for Linux logs it:
 *
 *     <Event><System><Provider Name="..."/><EventID>1</EventID>...</System>
 *            <EventData><Data Name="Image">...</Data></EventData></Event>
 *
 * Fields are called as those of the binary form (docs/formats.md): Provider_Name, EventID; the
 * names of Data; the elements of UserData. */
#ifndef FORMATS_XML_EVENT_XML_H
#define FORMATS_XML_EVENT_XML_H

#include "model/event.h"

enum { EVENT_XML_MAX = 1 << 20, EVENT_XML_FIELDS = 1024 };

struct event_xml {
    struct field fields[EVENT_XML_FIELDS];
    size_t nfields;
    struct origin origin; /* number is not set */
    usec time;
    uint64_t record;
    bool over; /* there are more fields than fit */
};

/* UTF-8, from `<Event` to `</Event>`. Texts go into the arena. False when it is not well formed,
 * too deep or over the budget. */
bool event_xml_read(str xml, const struct names *names, struct arena *a, struct event_xml *out);

/* The first event in `s`: where it begins and how long it is; false when none is whole. What cannot
 * be an event is passed over. */
bool event_xml_find(str s, size_t *from, size_t *len);

#endif
