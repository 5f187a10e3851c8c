"""Settings in files: what IIS runs, tasks, dumps of virtual directories, what ASP.NET compiled."""

import sys

from kit import DONE, run_tests, scan_json

SCRIPT = '<scr' + 'ipt language="JScript" runat="server">harmless(Request["x"])</scr' + 'ipt>'

DUMP = """

Name                            : OAB (Default Web Site)
ExtendedProtectionTokenChecking : None
Server                          : EX1
InternalAuthenticationMethods   : {WindowsIntegrated}
ExternalUrl                     : %s
"""

HOST_CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<configuration><system.applicationHost><sites><site name="Default Web Site" id="1">
<application path="/"><virtualDirectory path="%s" physicalPath="%s" /></application></site></sites>
</system.applicationHost><system.webServer><globalModules><add name="M" image="%s" /></globalModules>
<handlers><add name="h" path="%s" verb="*" type="System.Web.UI.PageHandlerFactory" /></handlers>
</system.webServer></configuration>
"""

TASK = """<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
<RegistrationInfo><URI>\\\\T</URI></RegistrationInfo><Triggers><BootTrigger/></Triggers>
<Actions><Exec><Command>%s</Command><Arguments>%s</Arguments></Exec></Actions></Task>
"""

COMPILED = '<preserve resultType="3" virtualPath="%s" assembly="App_Web_abc12345"/>'


def put(root, name, text, encoding="utf-8"):
    path = root / "C" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


def server(root, bad):
    """Two servers that differ in nothing but what an intruder changes."""
    put(root, "Windows/System32/inetsrv/config/applicationHost.config", HOST_CONFIG % (
        ("/", r"C:\ProgramData\COM1\x", r"C:\Users\Public\m.dll", "*.jpg") if bad else
        ("/", r"%SystemDrive%\inetpub\wwwroot", r"%windir%\System32\inetsrv\cachuri.dll", "*.aspx")))
    put(root, "Windows/System32/Tasks/T", TASK % (
        (r"C:\ProgramData\check.exe", "-a") if bad else
        (r"%ProgramFiles%\Vendor\update.exe", "/quiet")), "utf-16")
    put(root, "Windows/Temp/settings.txt",
        DUMP % (f"http://f/#{SCRIPT}" if bad else "https://mail.corp.example/OAB"))
    put(root, "Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/owa/1/2/x.compiled",
        COMPILED % ("/aspnet_client/one.aspx" if bad else "/owa/auth/logon.aspx"))
    return root


def what_an_intruder_changed_is_found(folder):
    report = scan_json(server(folder / "evidence", True))
    titles = {f["rule"]["title"] for f in report["findings"]}
    assert titles >= {
        "Virtual directory of IIS leads to an odd place", "Module of IIS outside the places of modules",
        "IIS runs files that are data", "Settings of a virtual directory hold script",
        "Scheduled task runs hidden script or a program from a place for data",
        "Page was run where Exchange ships none",
    }, titles
    assert report["verdict"]["state"] == "compromised", report["verdict"]


def a_server_as_it_was_installed_is_silent(folder):
    report = scan_json(server(folder / "evidence", False), ok=(DONE,))
    loud = [f for f in report["findings"] if f["rule"]["level"] not in ("informational", "low")]
    assert loud == [], loud
    assert report["coverage"]["units"]["parsed"] == 4, report["coverage"]["units"]


MARKS = "Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/shop/1/2/"


def vanished(report):
    return [f for f in report["findings"] if f["rule"]["id"] == "limier-page-vanished"]


def a_page_that_was_run_and_is_gone_is_told(folder):
    """Three pages of an application were compiled on two hosts; on one of them a page's file is gone."""
    for host in ("EX1", "EX2"):
        for name in ("home", "cart", "stat"):
            put(folder / "e" / host, f"{MARKS}{name}.aspx.cdcab7d2.compiled", COMPILED % f"/shop/pages/{name}.aspx")
            put(folder / "e" / host, f"inetpub/wwwroot/shop/pages/{name}.aspx", "<p>harmless</p>")
    assert not vanished(scan_json(folder / "e"))
    (folder / "e/EX2/C/inetpub/wwwroot/shop/pages/stat.aspx").unlink()
    told = vanished(scan_json(folder / "e"))
    assert [f["fields"]["virtualPath"] for f in told] == ["/shop/pages/stat.aspx"], told
    assert "/EX2/" in told[0]["unit"], told


def a_folder_that_was_not_collected_whole_says_nothing_of_pages_that_are_gone(folder):
    for name in ("home", "cart", "stat"):
        put(folder / "e", f"{MARKS}{name}.aspx.cdcab7d2.compiled", COMPILED % f"/shop/pages/{name}.aspx")
    for files in (["other"], ["home"]):
        for name in files:
            put(folder / "e", f"inetpub/wwwroot/shop/pages/{name}.aspx", "<p>harmless</p>")
        assert not vanished(scan_json(folder / "e"))


