using System.Globalization;
using System.Text;
using System.Text.Json;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Lets SQL compare columns of codes by the names of their categories: <c>label = 'WBC'</c>, <c>label IN ('RBC', 'WBC')</c>,
/// <c>a.label = b.label</c>.</summary>
/// <remarks>A name is replaced with its code in the text, at the place that DuckDB's parser states. Of two columns whose codes have other
/// names, one is replaced with an expression of the other's codes. Comparisons with numbers stay as they are.</remarks>
internal sealed partial class CategoryNames
{
    private static readonly string[] Comparisons = ["COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_DISTINCT_FROM",
        "COMPARE_NOT_DISTINCT_FROM"];

    private static readonly string[] Orderings = ["COMPARE_LESSTHAN", "COMPARE_GREATERTHAN", "COMPARE_LESSTHANOREQUALTO",
        "COMPARE_GREATERTHANOREQUALTO"];

    // Functions of a list and elements.
    private static readonly string[] ElementFunctions = ["list_contains", "list_has", "array_contains", "array_has", "list_position",
        "array_position", "list_indexof", "array_indexof", "list_has_any", "array_has_any", "list_has_all", "array_has_all", "&&", "@>",
        "<@"];

    private const int MostNames = 40;

    // LIKE, ILIKE, GLOB and SIMILAR TO, and functions of a text.
    private static readonly string[] TextFunctions = ["~~", "!~~", "~~*", "!~~*", "~~~", "like_escape", "not_like_escape", "ilike_escape",
        "not_ilike_escape", "regexp_matches", "regexp_full_match", "starts_with", "prefix", "suffix", "ends_with", "^@", "contains",
        "lower", "lcase", "upper", "ucase", "trim", "substr", "substring"];

    private readonly byte[] text;
    private readonly SortedDictionary<int, (int End, string Text)> found;
    private readonly Dictionary<int, Relation> outputs = []; // of subqueries, by their places

    private CategoryNames(byte[] text, SortedDictionary<int, (int End, string Text)> found) => (this.text, this.found) = (text, found);

    /// <summary>Replaces names with codes.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="view">The columns that it may use.</param>
    /// <returns>The condition; the same text if it compares no categories by name.</returns>
    /// <exception cref="ArgumentException">A name is not a category of its column, or two columns cannot be compared.</exception>
    internal static string Replace(DuckDbConnection connection, string condition, ViewSchema view) =>
        view.Columns.Any(HasCategories) ? Replace(connection, condition, name => SchemaOf(view.FindOrNull(name))) : condition;

    /// <summary>Replaces names with codes in a condition on several tables.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="columns">Returns the column that a name refers to, perhaps with its table, as in <c>a.kind</c>; null for none.</param>
    /// <exception cref="ArgumentException">A name is not a category of its column, or two columns cannot be compared.</exception>
    internal static string Replace(DuckDbConnection connection, string condition, Func<string, ColumnSchema?> columns) =>
        SqlText.Replace(connection, SqlText.Select, condition, (tree, text, found) =>
            new CategoryNames(text, found).Find(tree, new SelectScope(columns)));

    /// <summary>Replaces names with codes in a statement.</summary>
    /// <param name="connection">Any connection.</param>
    /// <param name="statement">The SELECT.</param>
    /// <param name="views">The views that it may read.</param>
    /// <param name="output">Receives the columns of the result, as far as they are columns of views; null if they are not known.</param>
    /// <returns>The statement; the same text if it compares no categories by name.</returns>
    /// <exception cref="ArgumentException">A name is not a category of its column, or codes are joined that mean other names.</exception>
    internal static string ReplaceIn(DuckDbConnection connection, string statement,
        IReadOnlyCollection<KeyValuePair<string, Relation>> views, out Relation? output)
    {
        output = null;
        if (!views.Any(v => v.Value.Columns.Any(c => HasNames(c.Schema))))
            return statement;
        Relation? result = null;
        string replaced = SqlText.Replace(connection, "", statement, (tree, text, found) =>
        {
            foreach (JsonElement one in tree.GetProperty("statements").EnumerateArray())
                result = new CategoryNames(text, found).FindInNode(one.GetProperty("node"), new SelectScope(views));
        });
        output = result;
        return replaced;
    }

