using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Layers;

/// <summary>Finds the type of a field from the values of a column, and the SQL that converts them exactly.</summary>
/// <param name="connection">The connection with the staged table.</param>
/// <param name="table">The staged table, with columns <c>id</c> and <c>n</c>.</param>
/// <param name="source">The table of the user, for messages.</param>
/// <param name="numbersAsTexts">The columns whose numbers are texts, and the types that they have as numbers.</param>
/// <param name="areNames">True if texts of digits cannot be codes of classes.</param>
/// <remarks>The first write decides the type. Later the field keeps it if every new value is exact in it; else the field becomes wider if a
/// wider type is exact for old and new values; else the write is rejected.</remarks>
internal sealed class FieldCast(DuckDbConnection connection, string table, string source,
    IReadOnlyDictionary<string, FieldType> numbersAsTexts, bool areNames)
{
    // DuckDB writes all digits of such a number; 16777217 is 16777216.0 as float32.
    private const string Integer = "[+-]?[0-9]+", Digits = "'^([+]|(-))?0*([0-9])', '\\2\\3'";

    // ISO 8601 with a fraction that microseconds hold; DuckDB also takes words, rounds fractions and accepts offsets of days.
    private const string ExactTime = "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6}0*)?)?"
        + "( ?(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?))?)?";

    /// <summary>Fits a column to a field.</summary>
    /// <param name="column">The column of the user's table.</param>
    /// <param name="name">Its name in the staged table.</param>
    /// <param name="existing">The field before; null for a new one.</param>
    /// <param name="requested">The type that the user asks for; null to infer it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The field after, and the SQL of its values.</returns>
    /// <exception cref="ValueInvalidException">A value does not fit.</exception>
    internal (LayerField Field, string Sql) Fit(ColumnSchema column, string name, LayerField? existing, FieldType? requested,
        CancellationToken cancellationToken)
    {
        FieldType found = column.IsScalar ? FieldType.Of(column.DType) : FieldType.ListOf(column.DType);
        bool isListText = existing is { Type.Kind: FieldKind.List } && ParsesList(found, existing.Type);
        bool isWritten = numbersAsTexts.TryGetValue(column.Name, out FieldType inferred);
        bool isParsed = isWritten || isListText || requested is not null;
        if (!isWritten)
            inferred = found;
        else if (found.Kind == FieldKind.Scalar)
            connection.Execute($"UPDATE {table} SET {name} = NULL WHERE {name} IN ('null', 'NULL')", cancellationToken: cancellationToken);
        bool isEmpty = connection.Scalar<bool>($"SELECT count({name}) = 0 FROM {table}", cancellationToken: cancellationToken);
        FieldType type;
        if (existing is null)
            type = requested ?? inferred;
        else if (requested is { } asked)
        {
            if (!FieldType.TryWiden(existing.Type, asked, out type))
            {
                (long row, string id, string value) = First($"{name} IS NOT NULL", name, cancellationToken) ?? (0, "", "");
                throw new ValueInvalidException(source, row, column.Name, $"{Shorten(value)} of object_id {id} ({found})",
                    $"accepted as {asked}: the field '{existing.Name}' is {existing.Type}", "Write it to a field of another name");
            }
        }
        else if (isEmpty || Converts(found, existing.Type, isWritten || isListText)
            && !(isWritten && existing.Type.Element == DType.Float32) // to which decimals are rounded if it is asked for
            && !(isListText && existing.Type.Element == DType.Float32 && HasRounded(name, cancellationToken))
            && FirstMisfit(name, found, existing.Type, cancellationToken) is null)
            type = existing.Type;
        else if (!FieldType.TryWiden(existing.Type, isListText ? InferList(name, found, cancellationToken) : inferred, out type))
            throw Misfit(name, column, found, existing.Type, $"the field '{existing.Name}' is {existing.Type}", cancellationToken);
        FieldType through = requested ?? type;
        if (!isEmpty && through != type
            && (!Converts(found, through, isParsed) || FirstMisfit(name, found, through, cancellationToken) is not null))
            throw Misfit(name, column, found, through, $"{through} is asked for; the field '{column.Name}' is {type}", cancellationToken);
        if (!isEmpty && (!Converts(found, type, isParsed) || FirstMisfit(name, found, type, cancellationToken) is not null))
            throw Misfit(name, column, found, type, requested is null ? $"as the other values of '{column.Name}'" : $"{type} is asked for",
                cancellationToken);
        LayerField field = (existing ?? new LayerField
        {
            Name = column.Name,
            Type = type,
            Unit = column.Unit,
            Ucd = column.Ucd,
            Description = column.Description,
        }) with
        { Type = type };
        if (isEmpty)
            return (field, $"NULL::{type.PatchSql}"); // the column may have any type
        if (type.Kind == FieldKind.Label && requested is null && existing is not null)
            RequireNames(name, column, existing, cancellationToken);
        if (type.Kind == FieldKind.Label)
            field = field with { Categories = Extend(connection, field.Categories, table, name, cancellationToken) };
        return (field, through == type ? Sql(name, found, type) : $"CAST({Sql(name, found, through)} AS {type.PatchSql})");
    }

    // Decimals are rounded to float32 only if it is asked for.
    private bool HasRounded(string name, CancellationToken cancellationToken) => First($"len(list_filter({TextsSql(name)}, lambda e: "
        + "TRY_CAST(e AS DOUBLE) IS DISTINCT FROM TRY_CAST(e AS FLOAT)::DOUBLE)) > 0", name, cancellationToken) is not null;

    /// <summary>Returns the type of lists that are texts: the first that is exact for all of them, otherwise the type of the
    /// texts.</summary>
    private FieldType InferList(string name, FieldType found, CancellationToken cancellationToken)
    {
        foreach (DType element in (ReadOnlySpan<DType>)[DType.Int8, DType.UInt8, DType.Int16, DType.UInt16, DType.Int32, DType.UInt32,
            DType.Int64, DType.UInt64, DType.Float64])
            if (FirstMisfit(name, found, FieldType.ListOf(element), cancellationToken) is null)
                return FieldType.ListOf(element);
        return found;
    }

    // A table that was queried has the codes of labels, which would become classes named 0, 1 and 2. If classes have such names, a column
    // of such values alone may have either.
    private void RequireNames(string name, ColumnSchema column, LayerField field, CancellationToken cancellationToken)
    {
        string classes = $"{DuckDbSql.LiteralList([.. field.Categories])}::VARCHAR[]",
            isCode = $"regexp_full_match({name}, '[0-9]{{1,9}}') AND TRY_CAST({name} AS INTEGER) < {field.Categories.Length}";
        if (First($"{isCode} AND NOT list_contains({classes}, {name})", name, cancellationToken) is { } code)
            throw new ValueInvalidException(source, code.Row, column.Name, $"{code.Value} of object_id {code.Id}",
                $"the name of a class of '{field.Name}': it is the code of '{ClassOf(code.Value)}'",
                "Write names; if it is a new class, ask for the type label");
        if (!areNames && connection.Scalar<bool>($"SELECT bool_and({isCode}) FROM {table} WHERE {name} IS NOT NULL",
                cancellationToken: cancellationToken)
            && First($"list_extract({classes}, TRY_CAST({name} AS INTEGER) + 1) <> {name}", name, cancellationToken) is { } both)
            throw new ValueInvalidException(source, both.Row, column.Name, $"{both.Value} of object_id {both.Id}",
                $"clearly the name of a class of '{field.Name}': it is the code of '{ClassOf(both.Value)}', too",
                "If the values are names, ask for the type label; results of queries have codes unless names are asked for");

        string ClassOf(string digits) => field.Categories[int.Parse(digits, CultureInfo.InvariantCulture)];
    }

    /// <summary>Returns true if values of one type may be written to a field of another, one by one.</summary>
    private static bool Converts(FieldType from, FieldType to, bool isRequested) => from == to
        || (to.Kind switch
        {
            FieldKind.Time or FieldKind.Label => from == FieldType.Of(DType.String),
            FieldKind.List when isRequested && ParsesList(from, to) => true,
            _ => from.Kind == to.Kind && (IsNumber(from) && (IsNumber(to) || (isRequested && to == FieldType.Of(DType.Bool)))
                || (isRequested && from.Kind == FieldKind.Scalar && (from.Element == DType.String || to.Element == DType.String))),
        });

    // A list of numbers or booleans in text, such as [0.1, 0.2] in a CSV file. TextLists reads lists of texts.
    private static bool ParsesList(FieldType from, FieldType to) =>
        to.Kind == FieldKind.List && !to.IsOfTexts && from == FieldType.Of(DType.String);

    private static string TextsSql(string name) => $"TRY_CAST({name} AS VARCHAR[])";

    private static bool IsNumber(FieldType type) => type.Element is not (DType.Bool or DType.String);

    private static string Sql(string name, FieldType from, FieldType to) => to.Kind switch
    {
        // DuckDB needs seconds.
        FieldKind.Time => $"CASE WHEN regexp_full_match({name}, '{ExactTime}') THEN CASE WHEN substr({name}, 17, 3) = ':60' "
            + $"THEN {LeapSecondSql(name)} ELSE TRY_CAST(regexp_replace({name}, "
            + "'^([0-9-]{10}[T ][0-9]{2}:[0-9]{2})(Z|[+-].*)?$', '\\1:00\\2') AS TIMESTAMPTZ)::TIMESTAMP END END",
        _ when from == to || to.Kind == FieldKind.Label => name,
        FieldKind.List when ParsesList(from, to) => to.Element.IsFloat() ? $"list_transform({TextsSql(name)}, lambda e: CASE WHEN "
            + $"coalesce(e, '') = '' THEN 'nan'::{to.Element.SqlName()} ELSE TRY_CAST(e AS {to.Element.SqlName()}) END)"
            : $"list_transform({TextsSql(name)}, lambda e: TRY_CAST(e AS {to.Element.SqlName()}))",
        _ => $"TRY_CAST({name} AS {to.PatchSql})",
    };

    // A leap second is the next midnight, because timestamps have none.
    private static string LeapSecondSql(string name)
    {
        string next = $"(TRY_CAST(regexp_replace({name}, '^(.{{16}}):60([.][0-9]+)?', '\\1:59') AS TIMESTAMPTZ)::TIMESTAMP "
            + "+ INTERVAL 1 SECOND)";
        IEnumerable<string> ends = LeapSeconds.Ends.Select(day => string.Create(CultureInfo.InvariantCulture,
            $"'{day:yyyy-MM-dd} 00:00:00'"));
        return $"CASE WHEN {next}::VARCHAR IN ({string.Join(", ", ends)}) THEN {next} END";
    }

    private (long Row, string Id, string Value)? FirstMisfit(string name, FieldType from, FieldType to, CancellationToken cancellationToken)
    {
        string value = Sql(name, from, to);
        if (value == name)
            return to.Kind == FieldKind.Label ? First($"{name} = ''", name, cancellationToken) : null;
        // Text is parsed; numbers must be the same when they are converted back.
        string isExact = ParsesList(from, to) // a list that cannot be parsed is null
            ? $"len(list_filter({TextsSql(name)}, lambda e: {(to.Element.IsFloat() ? "coalesce(e, '') <> '' AND " : "")}"
                + $"NOT coalesce({IsExact("e", $"TRY_CAST(e AS {to.Element.SqlName()})", to.Element)}, false))) = 0"
            : IsNumber(from) && (IsNumber(to) || to == FieldType.Of(DType.Bool)) && to.Kind != FieldKind.Time
            ? $"TRY_CAST({value} AS {from.PatchSql}) IS NOT DISTINCT FROM {name}"
            : from == FieldType.Of(DType.String) && to.Kind == FieldKind.Scalar ? IsExact(name, value, to.Element)
            : $"{value} IS NOT NULL";
        return First($"{name} IS NOT NULL AND NOT coalesce({isExact}, false)", name, cancellationToken);
    }

    // A number that is too large is inf, and DuckDB rounds 1.5 to 2. Decimals are rounded to the nearest float, integers are not.
    private static string IsExact(string text, string number, DType type) => type.IsFloat()
        ? $"{number} IS NOT NULL AND CASE WHEN isinf({number}) THEN NOT regexp_matches({text}, '[0-9]') "
            + $"WHEN regexp_full_match(trim({text}), '{Integer}') "
            + $"THEN format('{{:.0f}}', {number}::DOUBLE) = regexp_replace(trim({text}), {Digits}) ELSE true END"
        : type.IsInteger() ? $"{number} IS NOT NULL AND (NOT regexp_matches({text}, '[.]|[eE]-') "
            + $"OR TRY_CAST({text} AS DECIMAL(38, 18)) = {number})"
        : $"{number} IS NOT NULL";

    private (long Row, string Id, string Value)? First(string condition, string name, CancellationToken cancellationToken)
    {
        using DuckDbResult result = connection.Query($"SELECT n, id::VARCHAR, coalesce({name}::VARCHAR, '') FROM {table} WHERE {condition} "
            + "ORDER BY n LIMIT 1", cancellationToken: cancellationToken);
        return result.TryNextChunk(out DuckDbChunk? chunk) ? (chunk.Values<long>(0)[0], chunk[1].Text(0)!, chunk[2].Text(0)!) : null;
    }

    private ValueInvalidException Misfit(string name, ColumnSchema column, FieldType found, FieldType type, string why,
        CancellationToken cancellationToken)
    {
        (long row, string id, string value) = (Converts(found, type, isRequested: true) ? FirstMisfit(name, found, type, cancellationToken)
            : null)
            ?? First($"{name} IS NOT NULL", name, cancellationToken) ?? (0, "", "");
        return new ValueInvalidException(source, row, column.Name, $"{Shorten(value)} of object_id {id} ({found})",
            $"exact as {type} ({why})",
            type.Kind == FieldKind.Time ? "Times are ISO 8601 texts with at most six decimals, UTC unless they have an offset; the type "
                + "string keeps any text"
                : "Convert the column, or write it to a field of another name");
    }

    /// <summary>Appends the classes of a column that are new.</summary>
    internal static ImmutableArray<string> Extend(DuckDbConnection connection, ImmutableArray<string> categories, string table, string name,
        CancellationToken cancellationToken)
    {
        List<string> names = [];
        using (DuckDbResult result = connection.Query($"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL",
            cancellationToken: cancellationToken))
            foreach (DuckDbChunk chunk in result.Chunks())
                for (int i = 0; i < chunk.RowCount; i++)
                    names.Add(chunk[0].Text(i)!);
        return [.. categories, .. names.Except(categories, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static string Shorten(string value) => value.Length <= 60 ? value : value[..60] + "…";
}
