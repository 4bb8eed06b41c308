using System.Text.Json;
using Pile.Format;

namespace Pile.Reading;

// Expressions whose values are codes of a column: elements of a list, the largest value, one of several columns.
internal sealed partial class CategoryNames
{
    // Functions that return values of their first argument.
    private static readonly HashSet<string> Choosing = new(["any_value", "arbitrary", "first", "last", "first_value", "last_value",
        "nth_value", "lag", "lead", "max", "min", "mode", "arg_max", "arg_min", "argmax", "argmin", "max_by", "min_by", "arg_max_null",
        "arg_min_null", "nullif", "list_slice", "array_slice", "list_sort", "array_sort", "list_reverse_sort", "array_reverse_sort",
        "list_distinct", "array_distinct", "list_reverse", "array_reverse"], StringComparer.OrdinalIgnoreCase);

    // Functions that return an element of their first argument.
    private static readonly HashSet<string> Elementary = new(["unnest", "unlist", "list_extract", "list_element", "array_extract",
        "list_first", "array_first", "list_last", "array_last", "list_min", "array_min", "list_max", "array_max", "list_any_value",
        "list_mode", "array_any_value", "array_mode"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Collecting = new(["list", "array_agg"], StringComparer.OrdinalIgnoreCase);

    // Functions whose arguments must have the same names.
    private static readonly HashSet<string> Mixing = new(["greatest", "least", "ifnull", "nullif", "list_concat", "list_cat",
        "array_concat", "array_cat", "||", "list_intersect", "array_intersect"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the column whose codes the values of an expression are; null for other expressions.</summary>
    /// <exception cref="ArgumentException">The expression mixes codes that have other names.</exception>
    private ColumnSchema? ColumnOf(JsonElement element, SelectScope scope)
    {
        if (TextOf(element, "subquery_type") == "SCALAR")
            return OutputOf(element, scope).Columns is [var only] ? only.Schema : null;
        switch (TextOf(element, "type"))
        {
            case "COLUMN_REF":
                return scope.Find(element);
            case "ARRAY_EXTRACT":
                return ElementOf(ColumnOf(First(element), scope));
            case "ARRAY_SLICE":
                return WithNames(ColumnOf(First(element), scope));
            case "OPERATOR_COALESCE":
                return Mix("COALESCE", element.GetProperty("children").EnumerateArray(), scope);
            case "CASE_EXPR":
                return Mix("CASE", [.. element.GetProperty("case_checks").EnumerateArray().Select(c => c.GetProperty("then_expr")),
                    element.GetProperty("else_expr")], scope);
            default:
                break;
        }
        if (TextOf(element, "function_name") is not { } function || !element.TryGetProperty("children", out JsonElement children)
            || children.ValueKind != JsonValueKind.Array || children.GetArrayLength() == 0)
            return null;
        ColumnSchema? mixed = Mixing.Contains(function) ? Mix(function, children.EnumerateArray(), scope) : null;
        return Choosing.Contains(function) ? WithNames(ColumnOf(children[0], scope))
            : Elementary.Contains(function) ? ElementOf(ColumnOf(children[0], scope))
            : Collecting.Contains(function) && WithNames(ColumnOf(children[0], scope)) is { IsScalar: true } one
                ? one with { Shape = [ColumnSchema.Ragged], IsList = true } : mixed;
    }

    private static JsonElement First(JsonElement element) => element.GetProperty("children")[0];

    private static ColumnSchema? WithNames(ColumnSchema? column) => HasNames(column) ? column : null;

    private static ColumnSchema? ElementOf(ColumnSchema? list) =>
        HasNames(list) && !list!.IsScalar ? list with { Shape = [], IsList = false, Nested = null } : null;

    // A number among them is a code, so that the values have no names.
    private ColumnSchema? Mix(string what, IEnumerable<JsonElement> elements, SelectScope scope)
    {
        ColumnSchema?[] columns = [.. elements.Where(e => TextOf(e, "class") != "CONSTANT" || !IsNull(e)).Select(e => ColumnOf(e, scope))];
        ColumnSchema[] named = [.. columns.Where(HasNames).OfType<ColumnSchema>()];
        foreach (ColumnSchema other in named)
            RequireSame(named[0], other, what);
        return named.Length == columns.Length ? named.FirstOrDefault() : null;
    }

    private static void RequireSame(ColumnSchema a, ColumnSchema b, string what)
    {
        if (a.Categories.SequenceEqual(b.Categories))
            return;
        string cases = string.Join(' ', a.Categories.Take(2).Select(c => $"WHEN {Digits(c.Code)} THEN '{c.Name}'"));
        throw new ArgumentException($"{what} would mix codes. {Differ(a, b)} Take their names on both sides, as "
            + $"in CASE {a.Name} {cases}{(a.Categories.Length > 2 ? " …" : "")} END, or numbers: CAST({a.Name} AS BIGINT).");
    }
}