def script_far_down_in_settings_is_a_page(folder):
    """Behind the end of what a look at the head would show, and behind the settings themselves."""
    setting = '<add key="k" value="v" />\n'
    text = f"<configuration><appSettings>\n{setting * 400}</appSettings></configuration>\n"
    put(folder / "clean", "inetpub/wwwroot/web.config", text)
    put(folder / "bad", "inetpub/wwwroot/web.config",
        text + '<!--\n<% ev' + 'al(Request("x")) %>\n-->\n')
    found = {name: [f for f in scan_json(folder / name)["findings"]
                    if f["channel"] == "page" and f["rule"]["level"] in ("high", "critical")]
             for name in ("clean", "bad")}
    assert found["bad"] and not found["clean"], found
    assert {f["fields"]["TargetFilename"] for f in found["bad"]} == {r"C:\inetpub\wwwroot\web.config"}


PICTURE = "GIF89a;\x01\x02 <?ph" + "p $a = date('Y'); echo $a; ?>"


def what_settings_of_a_folder_run_is_told_with_them(folder):
    """By extension, by expression, by name and for all; below the folder that says so, nowhere else."""
    site = "var/www/site/"
    settings = {"ext": "AddType application/x-httpd-php .gif\n",
                "expression": '<FilesMatch "^thumb[0-9]+">\nSetHandler application/x-httpd-php\n</FilesMatch>\n',
                "all": "SetHandler application/x-httpd-php\n",
                "name": '<Files "logo.dat">\nForceType application/x-httpd-php\n</Files>\n'}
    for name, text in settings.items():
        put(folder / "e", f"{site}{name}/.htaccess", text)
        for file in ("logo.gif", "deep/logo.gif", "thumb12", "logo.dat"):
            put(folder / "e", f"{site}{name}/{file}", PICTURE, "latin-1")
    put(folder / "e", f"{site}none/logo.gif", PICTURE, "latin-1")
    report = scan_json(folder / "e")
    mapped = {f["unit"].split("/site/")[1]: f["fields"] for f in report["findings"]
              if f["rule"]["id"] == "limier-page-mapped"}
    assert set(mapped) == {"ext/logo.gif", "ext/deep/logo.gif", "expression/thumb12", "name/logo.dat",
                           "all/logo.gif", "all/deep/logo.gif", "all/thumb12", "all/logo.dat"}, mapped
    assert mapped["ext/logo.gif"]["mapping"] == ".gif", mapped["ext/logo.gif"]
    assert mapped["ext/deep/logo.gif"]["settings"].replace("\\", "/").endswith("site/ext/.htaccess"), mapped


def a_file_that_runs_with_each_page_is_told(folder):
    put(folder / "e", "var/www/site/.user.ini", "auto_prepend_file = cache.log\n")
    put(folder / "e", "var/www/site/cache.log", PICTURE, "latin-1")
    put(folder / "e", "var/www/site/a/cache.log", PICTURE, "latin-1")
    told = [f["unit"] for f in scan_json(folder / "e")["findings"] if f["rule"]["id"] == "limier-page-mapped"]
    assert len(told) == 1 and told[0].endswith("site/cache.log"), told


def what_iis_runs_by_the_settings_of_a_folder_is_told(folder):
    config = ('<configuration><system.webServer><handlers><add name="h" path="*.gif" verb="*" '
              'scriptProcessor="C:\\php\\php-cgi.exe" /></handlers></system.webServer></configuration>')
    put(folder / "e", "inetpub/wwwroot/a/web.config", config)
    for place in ("a", "b"):
        put(folder / "e", f"inetpub/wwwroot/{place}/logo.gif", PICTURE, "latin-1")
    told = [f for f in scan_json(folder / "e")["findings"] if f["rule"]["id"] == "limier-page-mapped"]
    assert [f["fields"]["TargetFilename"] for f in told] == [r"C:\inetpub\wwwroot\a\logo.gif"], told


if __name__ == "__main__":
    sys.exit(run_tests([
        what_an_intruder_changed_is_found,
        a_server_as_it_was_installed_is_silent,
        a_page_that_was_run_and_is_gone_is_told,
        a_folder_that_was_not_collected_whole_says_nothing_of_pages_that_are_gone,
        script_far_down_in_settings_is_a_page,
        what_settings_of_a_folder_run_is_told_with_them,
        a_file_that_runs_with_each_page_is_told,
        what_iis_runs_by_the_settings_of_a_folder_is_told,
    ]))
