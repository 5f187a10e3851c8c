/* Web shells and tunnels by what their own authors wrote into them. The page judgement of limier
 * needs none of these: they name what it finds, and find what is packed beyond reading. Each rule
 * names the public description that its facts come from; the words are ours. A file that talks
 * about web shells (a scanner's list of signatures) can hold such words too: all are leads. */

rule limier_tunnel_regeorg
{
    meta:
        author = "limier"
        description = "page of the tunnel reGeorg or Neo-reGeorg"
        description_fr = "page du tunnel reGeorg ou Neo-reGeorg"
        reference = "github.com/sensepost/reGeorg"
        score = 85
    strings:
        $says = "Georg says, 'All seems fine'"
        $command = "X-CMD" nocase
        $status = "X-STATUS" nocase
        $forward = "FORWARD" fullword
    condition:
        filesize < 1MB and ($says or ($command and $status and $forward))
}

rule limier_shell_behinder_default_key
{
    meta:
        author = "limier"
        description = "page of Behinder with its default key"
        description_fr = "page de Behinder avec sa clé par défaut"
        reference = "github.com/rebeyond/Behinder"
        score = 85
    strings:
        $key = "e45e329feb5d925b" /* the first half of the MD5 of rebeyond */
    condition:
        filesize < 1MB and $key
}

rule limier_shell_godzilla_default_key
{
    meta:
        author = "limier"
        description = "page of Godzilla with its default key"
        description_fr = "page de Godzilla avec sa clé par défaut"
        reference = "github.com/BeichenDream/Godzilla"
        score = 85
    strings:
        $key = "3c6e0b8a9c15224a" /* the first half of the MD5 of key */
    condition:
        filesize < 1MB and $key
}

rule limier_shell_weevely
{
    meta:
        author = "limier"
        description = "page of the agent Weevely"
        description_fr = "page de l’agent Weevely"
        reference = "github.com/epinna/weevely3"
        score = 85
    strings:
        $header = /\$kh ?= ?"[0-9a-f]{12}"/
        $footer = /\$kf ?= ?"[0-9a-f]{12}"/
        $key = /\$k ?= ?"[0-9a-f]{8}"/
    condition:
        filesize < 1MB and $header and $footer and $key
}

rule limier_shell_supernova
{
    meta:
        author = "limier"
        description = "assembly of SUPERNOVA: it compiles and runs what a request brings"
        description_fr = "assembly SUPERNOVA : elle compile et exécute ce qu’une requête apporte"
        reference = "unit42.paloaltonetworks.com/solarstorm-supernova"
        score = 95
    strings:
        $run = "DynamicRun"
        $class = "clazz" wide
        $codes = "codes" wide
        $method = "method" wide
        $args = "args" wide
    condition:
        uint16(0) == 0x5a4d and filesize < 1MB and $run and $class and $codes and $method and $args
}

rule limier_shell_jscript_compiled
{
    meta:
        author = "limier"
        description = "compiled page that evaluates JScript without restraint"
        description_fr = "page compilée qui évalue du JScript sans retenue"
        reference = "attack.mitre.org/software/S0020"
        score = 90
    strings:
        $engine = "Microsoft.JScript"
        $evaluate = "JScriptEvaluate"
        $unsafe = "unsafe" wide
    condition:
        uint16(0) == 0x5a4d and filesize < 1MB and all of them
}

rule limier_shell_names_itself
{
    meta:
        author = "limier"
        description = "page that calls itself by the name of a public web shell"
        description_fr = "page qui porte le nom d’un webshell public"
        reference = "github.com/tennc/webshell"
        score = 75
    strings:
        $wso = /define\( ?['"]WSO_VERSION/
        $filesman = /\$default_action ?= ?['"]FilesMan['"]/
        $b374k = "b374k" fullword
        $c99 = "c99shell" nocase
        $r57 = "r57shell" nocase
        $aspxspy = "ASPXSpy" nocase
        $jspspy = "JspSpy" nocase
        $phpspy = "phpspy" nocase fullword
        $alfa = "ALFA TEaM Shell" nocase
        $indo = "IndoXploit" nocase
        $nst = "nstview" nocase fullword
        $ant = "antSword" fullword
        $webadmin = "WebShellOrb" nocase
        $madspot = "MadSpot" nocase fullword
    condition:
        filesize < 2MB and any of them
}

rule limier_shell_packed_php
{
    meta:
        author = "limier"
        description = "PHP that unpacks a text of its own and runs it at once"
        description_fr = "PHP qui déballe un texte à lui et l’exécute aussitôt"
        reference = "docs/webshells.md"
        score = 75
    strings:
        $run = /(eval|assert)\s*\(\s*(\/\*[^*]{0,40}\*\/\s*)?@?(gzinflate|gzuncompress|gzdecode|base64_decode|str_rot13|strrev|rawurldecode|hex2bin|convert_uudecode)\s*\(/ nocase
        $blob = /['"][A-Za-z0-9+\/=\\x]{400}/
    condition:
        filesize < 2MB and $run and $blob
}
