"""Backups of an iPhone, made with Python's own sqlite3 and plistlib: another source of truth than
limier's readers. `backup(folder, signs, password)` writes one; with a password it is encrypted as
Finder does, through the system's libcrypto. Names and addresses are invented.

    python3 phone_backup.py FOLDER [SIGN|all]... [password=WORDS]"""

import ctypes
import ctypes.util
import hashlib
import os
import pathlib
import plistlib
import sqlite3
import struct
import sys
import tempfile

APPLE = 978307200
NOON = 1625140800  # 2021-07-01T12:00:00Z
DEVICE = "00008030-001A2B3C4D5E6F70"


# ---- what lies on the phone

def database(statements, rows):
    """The bytes of an SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "x.db")
        db = sqlite3.connect(path)
        db.executescript(statements)
        for table, values in rows:
            db.execute(f"insert into {table} values ({','.join('?' * len(values))})", values)
        db.commit()
        db.close()
        return path.read_bytes()


def at(seconds):
    """Apple's clock."""
    return float(NOON + seconds - APPLE)


def messages(signs):
    rows = [("handle", (1, "+15550100", "SMS")), ("handle", (2, "+15550199", "SMS"))]
    for i in range(1, 40):
        rows.append(("message", (i, f"guid-{i}", f"See you at {i % 12 + 1}. https://news.example/{i}", 1,
                                 int(at(i * 3600) * 1e9), 0, None)))
    if "link" in signs:
        rows.append(("message", (40, "guid-40", "Your parcel is held: https://parcel.badlink.example/x7Qk2", 2,
                                 int(at(7200) * 1e9), 0, None)))
    if "warned" in signs:
        rows.append(("message", (41, "guid-41", "ALERT: State-sponsored attackers may be targeting your iPhone", 2,
                                 int(at(86400) * 1e9), 0, None)))
    return database(
        "create table handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, service TEXT);"
        "create table message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT,"
        " handle_id INTEGER DEFAULT 0, date INTEGER, is_from_me INTEGER DEFAULT 0, attributedBody BLOB);"
        "create table attachment (ROWID INTEGER PRIMARY KEY, guid TEXT, created_date INTEGER, filename TEXT);", rows)


def safari(signs):
    rows, urls = [], ["https://news.example/", "https://weather.example/today"]
    if "redirect" in signs:
        urls += ["http://daily.example/", "https://get1tn0w.free247.example:30495/szev4hzq"]
    for i, url in enumerate(urls, 1):
        rows.append(("history_items", (i, url, url.split("/")[2], 1)))
    for i in range(1, 30):
        rows.append(("history_visits", (i, i % 2 + 1, at(i * 1800), "News", None, None)))
    if "redirect" in signs:
        rows.append(("history_visits", (30, 3, at(90000), "Daily", None, 31)))
        rows.append(("history_visits", (31, 4, at(90000) + 0.4, "", 30, None)))
    return database(
        "create table history_items (id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE,"
        " domain_expansion TEXT NULL, visit_count INTEGER NOT NULL);"
        "create table history_visits (id INTEGER PRIMARY KEY AUTOINCREMENT, history_item INTEGER NOT NULL,"
        " visit_time REAL NOT NULL, title TEXT NULL, redirect_source INTEGER NULL UNIQUE,"
        " redirect_destination INTEGER NULL UNIQUE);", rows)


def usage(signs):
    names = ["CommCenter/com.apple.datausage", "mDNSResponder", "apsd", "nsurlsessiond/com.example.mail",
             "com.apple.WebKit.Networking"]
    rows = [("ZPROCESS", (i, at(i * 60), at(i * 4000), name, name.partition("/")[2] or "com.apple." + name))
            for i, name in enumerate(names, 1)]
    if "process" in signs:
        rows.append(("ZPROCESS", (6, at(90060), at(99000), "bh", None)))
    number, name = (7, "roleaboutd") if "process" in signs else (6, "nobodysd")
    if "process" in signs or "data" in signs:
        rows.append(("ZPROCESS", (number, at(90090), at(99000), name, None)))
    rows += [("ZLIVEUSAGE", (i, i, at(i * 4000), 1000.0 * i, 500.0, 0.0, 0.0)) for i in range(1, 6)]
    if "data" in signs:
        rows.append(("ZLIVEUSAGE", (6, number, at(99000), 9.0e5, 4.8e7, 0.0, 1.1e7)))
    if "orphan" in signs:
        rows.append(("ZLIVEUSAGE", (7, 9, at(99100), 2.0e4, 3.0e6, 0.0, 0.0)))
    if "gap" in signs:
        rows.append(("ZPROCESS", (12, at(99900), at(99900), "timed", "com.apple.timed")))
    return database(
        "create table ZPROCESS (Z_PK INTEGER PRIMARY KEY, ZFIRSTTIMESTAMP TIMESTAMP, ZTIMESTAMP TIMESTAMP,"
        " ZPROCNAME VARCHAR, ZBUNDLENAME VARCHAR);"
        "create table ZLIVEUSAGE (Z_PK INTEGER PRIMARY KEY, ZHASPROCESS INTEGER, ZTIMESTAMP TIMESTAMP,"
        " ZWIFIIN FLOAT, ZWIFIOUT FLOAT, ZWWANIN FLOAT, ZWWANOUT FLOAT);", rows)