    /// <summary>Tells whether codes mean the same names in two columns, so that codes can be compared.</summary>
    internal static bool AreSame(ColumnSchema a, ColumnSchema b) =>
        a.Categories.SequenceEqual(b.Categories) && a.Categories.DistinctBy(c => c.Name).Count() == a.Categories.Length;

    /// <summary>Returns a column of a view for the comparison of names; null for none. One without categories also hides those of a shorter
    /// name.</summary>
    internal static ColumnSchema? SchemaOf(ViewColumn? column) =>
        column is null ? null : HasCategories(column) ? column.Stored! with { Name = column.Name }
            : new() { Name = column.Name, DType = column.DType ?? DType.String };

    private static bool HasCategories(ViewColumn column) => HasNames(column.Stored) && column.Scale == 1;

    private static bool HasNames(ColumnSchema? column) => column is { Categories.IsEmpty: false } && column.DType.IsInteger();

    private void Find(JsonElement element, SelectScope scope)
    {
        if (element.ValueKind == JsonValueKind.Array)
            foreach (JsonElement child in element.EnumerateArray())
                Find(child, scope);
        if (element.ValueKind != JsonValueKind.Object)
            return;
        string? type = TextOf(element, "type");
        if (type is "OPERATOR_COALESCE" or "CASE_EXPR" || (TextOf(element, "function_name") is { } name && Mixing.Contains(name)))
            ColumnOf(element, scope); // which rejects a mixture
        if (type == "SUBQUERY" && element.TryGetProperty("subquery_type", out _))
        {
            FindInSubquery(element, scope);
            return;
        }
        if (Comparisons.Contains(type) && element.TryGetProperty("left", out JsonElement left))
            Compare([left, element.GetProperty("right")], scope);
        else if (Orderings.Contains(type) && element.TryGetProperty("left", out JsonElement less))
            RejectOrder([less, element.GetProperty("right")], scope);
        else if (type is "COMPARE_BETWEEN" or "COMPARE_NOT_BETWEEN" && element.TryGetProperty("input", out JsonElement input))
            RejectOrder([input, element.GetProperty("lower"), element.GetProperty("upper")], scope);
        else if (type is "COMPARE_IN" or "COMPARE_NOT_IN" && element.TryGetProperty("children", out JsonElement children))
            Compare([.. children.EnumerateArray()], scope);
        else if (type == "FUNCTION" && TextOf(element, "function_name") is { } function)
            if (ElementFunctions.Contains(function, StringComparer.OrdinalIgnoreCase) || IsInList(function, element, scope))
                Compare([.. element.GetProperty("children").EnumerateArray()], scope);
            else if (TextFunctions.Contains(function, StringComparer.OrdinalIgnoreCase))
                RejectLabel(element.GetProperty("children"), scope);
        foreach (JsonProperty property in element.EnumerateObject())
            Find(property.Value, scope);
    }

    // 'x' IN list, which is contains(list, 'x').
    private bool IsInList(string function, JsonElement element, SelectScope scope) => function == "contains"
        && element.GetProperty("children") is var children && children.GetArrayLength() > 0
        && ColumnOf(children[0], scope) is { IsScalar: false };

