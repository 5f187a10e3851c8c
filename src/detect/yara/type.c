#include "detect/yara/yara.h"

/* Names that rules compare `filetype` with; text that only looks like a script is told by its
 * beginning, as those rules expect. */
static const struct {
    str magic, name;
} types[] = {
    {STR_INIT("MZ"),                               STR_INIT("EXE")          },
    {STR_INIT("\x7f"
              "ELF"),
     STR_INIT("ELF")                                                        },
    {STR_INIT("\xcf\xfa\xed\xfe"),                 STR_INIT("MACH-O")       },
    {STR_INIT("\xce\xfa\xed\xfe"),                 STR_INIT("MACH-O")       },
    {STR_INIT("\xca\xfe\xba\xbe"),                 STR_INIT("MACH-O")       },
    {STR_INIT("MDMP"),                             STR_INIT("MDMP")         },
    {STR_INIT("%PDF"),                             STR_INIT("PDF")          },
    {STR_INIT("{\\rt"),                            STR_INIT("RTF")          },
    {STR_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), STR_INIT("OLE")          },
    {STR_INIT("PK\3\4"),                           STR_INIT("ZIP")          },
    {STR_INIT("Rar!\x1a\7"),                       STR_INIT("RAR")          },
    {STR_INIT("7z\xbc\xaf\x27\x1c"),               STR_INIT("7Zip")         },
    {STR_INIT("MSCF"),                             STR_INIT("CAB")          },
    {STR_INIT("\x1f\x8b\x08"),                     STR_INIT("GZIP")         },
    {STR_INIT("BZh"),                              STR_INIT("BZip2")        },
    {STR_INIT("L\0\0\0\1\x14\2\0"),                STR_INIT("LNK")          },
    {STR_INIT("regf"),                             STR_INIT("Registry Hive")},
    {STR_INIT("ElfFile"),                          STR_INIT("EVTX")         },
    {STR_INIT("\xff\xd8\xff"),                     STR_INIT("JPEG")         },
    {STR_INIT("GIF8"),                             STR_INIT("GIF")          },
    {STR_INIT("\x89PNG"),                          STR_INIT("PNG")          },
    {STR_INIT("<?php"),                            STR_INIT("PHP")          },
    {STR_INIT("<?xml"),                            STR_INIT("XML")          },
    {STR_INIT("<%@ page"),                         STR_INIT("JSP")          },
    {STR_INIT("<%@"),                              STR_INIT("ASP")          },
    {STR_INIT("@echo"),                            STR_INIT("BATCH")        },
    {STR_INIT("@ECHO"),                            STR_INIT("BATCH")        },
    {STR_INIT("#!/"),                              STR_INIT("UNIX SCRIPT")  },
};

str yara_file_type(bytes head)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_starts(str_of_bytes(head), types[i].magic)) {
            return types[i].name;
        }
    }
    return STR_NONE;
}