def lookups(signs):
    services = {"com.apple.madrid": {"tel:+15550100": {"LookupDate": at(100), "IDStatus": 1}}}
    if "lookup" in signs:
        services["com.apple.private.alloy.photostream"] = {
            "mailto:linakeller2203@badmail.example": {"LookupDate": at(90030), "IDStatus": 0}}
    return plistlib.dumps(services, fmt=plistlib.FMT_BINARY)


def daily(signs):
    import datetime
    day = datetime.datetime(2021, 7, 2)
    base = {"apsd": [day, 10.0, 20.0, 0.0, 0.0]}
    if "daily" in signs:
        base["msgacntd"] = [day, 4.0e5, 9.0e6, 0.0, 0.0]
    return plistlib.dumps({"netUsageBaseline": base}, fmt=plistlib.FMT_BINARY)


PHONE = {
    ("HomeDomain", "Library/SMS/sms.db"): messages,
    ("AppDomain-com.apple.mobilesafari", "Library/Safari/History.db"): safari,
    ("WirelessDomain", "Library/Databases/DataUsage.sqlite"): usage,
    ("HomeDomain", "Library/Preferences/com.apple.identityservices.idstatuscache.plist"): lookups,
    ("HomeDomain", "Library/Preferences/com.apple.osanalytics.addaily.plist"): daily,
}
PERSISTENCE = ("RootDomain", "Library/Preferences/com.apple.CrashReporter.plist")

# The ten that can be planted: link, warned, redirect, process, data, orphan, gap, lookup, daily, file.
SIGNS = ("link", "warned", "redirect", "process", "data", "orphan", "gap", "lookup", "daily", "file")


def files_of(signs):
    files = {where: make(signs) for where, make in PHONE.items()}
    if "file" in signs:
        files[PERSISTENCE] = plistlib.dumps({"SubmissionDisabled": True})
    return files


# ---- encryption

libcrypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
for name in ("EVP_CIPHER_CTX_new", "EVP_aes_256_cbc", "EVP_aes_256_wrap"):
    getattr(libcrypto, name).restype = ctypes.c_void_p


def aes(cipher, key, iv, data):
    context = ctypes.c_void_p(libcrypto.EVP_CIPHER_CTX_new())
    libcrypto.EVP_CIPHER_CTX_set_flags(context, 1)  # EVP_CIPHER_CTX_FLAG_WRAP_ALLOW
    out, length, last = ctypes.create_string_buffer(len(data) + 64), ctypes.c_int(0), ctypes.c_int(0)
    assert libcrypto.EVP_EncryptInit_ex(context, ctypes.c_void_p(cipher()), None, key, iv) == 1
    assert libcrypto.EVP_EncryptUpdate(context, out, ctypes.byref(length), data, len(data)) == 1
    rest = ctypes.cast(ctypes.byref(out, length.value), ctypes.c_char_p)
    assert libcrypto.EVP_EncryptFinal_ex(context, rest, ctypes.byref(last)) == 1
    libcrypto.EVP_CIPHER_CTX_free(context)
    return out.raw[:length.value + last.value]


def wrap(kek, key):
    return aes(libcrypto.EVP_aes_256_wrap, kek, None, key)


def cbc(key, data):
    return aes(libcrypto.EVP_aes_256_cbc, key, bytes(16), data)  # pads as PKCS #7


