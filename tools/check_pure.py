#!/usr/bin/env python3
"""Holds the pure libraries of a build without sanitizers to their promise: no variable that can
change (nothing in .data or .bss), and nothing called but what ALLOWED names.

    tools/check_pure.py BUILD_FOLDER"""

import fnmatch
import pathlib
import re
import subprocess
import sys

PURE = "base model match formats detect trace judge attribute".split()

# ISO C without input, output, clock or environment; and the libraries that work on memory. printf
# and strtod know locales, but the program never sets one.
ALLOWED = """
    memcpy memmove memset memcmp memchr strlen strcmp strncmp strchr memrchr
    malloc calloc realloc free aligned_alloc qsort bsearch abort
    snprintf vsnprintf strtod
    log log2 exp pow sqrt floor ceil
    inflate inflateInit2_ inflateEnd crc32_z hs_* yaml_* archive_* pcre2_* ZSTD_* LZ4_* lzma_* XML_* yr_* utf8proc_*
    __*_chk __stack_chk_fail __assert_fail __memcpy_chk _GLOBAL_OFFSET_TABLE_ __popcountdi2
    __cpu_model __cpu_indicator_init
""".split()

SYMBOL = re.compile(r"^[0-9a-f]+ (.{7}) (\S+)\s+[0-9a-f]+ (?:\.hidden )?(\S+)$", re.M)


def symbols(library):
    """(flags, section, name) of every symbol."""
    out = subprocess.run(["objdump", "-t", str(library)], capture_output=True, text=True, check=True)
    return SYMBOL.findall(out.stdout)


def is_changeable(section):
    return section.startswith((".bss", ".tbss", ".tdata")) or section == "*COM*" or (
        section.startswith(".data") and not section.startswith(".data.rel.ro"))


def main():
    build = pathlib.Path(sys.argv[1])
    defined, undefined, wrong = set(), {}, []
    for room in PURE:
        libraries = sorted((build / "src" / room).rglob("*.a"))
        if not libraries:
            wrong.append(f"{room}: no library below {build}: build first")
        for library in libraries:
            for flags, section, name in symbols(library):
                if section == "*UND*":
                    undefined.setdefault(name, library.stem)
                elif is_changeable(section) and "d" not in flags:
                    wrong.append(f"{library.stem}: {name} is a variable that can change ({section})")
                else:
                    defined.add(name)
    for name, library in sorted(undefined.items()):
        if name not in defined and not any(fnmatch.fnmatchcase(name, ok) for ok in ALLOWED):
            wrong.append(f"{library}: calls {name}, which a pure library must not")
    print("\n".join(wrong) or f"purity: {len(PURE)} rooms without state or side effects")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
