#include "base/yaml.h"
#include "kit.h"

static struct arena a;

static const struct yaml_node *read(const char *text, struct yaml_error *error)
{
    return yaml_read(&a, bytes_of_str(str_of(text)), error);
}

static void reads_documents_with_places(void)
{
    struct yaml_error error;
    const struct yaml_node *root =
        read("title: One\nlist:\n  - 'a'\n  - b\nnone:\n---\ntitle: Two\n", &error);
    CHECK(root != NULL);
    if (!root) {
        return;
    }
    CHECK_STR(yaml_text(root, STR("title")), "One");
    const struct yaml_node *list = yaml_get(root, STR("list"));
    CHECK(list && list->kind == YAML_LIST && list->count == 2 && list->line == 3);
    CHECK(list && !list->items[0]->plain && list->items[1]->plain);
    CHECK(yaml_is_null(yaml_get(root, STR("none"))));
    CHECK(root->next && !root->next->next);
    CHECK_STR(yaml_text(root->next, STR("title")), "Two");
}

static void says_where_it_is_wrong(void)
{
    struct yaml_error error;
    CHECK(!read("a: b\nc: [d\ne: f\n", &error));
    CHECK(error.line == 3 && error.column > 0 && error.text[0]);
    CHECK(!read("", &error) && error.text[0]);
    CHECK(!read("a: \xff\xfe\n", &error) && error.text[0]);
    CHECK(!read("a: *nowhere\n", &error) && error.line == 1);
}

static void follows_aliases_but_not_into_a_bomb(void)
{
    struct yaml_error error;
    const struct yaml_node *root = read("a: &x [1, 2]\nb: *x\n", &error);
    CHECK(root && yaml_get(root, STR("b"))->count == 2);
    char bomb[4096] = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 20; i++) {
        size_t len = strlen(bomb);
        (void)snprintf(bomb + len, sizeof bomb - len,
                       "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, i - 1, i - 1,
                       i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    }
    CHECK(!read(bomb, &error) && strstr(error.text, "unfold"));
    CHECK(!read("a: &x [*x]\n", &error));
}

static void depth_has_a_limit(void)
{
    char deep[1000];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = 0;
    struct yaml_error error;
    CHECK(!read(deep, &error) && strstr(error.text, "deep"));
}

static void any_budget_gives_a_tree_or_an_error(void)
{
    for (uint64_t budget = 0; budget < 40000; budget += 501) {
        struct arena small;
        arena_init(&small, budget);
        struct yaml_error error;
        const struct yaml_node *n = yaml_read(
            &small, bytes_of_str(STR("a: [1,2,3,4,5,6,7,8,9]\nb: {c: d, e: &x f, g: *x}\n")),
            &error);
        CHECK(n || error.text[0]);
        arena_done(&small);
    }
}

int main(void)
{
    arena_init(&a, 1 << 24);
    RUN(reads_documents_with_places);
    RUN(says_where_it_is_wrong);
    RUN(follows_aliases_but_not_into_a_bomb);
    RUN(depth_has_a_limit);
    RUN(any_budget_gives_a_tree_or_an_error);
    arena_done(&a);
    return kit_end();
}
