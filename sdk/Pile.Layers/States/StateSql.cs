using System.Globalization;
using System.Text;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Layers;

/// <summary>Writes the SQL that computes the newest value of each field of each row.</summary>
/// <param name="replay">Where the values of the fields are from.</param>
/// <param name="basePath">The local path of the state before the patches; null without one.</param>
/// <param name="pathOf">Returns the local path of a patch.</param>
internal sealed class StateSql(LayerReplay replay, string? basePath, Func<LayerPatch, string> pathOf)
{
    private const string Order = "_pile_order", FileIndex = "file_index";
    private const int MjdOfUnixEpoch = 40_587;

    private readonly LayerField[] fields = [.. replay.Fields];
    private readonly Dictionary<LayerPatch, FieldPart?[]> partsOfPatches = PartsOfPatches(replay);

    /// <summary>Returns a SELECT of <c>_pile_row</c> (NULL unless the state before has it), <c>object_id</c> and the fields.</summary>
    internal string Text()
    {
        string? patches = replay.Patches.Count == 0 ? null : PatchesSql();
        string? state = basePath is null ? null : BaseSql();
        string values = string.Join(", ", fields.SelectMany((f, i) => f.Type.Kind == FieldKind.Box
            ? Box.NamesOf(f.Type.Members).Select(m => $"v{i}.\"{m}\" AS {DuckDbSql.Identifier($"{f.Name}.{m}")}")
            : [$"v{i} AS {DuckDbSql.Identifier(f.Name)}"]));
        string some = fields.Length == 0 ? "false" : string.Join(" OR ", fields.Select((_, i) => $"v{i} IS NOT NULL"));
        string all = (patches, state) switch
        {
            (null, null) => $"SELECT NULL::BIGINT AS {LayerPaths.Row}, NULL::{replay.IdsSql} AS {LayerPaths.ObjectId}"
                + $"{string.Concat(fields.Select((f, i) => $", NULL::{f.StateSql} AS v{i}"))} WHERE false",
            (_, null) => $"SELECT NULL::BIGINT AS {LayerPaths.Row}, * FROM ({patches})",
            (null, _) => state!,
            _ => $"SELECT b.{LayerPaths.Row}, coalesce(b.{LayerPaths.ObjectId}, p.{LayerPaths.ObjectId}) AS {LayerPaths.ObjectId}"
                + string.Concat(fields.Select((_, i) => $", CASE WHEN p.t{i} THEN p.v{i} ELSE b.v{i} END AS v{i}"))
                + $" FROM ({state}) b FULL JOIN ({patches}) p ON b.{LayerPaths.ObjectId} = p.{LayerPaths.ObjectId}",
        };
        return $"SELECT {LayerPaths.Row}, {LayerPaths.ObjectId}{(values.Length == 0 ? "" : ", ")}{values} FROM ({all}) WHERE {some}";
    }

    private string BaseSql()
    {
        IEnumerable<string> items = fields.Select((f, i) => replay.PartsOf(f.Name) is [{ Patch: null } part, ..]
            ? $", {BaseValue(part, f)}::{f.StateSql} AS v{i}" : $", NULL::{f.StateSql} AS v{i}");
        return $"SELECT {LayerPaths.Row}, {LayerPaths.ObjectId}{string.Concat(items)} FROM read_parquet({DuckDbSql.Literal(basePath!)}, "
            + "hive_partitioning = false)";
    }

    private static string BaseValue(FieldPart part, LayerField field)
    {
        if (field.Type.Kind != FieldKind.Box)
            return DuckDbSql.Identifier(part.Column!);
        string[] members = [.. Box.NamesOf(field.Type.Members)];
        return $"CASE WHEN {Column(members[0])} IS NOT NULL THEN {{{string.Join(", ", members.Select(m => $"'{m}': {Column(m)}"))}}} END";

        string Column(string member) => DuckDbSql.Identifier($"{part.Column}.{member}");
    }

    private string PatchesSql()
    {
        if (replay.Patches.Count == 1)
            return GroupSql([replay.Patches[0]], isWithOrder: false);
        IEnumerable<string> groups = replay.Patches.GroupBy(ShapeOf, StringComparer.Ordinal).Select(g => GroupSql([.. g],
            isWithOrder: true));
        IEnumerable<string> newest = fields.Select((f, i) => $", {NewestSql(f, i)} AS v{i}, coalesce(bool_or(t{i}), false) AS t{i}");
        return $"SELECT {LayerPaths.ObjectId}{string.Concat(newest)} FROM ({string.Join(" UNION ALL ", groups)}) "
            + $"GROUP BY {LayerPaths.ObjectId}";
    }

    // Of types other than DOUBLE, arg_max_null keeps the value as a key for sorting, in which 0.0 and -0.0 are equal.
    private static string NewestSql(LayerField field, int i) => (field.Type.Kind, field.Type.Element) switch
    {
        (FieldKind.Scalar, DType.Float32) => $"(arg_max_null(v{i}::DOUBLE, {Order}) FILTER (t{i}))::FLOAT",
        (FieldKind.List, DType.Float32 or DType.Float64) => $"(list(v{i} ORDER BY {Order}) FILTER (t{i}))[-1]",
        _ => $"arg_max_null(v{i}, {Order}) FILTER (t{i})",
    };

