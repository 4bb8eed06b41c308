using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Layers;
using Pile.Parquet;

namespace Pile.Reading;

/// <summary>Builds one SELECT over the tiles of an index.</summary>
/// <remarks>An inner SELECT names the columns that the query refers to, so that conditions can use aliases. Internal names begin with
/// <c>_pile_</c>, which is not allowed in column names. DuckDB pushes the conditions down to the row groups.</remarks>
internal sealed partial class IndexSelect
{
    internal const string IdTable = "_pile_ids", SavedTable = "_pile_saved", Position = "_pile_position", RowId = "_pile_object_id";

    private const string Counted = "_pile_counted", LayerRow = "_pile_layer_row";

    private readonly FileList files;
    private readonly Manifest manifest;
    private readonly ViewSchema view;
    private readonly Func<DuckDbConnection> connect;
    private readonly HatsTileTypes? types;
    private readonly bool canJoinIds, isSource; // the values of a source are a state, as those of a layer
    private readonly Dictionary<string, string> inner = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> outer = [];
    private readonly List<Lazy<string>> conditions = [];
    private readonly List<string> order = [];
    private readonly HashSet<int> floats = [];
    private readonly SortedDictionary<int, (AttachedLayer Layer, HashSet<ViewColumn> Columns)> layers = [];

    internal IndexSelect(Func<DuckDbConnection> connect, FileList files, Dataset dataset, ViewSchema view)
    {
        (this.connect, this.files, manifest, this.view, types) = (connect, files, dataset.Manifest, view, dataset.Catalogue?.TileTypes);
        isSource = dataset.Source is not null;
        canJoinIds = dataset.Store.Traits.IsLocal && manifest.Foreign is null && !dataset.IdsAreText;
        Tiles = files.Tiles;
        inner[Key] = KeySql;
    }

    /// <summary>The column of the key.</summary>
    private string Key => manifest.Partition.Key.Column;

    /// <summary>The SQL of the key over the columns of a tile.</summary>
    private string KeySql => manifest.Foreign is { } foreign ? foreign.KeySql is { } sql
        ? $"coalesce({sql}, {PositionCheck.NoKey})" : $"{PositionCheck.NoKey}::BIGINT" : Key;

    /// <summary>The tiles that can hold a row of the result.</summary>
    internal ImmutableArray<IndexTile> Tiles { get; private set; }

    /// <summary>The number of all tiles.</summary>
    internal int TileCount => files.Tiles.Length;

    /// <summary>The tiles that the statement opens, in the order of its files.</summary>
    internal ImmutableArray<IndexTile> OpenedTiles => ReadTiles.IsEmpty && !files.Tiles.IsEmpty ? [files.Tiles[0]] : ReadTiles;

    /// <summary>The tile columns from which the result is computed.</summary>
    internal TileColumns Returned { get; } = new();

    /// <summary>The tile columns that decide which rows are in the result, and in which order.</summary>
    internal TileColumns Deciding { get; } = new();

    /// <summary>The regions that contain all rows of the result.</summary>
    internal List<SearchRegion> Regions { get; } = [];

    /// <summary>True if the position of each row can be added to the result without reading other tiles.</summary>
    internal bool CanAddPosition => !HidesRowNumbers;

    /// <summary>The condition of the join with the inner SELECT; empty for no join.</summary>
    internal string Join { get; set; } = "";

    /// <summary>The ORDER BY of the rows of a join.</summary>
    internal string JoinOrder { get; set; } = "";

    internal long? Limit { get; set; }

    /// <summary>The sorted positions of the rows that a join may find; null if they are not known.</summary>
    internal long[]? Positions { get; private set; }

    /// <summary>The rows of tiles that are read; null for all rows.</summary>
    internal RowRanges? Rows { get; private set; }

    /// <summary>True if few row groups may hold all rows of the result, so that looking up positions first can pay off.</summary>
    internal bool IsSelective =>
        CanAddPosition && Positions is null && (conditions.Count > 0 || Join.Length > 0 || (Limit is not null && order.Count > 0));

    /// <summary>True if the result is the first rows of the index.</summary>
    internal bool IsFirstRows => Limit is not null && conditions.Count == 0 && order.Count == 0 && Join.Length == 0 && !IsSortedAnew;

    /// <summary>True if rows must be sorted into the order of the index. Scans and filters keep that order, joins may not.</summary>
    internal bool IsSortedAnew { get; set; }

    /// <summary>True if the order of the rows does not matter, as for a count.</summary>
    internal bool IsUnordered { get; set; }

    /// <summary>The layers of which no value is used, so that NULL stands for all of them.</summary>
    internal HashSet<AttachedLayer> UnusedLayers { get; } = [];

    /// <summary>True if the statement uses <see cref="Position"/>.</summary>
    internal bool UsesPosition { get; set; }