class Keybag:
    def __init__(self, password, iterations=1000, rounds=1):
        self.salt, self.dpsl = bytes(range(20)), bytes(range(20, 40))
        self.iterations, self.rounds = iterations, rounds
        first = hashlib.pbkdf2_hmac("sha256", password.encode(), self.dpsl, rounds, 32)
        self.unlock = hashlib.pbkdf2_hmac("sha1", first, self.salt, iterations, 32)
        self.classes = {n: hashlib.sha256(b"class %d" % n).digest() for n in range(1, 12)}

    def blob(self):
        def item(tag, value):
            value = struct.pack(">I", value) if isinstance(value, int) else value
            return tag.encode() + struct.pack(">I", len(value)) + value
        out = (item("VERS", 5) + item("TYPE", 1) + item("UUID", bytes(16)) + item("HMCK", bytes(40))
               + item("WRAP", 1) + item("SALT", self.salt) + item("ITER", self.iterations)
               + item("DPWT", 1) + item("DPIC", self.rounds) + item("DPSL", self.dpsl))
        for number, key in self.classes.items():
            out += (item("UUID", bytes([number]) * 16) + item("CLAS", number) + item("WRAP", 2)
                    + item("KTYP", 0) + item("WPKY", wrap(self.unlock, key)))
        return out


# ---- the folder

def archived(size, when, key):
    """An MBFile, as NSKeyedArchiver writes it."""
    file = {"$class": plistlib.UID(2), "Birth": when, "LastModified": when, "LastStatusChange": when,
            "Size": size, "Mode": 0o100644, "UserID": 501, "GroupID": 501, "ProtectionClass": 3, "Flags": 0}
    objects = ["$null", file, {"$classname": "MBFile", "$classes": ["MBFile", "NSObject"]}]
    if key:
        file["EncryptionKey"] = plistlib.UID(3)
        objects.append({"NS.data": key})
    return plistlib.dumps({"$version": 100000, "$archiver": "NSKeyedArchiver",
                           "$top": {"root": plistlib.UID(1)}, "$objects": objects}, fmt=plistlib.FMT_BINARY)


def backup(folder, signs=(), password=None, keybag=None):
    import datetime
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    bag = keybag or (Keybag(password) if password else None)
    rows = []
    for (domain, relative), data in files_of(signs).items():
        name = hashlib.sha1(f"{domain}-{relative}".encode()).hexdigest()
        wrapped = None
        if bag:
            key = hashlib.sha256(name.encode()).digest()
            wrapped = struct.pack("<I", 3) + wrap(bag.classes[3], key)
            data = cbc(key, data)
        (folder / name[:2]).mkdir(exist_ok=True)
        (folder / name[:2] / name).write_bytes(data)
        when = NOON + (90100 if (domain, relative) == PERSISTENCE else 100000)
        rows.append(("Files", (name, domain, relative, 1, archived(len(data), when, wrapped))))
    manifest = database("CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT,"
                        " flags INTEGER, file BLOB);"
                        "CREATE TABLE Properties (key TEXT PRIMARY KEY, value BLOB);", rows)
    plist = {"IsEncrypted": bool(bag), "Version": "10.0", "Date": datetime.datetime(2021, 7, 3),
             "Lockdown": {"DeviceName": "Phone", "ProductVersion": "14.6", "UniqueDeviceID": DEVICE}}
    if bag:
        key = hashlib.sha256(b"manifest").digest()
        plist["BackupKeyBag"] = bag.blob()
        plist["ManifestKey"] = struct.pack("<I", 3) + wrap(bag.classes[3], key)
        manifest = cbc(key, manifest)
    (folder / "Manifest.db").write_bytes(manifest)
    (folder / "Manifest.plist").write_bytes(plistlib.dumps(plist, fmt=plistlib.FMT_BINARY))
    (folder / "Status.plist").write_bytes(plistlib.dumps(
        {"BackupState": "new", "IsFullBackup": True, "SnapshotState": "finished"}, fmt=plistlib.FMT_BINARY))
    (folder / "Info.plist").write_bytes(plistlib.dumps(
        {"Device Name": "Phone", "Product Type": "iPhone12,1", "Product Version": "14.6",
         "Target Identifier": DEVICE, "Last Backup Date": datetime.datetime(2021, 7, 3),
         "Installed Applications": ["net.whatsapp.WhatsApp", "com.example.mail"]}))
    return folder


if __name__ == "__main__":
    chosen = {word for word in sys.argv[2:] if "=" not in word}
    secret = [word.partition("=")[2] for word in sys.argv[2:] if word.startswith("password=")]
    backup(sys.argv[1], set(SIGNS) if "all" in chosen else chosen, *secret)