    // The first operand is compared with each of the others.
    private void Compare(JsonElement[] operands, SelectScope scope, ColumnSchema? fixedColumn = null)
    {
        operands = [.. operands.SelectMany(o => Elements(o, "list_value") ?? [o])];
        if (operands.Length > 0 && Elements(operands[0], "row") is { } row
            && operands.All(o => Elements(o, "row")?.Length == row.Length))
        {
            for (int i = 0; i < row.Length; i++)
                Compare([.. operands.Select(o => Elements(o, "row")![i])], scope);
            return;
        }
        ColumnSchema?[] any = [.. operands.Select(o => ColumnOf(o, scope))], columns = [.. any.Select(WithNames)];
        for (int i = 0; i < operands.Length; i++)
        {
            if (columns[0] is { } first)
                RequireCode(first, operands[i], any[i]);
            if ((i > 0 ? columns[i] : fixedColumn) is { } one)
                RequireCode(one, operands[0], any[0]);
        }
        if (operands.Length == 0 || (columns[0] is null && NameIn(operands[0]) is null))
            return; // a number is compared with the codes of each column
        int at = Array.FindIndex(columns, c => c is not null);
        for (int i = 0; i < operands.Length; i++)
            if (columns[i] is not null && SqlText.NameOf(operands[i]) is null)
                at = i; // a subquery, whose text is not replaced
        if ((fixedColumn ?? (at < 0 ? null : columns[at])) is not { } target)
            return;
        bool isRecoded = columns.Where((c, i) => c is not null && (i != at || fixedColumn is not null) && !AreSame(c, target)).Any();
        for (int i = 0; i < operands.Length && isRecoded; i++)
            if (columns[i] is { } column && Recode(operands[i], column, target) && i == 0
                && operands.Any(o => TextOf(o, "class") == "CONSTANT" && NameIn(o) is null && !IsNull(o)))
                throw new ArgumentException($"'{column.Name}' is compared with a number and with '{target.Name}', whose codes have other "
                    + "names. Write the names of categories in place of numbers.");
        foreach (JsonElement operand in operands)
            if (NameIn(operand) is { } name && StartOf(operand) is { } start && LengthOf(start) is > 0 and var length
                && CodesOf(target, name) is var codes)
                Add(start, start + length, codes.Length == 1 || isRecoded ? Digits(codes[0])
                    : AnyOf(codes, target, name, fixedColumn is null ? operands[at] : null));
    }

    // Replaces a column with its values in the codes of another one. Names that the other does not have become numbers outside int64.
    private bool Recode(JsonElement operand, ColumnSchema column, ColumnSchema target)
    {
        Dictionary<string, string> codes = [];
        foreach (CategorySchema category in target.Categories)
            codes.TryAdd(category.Name, Digits(category.Code));
        StringBuilder cases = new();
        int others = 0;
        foreach (CategorySchema category in column.Categories)
        {
            if (!codes.TryGetValue(category.Name, out string? code))
                codes.Add(category.Name, code = NextOther());
            if (code != Digits(category.Code))
                cases.Append(CultureInfo.InvariantCulture, $" WHEN {category.Code} THEN {code}");
        }
        foreach (CategorySchema category in target.Categories)
            if (!column.Categories.Any(c => c.Code == category.Code))
                cases.Append(CultureInfo.InvariantCulture, $" WHEN {category.Code} THEN {NextOther()}"); // a code without a name
        if (cases.Length == 0)
            return false;
        if (SqlText.NameOf(operand) is null || !column.IsScalar)
            throw new ArgumentException($"{Differ(column, target)} Compare single columns by their names: {column.Name} = {target.Name}.");
        (int start, int end) = Locate(operand);
        Add(start, end, $"(CASE {Slice(start, end)}{cases} ELSE {Slice(start, end)} END)");
        return true;

        string NextOther() => string.Create(CultureInfo.InvariantCulture, $"({(Int128)long.MinValue - ++others})");
    }

    // The code of the row if it is one of those with the name; the first of them otherwise.
    private string AnyOf(long[] codes, ColumnSchema column, string name, JsonElement? operand)
    {
        string list = string.Join(", ", codes.Select(Digits));
        if (operand is not { } element || SqlText.NameOf(element) is null || !column.IsScalar)
            throw new ArgumentException($"'{name}' is the name of several codes of '{column.Name}': {list}. Write the codes.");
        (int start, int end) = Locate(element);
        return $"(CASE WHEN {Slice(start, end)} IN ({list}) THEN {Slice(start, end)} ELSE {Digits(codes[0])} END)";
    }

    private void Add(int start, int end, string part)
    {
        if (found.TryGetValue(start, out (int End, string Text) other) && other.Text != part)
            throw new ArgumentException($"{Slice(start, end)} is compared with columns whose codes have other names. Compare it with each "
                + "column separately.");
        found[start] = (end, part);
    }

    // DuckDB would report that it has no such function of an integer, the code.
    private static void RejectLabel(JsonElement operands, SelectScope scope)
    {
        foreach (JsonElement operand in operands.EnumerateArray())
            if (scope.Find(operand) is { } column && HasNames(column) && column.IsScalar)
                throw new ArgumentException($"'{column.Name}' has labels, which are compared by name with =, <> and IN only. Its "
                    + $"labels are {string.Join(", ", column.Categories.Take(MostNames).Select(c => c.Name))}"
                    + $"{(column.Categories.Length > MostNames ? " …" : "")}.");
    }