    /// <summary>Adds a column of the view to the output, with an optional cast.</summary>
    internal void Output(ViewColumn column, string? cast = null)
    {
        inner[column.SqlName] = CheckedSql(column, Returned);
        if (cast is null && column.Stored is { IsScalar: true } && column.DType?.IsFloat() == true)
            floats.Add(outer.Count);
        outer.Add($"d.{DuckDbSql.Identifier(column.SqlName)}{(cast is null ? "" : $"::{cast}")}");
    }

    /// <summary>Adds an internal column to the output.</summary>
    /// <param name="name">Its name, with the prefix.</param>
    /// <param name="sql">Its expression over a tile's columns; null for the column of that name.</param>
    internal void Output(string name, string? sql = null)
    {
        inner[name] = sql ?? DuckDbSql.Identifier(name);
        Returned.AddExpression(inner[name]);
        outer.Add($"d.{DuckDbSql.Identifier(name)}");
    }

    /// <summary>Adds the key of each row to the output; rows of catalogues without keys have the same.</summary>
    internal void OutputKey() => Output(Key, manifest.Foreign is null ? null : KeySql);

    internal void OutputOuter(string sql) => outer.Add(sql);

    /// <summary>Defines a name for an expression over a tile's columns, for conditions and joins.</summary>
    internal void Define(string name, string sql)
    {
        inner[name] = sql;
        Deciding.AddExpression(sql);
    }

    internal void Where(SqlExpression expression)
    {
        Define(expression);
        conditions.Add(new(expression.Sql));
    }

    internal void Where(string sql) => conditions.Add(new(sql));

    internal void Where(SearchRegion region)
    {
        if (manifest.Partition.Frame is { } frame)
        {
            Tiles = [.. Tiles.Where(t => region.Coverage.Overlaps(t.Pixel))];
            Define("_pile_ra", frame.WrappedSql(StoredSql(frame.Lon)));
            Define("_pile_dec", StoredSql(frame.Lat));
            if (region is FootprintSearch)
                Define(FootprintSearch.Geometry, StoredSql("geometry"));
            if (region is SpaceTimeSearch)
                DefineTimes();
        }
        if (manifest.Foreign is { } foreign)
        {
            WhereByPosition(region, foreign);
            return;
        }
        Deciding.Add(Key);
        Regions.Add(region);
        conditions.Add(new(region.PixelCondition($"d.{Key}")));
        conditions.Add(new(() => $"({region.Condition(connect(), $"d.{Key}", "d._pile_ra", "d._pile_dec")})"));
    }

    private void DefineTimes()
    {
        foreach ((string name, string column) in new[] { (SpaceTimeSearch.Start, "mjd"), (SpaceTimeSearch.End, "mjd_end") })
            if (manifest.Column(column) is null)
                inner[name] = "'nan'::DOUBLE";
            else
            {
                Deciding.Add(column);
                inner[name] = $"coalesce({StoredSql(column)}, 'nan'::DOUBLE)";
            }
    }

    // The stored pixels of another program's catalogue are compared with the positions, so they do not skip row groups.
    private void WhereByPosition(SearchRegion region, ForeignIndex foreign)
    {
        Deciding.AddExpression(foreign.KeySql ?? "");
        PositionCheck check = new(Tiles, foreign.KeySql is not null, region as IDuckDbPredicate);
        string tested = connect().PredicateSql(check, $"d.{Key}", "d._pile_ra", "d._pile_dec");
        conditions.Add(new(region is IDuckDbPredicate ? tested
            : $"CASE WHEN {tested} THEN ({region.Condition(connect(), $"d.{Key}", "d._pile_ra", "d._pile_dec")}) ELSE false END"));
    }

    /// <summary>Skips row groups that have none of some ids, if the key of rows follows from the id.</summary>
    internal void Near(ReadOnlySpan<ObjectId> ids)
    {
        if (!manifest.Partition.Key.HasPositions && manifest.Foreign is null)
            Where(new KeySearch(ids));
    }

    /// <summary>Keeps only some of the tiles.</summary>
    internal void KeepTiles(Func<IndexTile, bool> keep) => Tiles = [.. Tiles.Where(keep)];

    /// <summary>Keeps only the tiles that hold rows at the given positions.</summary>
    internal void KeepPositions(IEnumerable<long> positions)
    {
        long[] sorted = [.. positions.Order()];
        Positions = sorted;
        KeepTiles(t => HasPositionIn(t.FirstPosition, t.FirstPosition + t.File.Rows));
        if (CanAddPosition)
            Rows = RowRanges.Around(Tiles, sorted);
    }