    // Patches of one shape are read by one scan: 10,000 scans in one statement take seconds to plan.
    private string ShapeOf(LayerPatch patch)
    {
        StringBuilder shape = new();
        for (int i = 0; i < fields.Length; i++)
            if (partsOfPatches[patch][i] is { } part)
                shape.Append(CultureInfo.InvariantCulture, $"{i} {part.Column} {part.Field.Type};");
        if (patch.Operation.Kind == OperationKind.Set && patch.Operation.Fields.Contains(FileIndex, StringComparer.OrdinalIgnoreCase))
            shape.Append(CultureInfo.InvariantCulture, $"{patch.Order}"); // a field with the name of DuckDB's virtual column hides it
        return shape.ToString();
    }

    private string GroupSql(LayerPatch[] group, bool isWithOrder)
    {
        StringBuilder sql = new($"SELECT {LayerPaths.ObjectId}");
        if (isWithOrder)
            sql.Append(CultureInfo.InvariantCulture, $", {OrderSql(group)} AS {Order}");
        for (int i = 0; i < fields.Length; i++)
        {
            FieldPart? part = partsOfPatches[group[0]][i];
            string value = part?.Column is null ? $"NULL::{fields[i].StateSql}" : ValueSql(part, fields[i]);
            sql.Append(CultureInfo.InvariantCulture, $", {value} AS v{i}, {(part is null ? "false" : "true")} AS t{i}");
        }
        return sql.Append(CultureInfo.InvariantCulture,
            $" FROM read_parquet({DuckDbSql.LiteralList([.. group.Select(pathOf)])}, hive_partitioning = false)").ToString();
    }

    // DuckDB copies a constant list for every file that it reads: for 10,000 patches that is a second, which even steps avoid.
    private static string OrderSql(LayerPatch[] group)
    {
        long first = group[0].Order;
        if (group.Length == 1)
            return string.Create(CultureInfo.InvariantCulture, $"{first}::BIGINT");
        long step = group[1].Order - first;
        for (int i = 2; i < group.Length; i++)
            if (group[i].Order != first + (i * step))
                return $"([{string.Join(", ", group.Select(p => p.Order.ToString(CultureInfo.InvariantCulture)))}]::BIGINT[])"
                    + $"[{FileIndex}::BIGINT + 1]";
        return string.Create(CultureInfo.InvariantCulture, $"{first}::BIGINT + {step} * {FileIndex}::BIGINT");
    }

    // For each patch, its part of each field.
    private static Dictionary<LayerPatch, FieldPart?[]> PartsOfPatches(LayerReplay replay)
    {
        Dictionary<LayerPatch, FieldPart?[]> parts = new(replay.Patches.Count, ReferenceEqualityComparer.Instance);
        foreach (LayerPatch patch in replay.Patches)
            parts[patch] = new FieldPart?[replay.Fields.Length];
        for (int i = 0; i < replay.Fields.Length; i++)
            foreach (FieldPart part in replay.PartsOf(replay.Fields[i].Name))
                if (part.Patch is not null)
                    parts[part.Patch][i] ??= part;
        return parts;
    }

    private static string CodeSql(LayerField field, string name) =>
        $"(list_position({DuckDbSql.LiteralList([.. field.Categories])}::VARCHAR[], {name}) - 1)::INTEGER";

    // Timestamps have days of 86,400 s, and a day of UTC with a leap second has 86,401 s in MJD, as in SOFA. 40587 is 1970-01-01.
    private static string MjdSql(string column)
    {
        string days = $"epoch_us({column}) / 86400000000.0::DOUBLE";
        int afterLast = LeapSeconds.UnusualDays.Max(day => day.Day) + 1 - MjdOfUnixEpoch;
        IEnumerable<string> unusual = LeapSeconds.UnusualDays.GroupBy(day => day.Seconds, day => day.Day - MjdOfUnixEpoch).Select(group =>
            string.Create(CultureInfo.InvariantCulture, $" WHEN floor({days}) IN ({Numbers(group)}) "
                + $"THEN floor({days}) + ({days} - floor({days})) * {86_400 / group.Key:R}::DOUBLE"));
        return string.Create(CultureInfo.InvariantCulture, $"(CASE WHEN {days} >= {afterLast} THEN {days}")
            + $"{string.Concat(unusual)} ELSE {days} END + {MjdOfUnixEpoch})";

        static string Numbers(IEnumerable<int> days) => string.Join(", ", days.Select(day => day.ToString(CultureInfo.InvariantCulture)));
    }

    private static string ValueSql(FieldPart part, LayerField field)
    {
        string column = DuckDbSql.Identifier(part.Column!);
        return field.Type.Kind switch
        {
            FieldKind.Time => MjdSql(column),
            FieldKind.Label => CodeSql(field, column),
            FieldKind.Box => $"CASE WHEN {column} IS NOT NULL THEN {{{string.Join(", ", Box.NamesOf(field.Type.Members).Select(m =>
                m == Box.ClassName ? $"'{m}': list_transform({column}.\"{m}\", lambda c: {CodeSql(field, "c")})"
                    : $"'{m}': {column}.\"{m}\""))}}}::{field.StateSql} END",
            FieldKind.Blob => $"CASE WHEN {column} IS NOT NULL THEN to_json({column})::VARCHAR END",
            _ => $"{column}::{field.StateSql}",
        };
    }
}
