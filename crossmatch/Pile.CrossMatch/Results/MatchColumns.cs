using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The columns of a result: what they are called, and how they come out of the workspace.</summary>
internal sealed class MatchColumns
{
    internal const string ResultTable = "result";

    /// <summary>Columns of <see cref="ResultTable"/> that hold the rows of the sides; no columns of a result.</summary>
    internal const string RowA = "_pile_row_a", RowB = "_pile_row_b";

    /// <summary>The columns that every result of pairs begins with.</summary>
    internal static readonly string[] OwnNames = ["a_object_id", "b_object_id", "separation_arcsec", "a_ra", "a_dec", "b_ra", "b_dec"];

    private readonly string joins;
    private readonly List<ColumnSchema> schemas = [];
    private readonly List<string> items = [];
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);

    private MatchColumns(string joins) => this.joins = joins;

    /// <summary>Whether a position angle is computed from the positions instead of read.</summary>
    internal bool IsAngleComputed { get; private init; } = true;

    internal static ColumnSchema Separation(bool mayBeMissing) =>
        new() { Name = "separation_arcsec", DType = DType.Float64, Unit = "arcsec", Ucd = "pos.angDistance", Description = "great-circle separation of the pair", Nullable = mayBeMissing };

    internal static ColumnSchema TimeDifference(bool mayBeMissing) =>
        new() { Name = "dt_days", DType = DType.Float64, Unit = "d", Ucd = "time.interval", Description = "time of B less time of A", Nullable = mayBeMissing };

    internal static ColumnSchema PositionAngle(bool mayBeMissing) =>
        new() { Name = "position_angle_deg", DType = DType.Float64, Unit = "deg", Ucd = "pos.posAng", Description = "direction from A to B, north through east", Nullable = mayBeMissing };

    internal static ColumnSchema GroupId(bool mayBeMissing) =>
        new() { Name = "group_id", DType = DType.Int32, Unit = "", Description = "number of the row's group, from 1", Nullable = mayBeMissing };

    internal static ColumnSchema GroupSize(bool mayBeMissing) =>
        new() { Name = "group_size", DType = DType.Int32, Unit = "", Description = "rows of the group", Nullable = mayBeMissing };

    /// <summary>The columns of a result that is a table of the workspace, with <see cref="RowA"/> and <see cref="RowB"/>.</summary>
    internal static MatchColumns OfTable(IEnumerable<ColumnSchema> schemas)
    {
        MatchColumns columns = new("") { IsAngleComputed = false };
        foreach (ColumnSchema schema in schemas)
            columns.Add(schema, $"r.{DuckDbSql.Identifier(schema.Name)}");
        columns.items.AddRange([$"r.{RowA}", $"r.{RowB}"]);
        return columns;
    }

    /// <summary>The columns, in order.</summary>
    internal ImmutableArray<ColumnSchema> Schemas => [.. schemas];

    /// <summary>A SELECT of all rows, with <c>_pile_place</c>.</summary>
    internal string From => $"SELECT r.rowid AS _pile_place, {string.Join(", ", items)} FROM {ResultTable} AS r {joins}";

    /// <summary>The columns out of <see cref="From"/>; a position angle is none of them.</summary>
    internal string Select => string.Join(", ", schemas.Where(s => s.Name != "position_angle_deg" || !IsAngleComputed).Select(s => $"m.{DuckDbSql.Identifier(s.Name)}"));

    internal static MatchColumns OfPairs(SideRows a, IEnumerable<string> carriedA, SideRows b, IEnumerable<string> carriedB, CrossMatchOptions options)
    {
        bool mayLackA = options.Join is MatchJoin.Right or MatchJoin.Full or MatchJoin.RightAnti or MatchJoin.Xor;
        bool mayLackB = options.Join is MatchJoin.Left or MatchJoin.Full or MatchJoin.Anti or MatchJoin.Xor;
        MatchColumns columns = new($"LEFT JOIN {a.Table} AS a ON a.rowid = r.row_a LEFT JOIN {b.Table} AS b ON b.rowid = r.row_b");
        columns.Add(Own(a, 0, "a_object_id", mayLackA), $"a.{SideBatches.Id}");
        columns.Add(Own(b, 0, "b_object_id", mayLackB), $"b.{SideBatches.Id}");
        columns.Add(Separation(mayLackA || mayLackB), "r.separation_arcsec");
        columns.Add(Own(a, 1, "a_ra", mayLackA), $"a.{SideBatches.Ra}");
        columns.Add(Own(a, 2, "a_dec", mayLackA), $"a.{SideBatches.Dec}");
        columns.Add(Own(b, 1, "b_ra", mayLackB), $"b.{SideBatches.Ra}");
        columns.Add(Own(b, 2, "b_dec", mayLackB), $"b.{SideBatches.Dec}");
        if (options.TimeWindowDays is not null)
            columns.Add(TimeDifference(mayLackA || mayLackB), $"b.{SideBatches.Mjd} - a.{SideBatches.Mjd}");
        if (options.PositionAngle)
            columns.Add(PositionAngle(mayLackA || mayLackB), "NULL");
        columns.Carry(a, carriedA, "a", mayLackA);
        columns.Carry(b, carriedB, "b", mayLackB);
        return columns;
    }

    internal static MatchColumns OfGroups(SideRows a, IEnumerable<string> carried, bool mayBeAlone)
    {
        MatchColumns columns = new($"JOIN {a.Table} AS a ON a.rowid = r.row_a");
        columns.Add(Own(a, 0, "a_object_id", false), $"a.{SideBatches.Id}");
        columns.Add(GroupId(mayBeAlone), "r.group_id");
        columns.Add(GroupSize(mayBeAlone), "r.group_size");
        columns.Add(Own(a, 1, "a_ra", false), $"a.{SideBatches.Ra}");
        columns.Add(Own(a, 2, "a_dec", false), $"a.{SideBatches.Dec}");
        columns.Carry(a, carried, "a", false);
        return columns;
    }

    /// <summary>The name of a carried column among others, in any case: tables whose names ignore it could not hold both.</summary>
    internal static string NameOf(ColumnSchema schema, string letter, IReadOnlySet<string> taken)
    {
        string name = $"{letter}_{schema.Name}";
        while (taken.Contains(name))
            name += "_";
        return name;
    }

    private static ColumnSchema Own(SideRows side, int column, string name, bool mayBeNull) =>
        ColumnMeaning.Renamed(side.Schemas[column], name) with { Nullable = side.Schemas[column].Nullable || mayBeNull };

    private void Carry(SideRows side, IEnumerable<string> carried, string letter, bool mayBeNull)
    {
        foreach ((ColumnSchema schema, string sqlName) in carried.Select(side.Column))
        {
            string name = NameOf(schema, letter, names);
            Add(ColumnMeaning.Renamed(schema, name) with { Nullable = schema.Nullable || mayBeNull }, $"{letter}.{DuckDbSql.Identifier(sqlName)}");
        }
    }

    private void Add(ColumnSchema schema, string sql)
    {
        names.Add(schema.Name);
        schemas.Add(schema);
        items.Add($"{sql} AS {DuckDbSql.Identifier(schema.Name)}");
    }
}