    private void RejectOrder(JsonElement[] operands, SelectScope scope)
    {
        JsonElement[][] rows = [.. operands.Select(o => Elements(o, "row") ?? [o])];
        for (int i = 0; i < rows.Min(r => r.Length); i++)
        {
            ColumnSchema?[] columns = [.. rows.Select(r => ColumnOf(r[i], scope))];
            RejectOrder(columns);
            foreach (ColumnSchema column in columns.Where(HasNames).OfType<ColumnSchema>())
                for (int k = 0; k < rows.Length; k++)
                    RequireOrder(column, rows[k][i], columns[k]);
        }
    }

    private static void RejectOrder(ColumnSchema?[] operands)
    {
        ColumnSchema[] columns = [.. operands.OfType<ColumnSchema>().Where(HasNames)];
        if (columns.FirstOrDefault(c => !AreSame(c, columns[0]) && !ReferenceEquals(c, columns[0])) is { } other)
            throw new ArgumentException($"{Differ(columns[0], other)} They are compared by name with =, <> and IN only. As numbers: "
                + $"CAST({columns[0].Name} AS BIGINT).");
    }

    private static string Differ(ColumnSchema a, ColumnSchema b)
    {
        CategorySchema? ofA = a.Categories.FirstOrDefault(c => !b.Categories.Contains(c));
        CategorySchema? ofB = b.Categories.FirstOrDefault(c => ofA is null ? !a.Categories.Contains(c) : c.Code == ofA.Code);
        string example = string.Join(" and ", new[] { ofA, ofB }.OfType<CategorySchema>().Select(c => $"{Digits(c.Code)} = '{c.Name}'"));
        return $"The codes of '{a.Name}' and '{b.Name}' have other names{(example.Length > 0 ? $", such as {example}" : "")}.";
    }

    private static JsonElement[]? Elements(JsonElement element, string function) =>
        TextOf(element, "type") == "FUNCTION" && TextOf(element, "function_name") == function
            ? [.. element.GetProperty("children").EnumerateArray()] : null;

    private static string? TextOf(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsNull(JsonElement constant) => constant.GetProperty("value").GetProperty("is_null").GetBoolean();

    private static string? NameIn(JsonElement element) => TextOf(element, "class") == "CONSTANT"
        && element.GetProperty("value") is var value && value.GetProperty("type").GetProperty("id").GetString() == "VARCHAR"
        && !IsNull(element) ? value.GetProperty("value").GetString() : null;

    private static int? StartOf(JsonElement element) =>
        element.TryGetProperty("query_location", out JsonElement location) && location.TryGetInt32(out int start) ? start : null;

    private (int Start, int End) Locate(JsonElement column)
    {
        string[] parts = SqlText.PartsOf(column);
        return StartOf(column) is { } start && SqlText.TryLocate(text, start, parts, out _, out int end) ? (start, end)
            : throw new ArgumentException($"The name {string.Join('.', parts)} must be written without blanks and comments, because it is "
                + "compared with a column whose codes have other names.");
    }

    private string Slice(int start, int end) => Encoding.UTF8.GetString(text.AsSpan(start..end));

    private static string Digits(long code) => code.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns the number of bytes of a text in quotation marks; 0 for another spelling.</summary>
    private int LengthOf(int start)
    {
        if (start < 0 || start >= text.Length || text[start] != '\'')
            return 0;
        for (int i = start + 1; i < text.Length; i++)
            if (text[i] == '\'')
                if (i + 1 < text.Length && text[i + 1] == '\'')
                    i++;
                else
                    return i + 1 - start;
        return 0;
    }

    private static long[] CodesOf(ColumnSchema column, string name)
    {
        long[] codes = [.. column.Categories.Where(c => c.Name == name).Select(c => c.Code)];
        return codes.Length > 0 ? codes : throw new ArgumentException($"'{name}' is not a category of '{column.Name}'. "
            + (long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long code)
                ? $"Write a code without quotation marks: {Digits(code)}."
                : $"{SimilarNames.Hint(name, column.Categories.Select(c => c.Name))}."));
    }
}
