using System.Globalization;
using System.Text.Json;
using Pile.Format;

namespace Pile.Reading;

// Numbers that are compared with columns whose names are numbers, too: digits, ratings, classes of YOLO.
internal sealed partial class CategoryNames
{
    /// <summary>Requires that a number is not the name of one code and compared with another.</summary>
    private static void RequireCode(ColumnSchema column, JsonElement operand, ColumnSchema? other)
    {
        if (NumberIn(operand) is { } number)
        {
            if (column.Categories.FirstOrDefault(c => IsOther(c) && NumberOf(c) == number) is { } named)
                throw new ArgumentException($"'{column.Name}' is compared with the number {Digits(number)}, which is "
                    + (column.Categories.FirstOrDefault(c => c.Code == number) is { } code ? $"the code of '{code.Name}'" : "not a code")
                    + $", but '{named.Name}' is the name of code {Digits(named.Code)}. Write the name as '{named.Name}', in quotation "
                    + $"marks, or compare codes: CAST({column.Name} AS BIGINT).");
        }
        else
            RequireCodes(column, other);
    }

    /// <summary>Requires that a column is not compared with one of numbers, or of texts, which DuckDB converts to numbers, if its names are
    /// numbers, too.</summary>
    private static void RequireCodes(ColumnSchema? column, ColumnSchema? other)
    {
        if (HasNames(column) && other is not null && !HasNames(other) && other.DType != DType.Bool)
            RequireNoNumbers(column!, $"with '{other.Name}', a column of {(other.DType == DType.String ? "texts" : "numbers")}");
    }

    /// <summary>Requires that the order of codes cannot be taken for that of names.</summary>
    private static void RequireOrder(ColumnSchema column, JsonElement operand, ColumnSchema? other)
    {
        if (NumberIn(operand) is { } number)
            RequireNoNumbers(column, $"with {Digits(number)} by order");
        else if (NameIn(operand) is { } name)
            RequireNoNumbers(column, $"with '{name}' by order");
        else
            RequireCode(column, operand, other);
    }

    private static void RequireNoNumbers(ColumnSchema column, string how)
    {
        if (column.Categories.FirstOrDefault(IsOther) is { } named)
            throw new ArgumentException($"'{column.Name}' is compared {how}, but its names are numbers other than their codes: "
                + $"'{named.Name}' has the code {Digits(named.Code)}. Compare names with =, <> and IN, as in {column.Name} = "
                + $"'{named.Name}', or codes: CAST({column.Name} AS BIGINT).");
    }

    private static bool IsOther(CategorySchema category) => NumberOf(category) is { } number && number != category.Code;

    private static long? NumberOf(CategorySchema category) =>
        long.TryParse(category.Name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    // An integer, also one that is written as 7.0.
    private static long? NumberIn(JsonElement element)
    {
        if (TextOf(element, "class") != "CONSTANT" || IsNull(element))
            return null;
        JsonElement constant = element.GetProperty("value"), value = constant.GetProperty("value");
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number))
            return null;
        if (constant.GetProperty("type").GetProperty("id").GetString() is not "DECIMAL")
            return number;
        int scale = constant.GetProperty("type").GetProperty("type_info").GetProperty("scale").GetInt32();
        Int128 unit = 1;
        for (int i = 0; i < scale; i++)
            unit *= 10;
        return number % unit == 0 ? (long)(number / unit) : null;
    }
}
