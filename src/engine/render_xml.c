#include "engine/render.h"
#include "engine/spell.h"

/* The fields of System in the order of Windows, and the element and attribute each stands in. */
static const struct place {
    str field, element, attribute; /* no attribute: it is the element's text */
} places[] = {
    {STR_INIT("Provider_Name"),                 STR_INIT("Provider"),      STR_INIT("Name")           },
    {STR_INIT("Provider_Guid"),                 STR_INIT("Provider"),      STR_INIT("Guid")           },
    {STR_INIT("Provider_EventSourceName"),      STR_INIT("Provider"),      STR_INIT("EventSourceName")},
    {STR_INIT("EventID_Qualifiers"),            STR_INIT("EventID"),       STR_INIT("Qualifiers")     },
    {STR_INIT("EventID"),                       STR_INIT("EventID"),       STR_INIT("")               },
    {STR_INIT("Version"),                       STR_INIT("Version"),       STR_INIT("")               },
    {STR_INIT("Level"),                         STR_INIT("Level"),         STR_INIT("")               },
    {STR_INIT("Task"),                          STR_INIT("Task"),          STR_INIT("")               },
    {STR_INIT("Opcode"),                        STR_INIT("Opcode"),        STR_INIT("")               },
    {STR_INIT("Keywords"),                      STR_INIT("Keywords"),      STR_INIT("")               },
    {STR_INIT("TimeCreated_SystemTime"),        STR_INIT("TimeCreated"),   STR_INIT("SystemTime")     },
    {STR_INIT("EventRecordID"),                 STR_INIT("EventRecordID"), STR_INIT("")               },
    {STR_INIT("Correlation_ActivityID"),        STR_INIT("Correlation"),   STR_INIT("ActivityID")     },
    {STR_INIT("Correlation_RelatedActivityID"), STR_INIT("Correlation"),
     STR_INIT("RelatedActivityID")                                                                    },
    {STR_INIT("Execution_ProcessID"),           STR_INIT("Execution"),     STR_INIT("ProcessID")      },
    {STR_INIT("Execution_ThreadID"),            STR_INIT("Execution"),     STR_INIT("ThreadID")       },
    {STR_INIT("Execution_ProcessorID"),         STR_INIT("Execution"),     STR_INIT("ProcessorID")    },
    {STR_INIT("Execution_SessionID"),           STR_INIT("Execution"),     STR_INIT("SessionID")      },
    {STR_INIT("Execution_KernelTime"),          STR_INIT("Execution"),     STR_INIT("KernelTime")     },
    {STR_INIT("Execution_UserTime"),            STR_INIT("Execution"),     STR_INIT("UserTime")       },
    {STR_INIT("Execution_ProcessorTime"),       STR_INIT("Execution"),     STR_INIT("ProcessorTime")  },
    {STR_INIT("Channel"),                       STR_INIT("Channel"),       STR_INIT("")               },
    {STR_INIT("Computer"),                      STR_INIT("Computer"),      STR_INIT("")               },
    {STR_INIT("Security_UserID"),               STR_INIT("Security"),      STR_INIT("UserID")         },
};

enum { PLACES = ARRAY_LEN(places) };

static size_t place_of(str field)
{
    size_t i = 0;
    while (i < PLACES && !str_eq(places[i].field, field)) {
        i++;
    }
    return i;
}

/* Fields of System come first, each once: what an event's own data call "Level" is none. Says
 * where its own data begin. */
static size_t sort_system(const struct event *e, const struct field *found[PLACES])
{
    size_t i = 0;
    for (; i < e->nfields; i++) {
        size_t place = place_of(e->fields[i].name);
        if (place == PLACES || found[place]) {
            break;
        }
        found[place] = &e->fields[i];
    }
    return i;
}

/* Places [from, to) are one element; nothing, when the event has none of them. */
static void element(struct buf *b, const struct field *const found[PLACES], size_t from, size_t to,
                    struct arena *a)
{
    const struct field *text = NULL;
    bool any = false;
    for (size_t i = from; i < to; i++) {
        any |= found[i] != NULL;
    }
    if (!any) {
        return;
    }
    buf_char(b, '<');
    buf_add(b, places[from].element);
    for (size_t i = from; i < to; i++) {
        if (places[i].attribute.len == 0) {
            text = found[i];
        } else if (found[i]) {
            buf_char(b, ' ');
            buf_add(b, places[i].attribute);
            buf_add(b, STR("=\""));
            spell_xml(b, found[i], a);
            buf_char(b, '"');
        }
    }
    if (!text) {
        buf_add(b, STR("/>"));
        return;
    }
    buf_char(b, '>');
    spell_xml(b, text, a);
    buf_add(b, STR("</"));
    buf_add(b, places[from].element);
    buf_char(b, '>');
}

/* Of an event that is none of Windows: what every event has. */
static void plain_system(struct buf *b, const struct event *e)
{
    buf_add(b, STR("<Provider Name=\""));
    spell_xml_text(b, e->origin->provider);
    buf_add(b, STR("\"/><EventID>"));
    buf_u64(b, e->origin->event_id);
    buf_add(b, STR("</EventID><TimeCreated SystemTime=\""));
    spell_time(b, e->time);
    buf_add(b, STR("\"/><EventRecordID>"));
    buf_u64(b, e->record);
    buf_add(b, STR("</EventRecordID><Channel>"));
    spell_xml_text(b, e->origin->channel);
    buf_add(b, STR("</Channel><Computer>"));
    spell_xml_text(b, e->origin->host);
    buf_add(b, STR("</Computer>"));
}

static void system_element(struct buf *b, const struct event *e,
                           const struct field *const found[PLACES], struct arena *a)
{
    buf_add(b, STR("<System>"));
    for (size_t from = 0, to; from < PLACES; from = to) {
        for (to = from + 1; to < PLACES && str_eq(places[to].element, places[from].element); to++) {
        }
        element(b, found, from, to, a);
    }
    bool any = false;
    for (size_t i = 0; i < PLACES; i++) {
        any |= found[i] != NULL;
    }
    if (!any) {
        plain_system(b, e);
    }
    buf_add(b, STR("</System>"));
}

static void data_element(struct buf *b, const struct field *f, struct arena *a)
{
    buf_add(b, STR("<Data"));
    if (f->name.len > 0 && !str_eq(f->name, STR("Data"))) {
        buf_add(b, STR(" Name=\""));
        spell_xml_text(b, f->name);
        buf_char(b, '"');
    }
    buf_char(b, '>');
    spell_xml(b, f, a);
    buf_add(b, STR("</Data>"));
}

void render_xml(struct buf *b, const struct event *e, struct arena *a)
{
    const struct field *found[PLACES] = {NULL};
    size_t data = sort_system(e, found);
    buf_add(b, STR("<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">"));
    system_element(b, e, found, a);
    buf_add(b, STR("<EventData>"));
    for (size_t i = data; i < e->nfields; i++) {
        data_element(b, &e->fields[i], a);
    }
    buf_add(b, STR("</EventData></Event>\n"));
}