    /// <summary>Keeps only the rows whose positions, passed as keys, satisfy a condition in C#.</summary>
    internal void WherePosition(IDuckDbPredicate condition)
    {
        UsesPosition = true;
        conditions.Add(new(connect().PredicateSql(condition, $"d.{Position}", "0::DOUBLE", "0::DOUBLE")));
    }

    /// <summary>Reads only some rows of the tiles.</summary>
    internal void KeepRows(RowRanges rows)
    {
        Rows ??= rows; // those around known positions are fewer
        ImmutableArray<IndexTile> left = [.. Tiles.Where(rows.Includes)];
        Tiles = left.IsEmpty ? Tiles[..Math.Min(1, Tiles.Length)] : left;
    }

    /// <summary>Returns the position of each row and nothing else.</summary>
    internal void OutputPositionOnly()
    {
        outer.Clear();
        floats.Clear();
        UsesPosition = true;
        OutputOuter($"d.{Position}");
    }

    /// <summary>True if rows of a row group can be in the result.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="group">The row group.</param>
    /// <param name="exactly">False for what DuckDB reads without a restriction to <see cref="Rows"/>.</param>
    internal bool MayRead(IndexTile tile, ParquetRowGroup group, bool exactly)
    {
        long first = tile.FirstPosition + group.FirstRow;
        return TileVerification.MayHoldRowsOf(group, Key, Regions, exactly)
            && (!exactly || Positions is null || HasPositionIn(first, first + group.RowCount));
    }

    /// <summary>Sorts by SQL over the position, without ties.</summary>
    internal void OrderBy(string sql)
    {
        UsesPosition = true;
        order.Add(sql);
    }

    internal void OrderBy(SqlExpression expression, bool descending)
    {
        Define(expression);
        order.Add($"{expression.Sql} {(descending ? "DESC" : "ASC")} NULLS LAST");
    }

    internal void OrderBy(ViewColumn column, bool descending)
    {
        inner[column.SqlName] = CheckedSql(column, Deciding);
        order.Add($"d.{DuckDbSql.Identifier(column.SqlName)} {(descending ? "DESC" : "ASC")} NULLS LAST");
    }

    /// <summary>Returns what is wrong with a value of a tile, from DuckDB's message; null for another error.</summary>
    internal string? FindMisfit(DuckDbException e) => types?.FindIn(e, files);

    /// <summary>Returns the SQL of a stored column of a tile.</summary>
    internal string StoredSql(string name) => manifest.Column(name) is { } column ? DuckDbSql.TileColumn(column)
        : DuckDbSql.Identifier(name);

    private bool HasPositionIn(long start, long end)
    {
        int at = Array.BinarySearch(Positions!, start);
        return at >= 0 ? start < end : ~at < Positions!.Length && Positions[~at] < end;
    }

    private void Define(SqlExpression expression)
    {
        foreach (string name in expression.Names)
            if (view.FindOrNull(name) is { IsHeavy: false } column)
                inner[column.SqlName] = CheckedSql(column, Deciding);
            else if (!isSource && manifest.Columns.FirstOrDefault(c => name.Equals(c.Nested, StringComparison.OrdinalIgnoreCase))
                is { Nested: { } group })
                Define(group, DuckDbSql.Identifier(group)); // lc.time is a field of lc
            else if (view.Columns.Where(c => (isSource || c.Layer is not null)
                && name.Equals(c.Stored?.Nested, StringComparison.OrdinalIgnoreCase)).ToArray() is { Length: > 0 } members)
                inner[members[0].Stored!.Nested!] = $"CASE WHEN {CheckedSql(members[0], Deciding)} IS NOT NULL THEN {{{string.Join(", ",
                    members.Select(m => $"{DuckDbSql.Literal(m.Stored!.NestedMember)}: {CheckedSql(m, Deciding)}"))}}} END";
    }

    // The expression of an alias comes from the manifest, which is no more trusted than a user's input.
    private string CheckedSql(ViewColumn column, TileColumns read)
    {
        if (column.Layer is { } layer)
        {
            if (!layers.TryGetValue(layer.Number, out (AttachedLayer, HashSet<ViewColumn> Columns) used))
                layers[layer.Number] = used = (layer, []);
            if (canJoinIds)
                Deciding.Add(LayerPaths.ObjectId);
            used.Columns.Add(column);
            return column.Sql;
        }
        if (column.Alias?.Expression is not { } expression)
        {
            read.AddExpression(column.Sql);
            return column.Sql;
        }
        try
        {
            SqlExpression parsed = SqlExpression.Parse(connect(), expression);
            foreach (string name in parsed.Names)
                read.Add(name);
            return parsed.Sql;
        }
        catch (ArgumentException e)
        {
            throw new DatasetInvalidException(view.Dataset, $"the alias '{column.Name}' cannot be evaluated: {e.Message}",
                "Read the native view, or correct the manifest", e);
        }
    }
}
