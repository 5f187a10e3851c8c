/* Settings of a folder and the files that they make run. */
#include "kit.h"
#include "trace/mapped.h"

static const str disguised[] = {STR_INIT("page.disguised")};
static const struct rule_info other_name = {
    .level = LEVEL_INFORMATIONAL, .tags = disguised, .ntags = 1};
static const struct rule_info odd_page = {.level = LEVEL_MEDIUM};
static const struct rule_info maps = {.level = LEVEL_HIGH};

static const struct named_value code = {STR_INIT("Language"), STR_INIT("PHP")};

static struct finding settings(const char *unit, const struct named_value *says)
{
    return (struct finding){
        .rule = &maps, .unit = str_of(unit), .channel = STR("page"), .fields = says, .nfields = 1};
}

static struct finding file(const struct rule_info *rule, const char *unit)
{
    return (struct finding){
        .rule = rule, .unit = str_of(unit), .channel = STR("page"), .fields = &code, .nfields = 1};
}

static bool runs_by(struct finding says, struct finding what)
{
    struct arena a;
    struct mapped *out = NULL;
    size_t count = 0;
    const struct finding both[] = {says, what};
    arena_init(&a, 1 << 20);
    CHECK(trace_mapped(both, 2, &a, &out, &count));
    bool found = count == 1 && str_eq(out[0].page->unit, what.unit) &&
                 str_eq(out[0].settings->unit, says.unit) && str_eq(out[0].by, says.fields->value);
    CHECK(found || count == 0);
    arena_done(&a);
    return found;
}

static bool maps_name(const char *value, const char *name)
{
    const struct named_value says = {STR("Maps"), str_of(value)};
    return runs_by(settings("EX1/C/www/a/.htaccess", &says), file(&other_name, name));
}

static void an_extension_is_any_part_behind_a_dot(void)
{
    CHECK(maps_name(".gif", "EX1/C/www/a/x.gif"));
    CHECK(maps_name("gif", "EX1/C/www/a/x.GIF.en"));
    CHECK(!maps_name(".gif", "EX1/C/www/a/gif"));
    CHECK(!maps_name(".gif", "EX1/C/www/a/x.gift"));
}

static void names_are_wildcards_or_expressions(void)
{
    CHECK(maps_name("*", "EX1/C/www/a/x"));
    CHECK(maps_name("thumb?.dat", "EX1/C/www/a/thumb1.dat"));
    CHECK(!maps_name("thumb?.dat", "EX1/C/www/a/thumb12.dat"));
    CHECK(maps_name("\\.(gif|png)$", "EX1/C/www/a/x.png"));
    CHECK(!maps_name("\\.(gif|png)$", "EX1/C/www/a/x.png.txt"));
    CHECK(!maps_name("(", "EX1/C/www/a/(")); /* no expression at all */
}

static void settings_hold_below_their_folder_of_their_collection(void)
{
    CHECK(maps_name(".gif", "EX1/C/www/a/b/c/x.gif"));
    CHECK(!maps_name(".gif", "EX1/C/www/ab/x.gif"));
    CHECK(!maps_name(".gif", "EX1/C/www/x.gif"));
    CHECK(!maps_name(".gif", "EX2/C/www/a/x.gif"));
}

static void a_page_by_its_name_needs_no_mapping(void)
{
    const struct named_value says = {STR("Maps"), STR("*")};
    CHECK(!runs_by(settings("EX1/C/www/a/.htaccess", &says),
                   file(&odd_page, "EX1/C/www/a/index.php")));
}

static void what_runs_with_each_page_is_named_by_its_path(void)
{
    const struct named_value beside = {STR("Prepends"), STR("./x.php")},
                             far = {STR("Prepends"), STR("/www/lib/x.php")};
    struct finding odd = file(&odd_page, "EX1/C/www/a/x.php");
    CHECK(runs_by(settings("EX1/C/www/a/.user.ini", &beside), odd));
    CHECK(!runs_by(settings("EX1/C/www/.user.ini", &beside), odd));
    CHECK(runs_by(settings("EX1/C/www/a/.user.ini", &far), file(&odd_page, "EX1/C/www/lib/x.php")));
    CHECK(!runs_by(settings("EX1/C/www/a/.user.ini", &far), odd));
}

int main(void)
{
    RUN(an_extension_is_any_part_behind_a_dot);
    RUN(names_are_wildcards_or_expressions);
    RUN(settings_hold_below_their_folder_of_their_collection);
    RUN(a_page_by_its_name_needs_no_mapping);
    RUN(what_runs_with_each_page_is_named_by_its_path);
    return kit_end();
}
